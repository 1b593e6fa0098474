//! Replies that a handler makes wrong: an error of the handler that names its line, before anything
//! is committed or said.

use ostankino::{Call, DbSession, Error, Reply, Router, User};
use ostankino_demo::profiles;
use serde_json::json;

use crate::support::{APOLOGY, World};

/// A handler that writes, then makes this reply, is apologised for and rolled back; the record
/// names the line and the problem.
async fn is_a_mistake(make: fn() -> Reply, problem: &str) {
    let world = World::new().await;
    let handler = move |user: User, db: DbSession| async move {
        profiles::save(&mut *db.conn().await?, user.id, "Алиса", 7).await?;
        Ok::<_, Error>(make())
    };
    let app = world.run(Router::new().text(handler)).await;
    let alice = world.tg.person("Алиса");
    alice.says("x");

    assert_eq!(alice.next_message().await.text, APOLOGY);
    let record = app.logs.wait_for("update_failed").await;
    let error = record["error"].as_str().expect("a text");
    let begins = "the reply made at tests/it/mistakes.rs:";
    assert!(
        error.starts_with(begins) && error.contains(problem),
        "{error}"
    );
    assert_eq!(world.count("FROM profiles").await, 0);
    assert_eq!(world.tg.calls_of("sendMessage").len(), 1);
}

#[tokio::test]
async fn data_of_a_button_that_are_too_long_are_a_mistake() {
    let make = || Reply::text("?").button("Да", "я".repeat(33));
    is_a_mistake(make, "the data of a button take 66 bytes, the most is 64").await;
}

#[tokio::test]
async fn an_empty_text_is_a_mistake() {
    is_a_mistake(|| Reply::text("<b> </b>"), "its text is empty").await;
}

#[tokio::test]
async fn a_button_under_a_reply_keyboard_is_a_mistake() {
    let make = || {
        let keyboard = json!({"keyboard": [["Да"]]});
        Reply::text("?")
            .param("reply_markup", keyboard)
            .button("Нет", "no")
    };
    is_a_mistake(make, "its keyboard is of another kind").await;
}

#[tokio::test]
async fn a_link_that_telegram_does_not_open_is_a_mistake() {
    let make = || Reply::text("?").link("Почта", "mailto:anna");
    is_a_mistake(make, "the link of a button").await;
}

#[tokio::test]
async fn a_method_that_the_server_does_not_have_is_called_once() {
    let world = World::new().await;
    let game = || async { Call::new("sendGame").param("game_short_name", "g") };
    let app = world.run(Router::new().text(game)).await;
    let alice = world.tg.person("Алиса");
    alice.says("x");
    assert_eq!(alice.next_message().await.text, APOLOGY);
    assert_eq!(world.tg.calls_of("sendGame").len(), 1);
    assert_eq!(app.logs.of("call_retried").len(), 0);
}
