//! What goes on beside a mailing: people who are answered, other mailings, people who change their minds.

use std::time::Duration;

use ostankino::{
    Fired, Reply, Result, Router,
    mailings::{Audience, Mail, MailingMoved, Mailings, NewMailing, State},
};
use ostankino_test::wait_until;
use telegram_emulator::Fault;

use super::{bot, is_at, people, says, sums_agree, texts};
use crate::support::World;

#[tokio::test]
async fn a_429_holds_the_mailing_up_and_nobody_else() {
    let world = World::new().await;
    let app = bot(&world, Mailings::new(), || {
        NewMailing::of("Новости", Reply::text("Новости"))
    });
    let app = app.start().await;
    let everybody = people(&world, 30).await;
    let refused: Vec<_> = everybody
        .iter()
        .map(telegram_emulator::Person::id)
        .collect();
    // Several chats at once: it is the bot that is too fast.
    world.tg.fault(
        Fault::on("sendMessage")
            .to(refused)
            .retry_after(30)
            .times(3),
    );
    let admin = world.tg.person("Админ");
    assert_eq!(says(&admin, "/mail").await, "№ 1");
    app.logs.wait_for("mailing_runs").await;
    wait_until("three are refused", async || {
        world
            .tg
            .calls_of("sendMessage")
            .iter()
            .filter(|call| call.status == 429)
            .count()
            == 3
    })
    .await;
    let other = world.tg.person("Лицо");
    assert_eq!(says(&other, "/start").await, "Здравствуйте!");
    assert!(world.count("FROM mailings WHERE sent < 30").await == 1);
    world.put_clock_forward(Duration::from_secs(31)).await;
    is_at(&world, 1, "done").await;
    for person in &everybody {
        assert_eq!(texts(&world, person), ["Новости"]);
    }
    assert_eq!(
        world
            .tg
            .calls_of("sendMessage")
            .iter()
            .filter(|call| call.status == 429)
            .count(),
        3
    );
    sums_agree(&world, 1).await;
    app.stop().await;
}

/// A bot whose administrator creates as many mailings as he likes: by the words that follow /mail.
fn bot_of_many(world: &World, declared: Mailings) -> ostankino_test::AppSetup {
    let create = async |mail: Mail, words: ostankino::CommandArgs| -> Result<String> {
        let new = NewMailing::of(&*words.0, Reply::text(words.0.clone()))?.key(&*words.0);
        let new = match &*words.0 {
            "urgent" => new.urgent(),
            "offers" => new
                .category("offers")
                .per_second(20.0)
                .to(Audience::active()),
            _ => new,
        };
        Ok(format!("№ {}", mail.create(new).await?))
    };
    let router = Router::new().command("mail", create);
    world.app(router).with(move |app| app.mailings(declared))
}

#[tokio::test]
async fn mailings_take_turns_and_what_is_urgent_goes_first() {
    let world = World::new().await;
    let app = bot_of_many(&world, Mailings::new());
    let app = app
        .config(|config| config.limits.calls_per_s = 60)
        .start()
        .await;
    people(&world, 150).await;
    let admin = world.tg.person("Админ");
    for (words, number) in [("one", 1), ("two", 2)] {
        assert_eq!(
            says(&admin, &format!("/mail {words}")).await,
            format!("№ {number}")
        );
    }
    wait_until("both go out", async || {
        world.count("FROM mailings WHERE sent > 15").await == 2
    })
    .await;
    let both = "FROM mailings AS a, mailings AS b WHERE a.id = 1 AND b.id = 2 AND abs(a.claimed - b.claimed) <= 45";
    assert_eq!(world.count(both).await, 1, "one is far ahead of the other");
    admin.says("/mail urgent");
    is_at(&world, 3, "done").await;
    assert_eq!(
        world
            .count("FROM mailings WHERE id < 3 AND state = 'running'")
            .await,
        2
    );
    for id in [1, 2] {
        is_at(&world, id, "done").await;
        sums_agree(&world, id).await;
    }
    app.stop().await;
}

#[tokio::test]
async fn who_refuses_in_the_middle_gets_none() {
    let world = World::new().await;
    let app = bot_of_many(&world, Mailings::new().category("offers"))
        .start()
        .await;
    let everybody = people(&world, 60).await;
    let last = everybody
        .iter()
        .max_by_key(|person| person.id())
        .expect("somebody");
    let admin = world.tg.person("Админ");
    assert_eq!(says(&admin, "/mail offers").await, "№ 1");
    wait_until("some have it", async || {
        world.count("FROM mailings WHERE sent > 0").await == 1
    })
    .await;
    let insert = format!("INSERT INTO opt_outs VALUES ({}, 'offers')", last.id());
    world
        .database()
        .await
        .execute(&insert, &[])
        .await
        .expect("it is refused");
    is_at(&world, 1, "done").await;
    assert!(texts(&world, last).is_empty());
    sums_agree(&world, 1).await;
    app.stop().await;
}

#[tokio::test]
async fn its_author_is_told_how_it_goes_until_it_is_done() {
    let world = World::new().await;
    let create = async |mail: Mail, user: ostankino::User| -> Result<()> {
        let new = NewMailing::of("Новости", Reply::text("Новости"))?;
        mail.create(new.author(user.id)).await?;
        Ok(())
    };
    let told = async |Fired(MailingMoved { mailing, .. }): Fired<MailingMoved>,
                      mail: Mail|
           -> Result<Reply> {
        let report = mail.report(mailing).await?.expect("it is there");
        let is_done = report.state == Some(State::Done);
        let words = format!("{} из {}", report.sent, report.claimed);
        Ok(if is_done {
            Reply::text(words)
        } else {
            Reply::none()
        })
    };
    let router = Router::new()
        .command("mail", create)
        .event::<MailingMoved, _>(told);
    let app = world
        .app(router)
        .with(|app| app.mailings(Mailings::new()))
        .start()
        .await;
    people(&world, 10).await;
    let admin = world.tg.person("Админ");
    admin.says("/mail");
    // The administrator is one of those who get it.
    let mut read = [
        admin.next_message().await.text,
        admin.next_message().await.text,
    ];
    read.sort();
    assert_eq!(read, ["11 из 11", "Новости"]);
    app.stop().await;
}
