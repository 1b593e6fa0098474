//! Mailings that are said in the texts of a bot.

use ostankino::{
    Context, Reply, Result, Router,
    filter::command,
    mailings::{Mail, Mailings, NewMailing, Recipient},
};
use ostankino_demo::Texts;
use ostankino_dialogs::{DialogSet, RouterExt};
use ostankino_mail::MailCommand;

use super::{is_at, people, texts};
use crate::support::World;

async fn greeting(to: Recipient, context: Context) -> Result<Option<Reply>> {
    let t: Texts = to.texts(&context.texts()?);
    Ok(Some(Reply::text(t.hello(to.fullname))))
}

#[tokio::test]
async fn each_gets_the_texts_of_the_bot_in_their_language_and_so_does_the_administrator() {
    let world = World::new().await;
    let admin = world.tg.person("Boss").with_language("en");
    let mail = MailCommand::for_admins([admin.id()]);
    let create = async |mail: Mail| {
        let new = NewMailing::template("Привет", "greeting").key("the one");
        Result::<_>::Ok(format!("№ {}", mail.create(new).await?))
    };
    let router = Router::new()
        .merge(mail.routes())
        .on(command("greet"), create)
        .dialogs(mail.dialogs(DialogSet::new()));
    let declared = Mailings::new()
        .template("greeting", greeting)
        .segment("week", |users, _| users)
        .called(Texts::segment_week_plain);
    let app = world
        .app(router)
        .with(move |app| app.mailings(declared).texts(Texts::new()));
    let app = app.start().await;
    let everybody = people(&world, 3).await;
    let english = format!(
        "UPDATE users SET locale = 'en-GB' WHERE id = {}",
        everybody[0].id()
    );
    let database = world.database().await;
    database
        .execute(&english, &[])
        .await
        .expect("it is changed");
    admin.says("/greet");
    assert_eq!(admin.next_message().await.text, "№ 1");
    is_at(&world, 1, "done").await;
    assert_eq!(texts(&world, &everybody[0]), ["Hello, Человек!"]);
    for person in &everybody[1..] {
        assert_eq!(texts(&world, person), ["Здравствуйте, Человек!"]);
    }
    assert_eq!(admin.next_message().await.text, "Hello, Boss!");
    admin.says("/mail");
    assert_eq!(admin.next_message().await.text, "Mailings");
    for button in ["✉️ New mailing", "‹ To the list", "✉️ New mailing"] {
        admin.presses(button).await;
        admin.next_edit().await;
    }
    admin.says("Sale");
    for _ in 0..2 {
        admin.next_message().await;
    }
    admin.presses("Next ›").await;
    let audience = admin.next_edit().await;
    let markup = audience.reply_markup.expect("buttons").to_string();
    assert!(markup.contains("New this week"), "{markup}");
    app.stop().await;
}
