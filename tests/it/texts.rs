//! Texts in the language of the user, whatever happens: chosen, told by the app, or of the group.

mod events;
mod failures;
mod menu;
mod overriding;

use ostankino::{
    Bot, CommandArgs, DbSession, Error, Html, Reply, Result, Router, Text, Update, User, users,
};
use ostankino_demo::{Lang, Texts};
use ostankino_test::AppSetup;
use serde_json::json;

use crate::support::{TestApp, World};

/// It greets, counts chapters, lets users and groups choose a language, and fails.
fn routes() -> Router {
    Router::new()
        .command("start", |t: Texts, user: User| async move {
            t.hello(user.first_name)
        })
        .command(
            "count",
            |t: Texts, CommandArgs(n): CommandArgs<i64>| async move { t.report_done(n) },
        )
        .command("language", || async {
            Reply::text("?").keyboard(Lang::keyboard(2))
        })
        .press::<Lang, _>(choose)
        .command("group", choose_for_group)
        .command("forget", forget)
        .command("fail", || async {
            Err::<(), _>(Error::message("it fails"))
        })
        .text(|t: Texts, Text(_): Text| async move { t.what_i_can() })
}

async fn choose(
    ostankino::Pressed(lang): ostankino::Pressed<Lang>,
    t: Texts,
    db: DbSession,
    user: User,
) -> Result<Html> {
    users::choose_locale(&mut *db.conn().await?, user.id, lang).await?;
    Ok(t.of(lang).language_chosen())
}

/// `/group en`
async fn choose_for_group(
    CommandArgs(tag): CommandArgs,
    bot: Bot,
    update: Update,
    db: DbSession,
) -> Result<&'static str> {
    let (connection, chat) = (&mut *db.conn().await?, update.chat_id().expect("a group"));
    match Lang::ALL.iter().find(|lang| lang.tag() == tag) {
        Some(lang) => users::choose_chat_locale(connection, bot.id(), chat, *lang).await?,
        None => users::forget_chat_locale(connection, bot.id(), chat).await?,
    }
    Ok("ok")
}

async fn forget(db: DbSession, user: User) -> Result<&'static str> {
    users::forget_locale(&mut *db.conn().await?, user.id).await?;
    Ok("ok")
}

fn setup(world: &World, routes: Router) -> AppSetup {
    world.app(routes).with(|app| app.texts(Texts::new()))
}

async fn run(world: &World) -> TestApp {
    setup(world, routes()).start().await
}

const RUSSIAN: &str = "Что я умею: /help";
const ENGLISH: &str = "What I can do: /help";

#[tokio::test]
async fn a_name_with_markup_arrives_as_it_is() {
    let world = World::new().await;
    let _app = run(&world).await;
    let odd = world.tg.person("<b>&\"{ $name }");
    odd.says("/start");
    let message = odd.next_message().await;
    assert_eq!(message.text, "Здравствуйте, <b>&\"{ $name }!");
    assert_eq!(message.entities, json!([]));
}

#[tokio::test]
async fn numbers_have_their_plurals_and_nothing_stands_around_them() {
    let world = World::new().await;
    let _app = run(&world).await;
    let alice = world.tg.person("Алиса");
    for (number, chapters) in [
        (1, "глава"),
        (2, "главы"),
        (5, "глав"),
        (11, "глав"),
        (21, "глава"),
        (101, "глава"),
    ] {
        alice.says(&format!("/count {number}"));
        let message = alice.next_message().await;
        assert_eq!(message.text, format!("Отчёт готов: {number} {chapters}."));
    }
}

#[tokio::test]
async fn a_chosen_language_survives_updates_that_tell_another() {
    let world = World::new().await;
    let _app = run(&world).await;
    let alice = world.tg.person("Алиса");
    alice.says("x");
    assert_eq!(alice.next_message().await.text, RUSSIAN);
    let alice = alice.with_language("en-GB");
    alice.says("x");
    assert_eq!(alice.next_message().await.text, ENGLISH, "as the app says");
    alice.says("/language");
    alice.next_message().await;
    alice.presses("Русский").await;
    assert_eq!(alice.next_message().await.text, "Буду говорить по-русски.");
    alice.says_many((0..100).map(|number| number.to_string()));
    for _ in 0..100 {
        assert_eq!(alice.next_message().await.text, RUSSIAN);
    }
    let told = world.user(alice.id()).await.expect("a row").language;
    assert_eq!(
        told.as_deref(),
        Some("en-GB"),
        "what the app says is kept beside it"
    );
    alice.says("/forget");
    alice.next_message().await;
    alice.says("x");
    assert_eq!(alice.next_message().await.text, ENGLISH);
}

#[tokio::test]
async fn who_speaks_none_of_the_languages_is_spoken_to_in_the_first() {
    let world = World::new().await;
    let _app = run(&world).await;
    let (german, mute) = (
        world.tg.person("Ханс").with_language("de"),
        world.tg.person("Никто").without_language(),
    );
    for person in [&german, &mute] {
        person.says("x");
        assert_eq!(person.next_message().await.text, RUSSIAN);
    }
    // A language that the bot spoke once.
    let odd = "UPDATE users SET locale = 'de-AT'";
    world
        .database()
        .await
        .batch_execute(odd)
        .await
        .expect("it is one");
    let mute = mute.with_language("en");
    mute.says("x");
    assert_eq!(mute.next_message().await.text, ENGLISH);
    let mute = mute.without_language();
    mute.says("x");
    assert_eq!(mute.next_message().await.text, ENGLISH, "as it said last");
    let wrong = "UPDATE users SET locale = 'English'";
    assert!(world.database().await.batch_execute(wrong).await.is_err());
}

#[tokio::test]
async fn a_group_has_the_language_that_was_chosen_for_it() {
    let world = World::new().await;
    let _app = run(&world).await;
    let alice = world.tg.person("Алиса");
    let bob = world.tg.person("Bob").with_language("en");
    let group = world.tg.group("Группа").with(&alice).with(&bob);
    let said = async |person: &telegram_emulator::Person, text: &str| {
        person.says_in(&group, text);
        group.next_message().await.text
    };
    assert_eq!(said(&alice, "/count 1").await, "Отчёт готов: 1 глава.");
    assert_eq!(
        said(&bob, "/count 1").await,
        "The report is ready: 1 chapter."
    );
    assert_eq!(said(&bob, "/group en").await, "ok");
    assert_eq!(
        said(&alice, "/count 1").await,
        "The report is ready: 1 chapter."
    );
    alice.says("x");
    assert_eq!(
        alice.next_message().await.text,
        RUSSIAN,
        "alone it is her own"
    );
    assert_eq!(said(&bob, "/group").await, "ok");
    assert_eq!(said(&alice, "/count 1").await, "Отчёт готов: 1 глава.");
}
