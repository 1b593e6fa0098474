//! What the library says by itself, in the user's language; in a bot without texts in Russian.

use ostankino::{CallbackData, Reply, Router};

use super::{routes, run, setup};
use crate::support::{APOLOGY, World};

const SORRY: &str = "Something went wrong";

#[tokio::test]
async fn the_apology_is_in_the_users_language_also_when_postgresql_is_away() {
    let (world, mut postgres) = World::with_postgres().await;
    let _app = run(&world).await;
    let alice = world.tg.person("Алиса");
    let bob = world.tg.person("Bob").with_language("en");
    alice.says("/fail");
    assert_eq!(alice.next_message().await.text, APOLOGY);
    bob.says("/fail");
    assert_eq!(bob.next_message().await.text, SORRY);
    // What was chosen counts as long as it can be known.
    alice.says("/language");
    alice.next_message().await;
    alice.presses("English").await;
    alice.next_message().await;
    alice.says("/fail");
    assert_eq!(alice.next_message().await.text, SORRY);

    postgres.kill().await;
    bob.says("/start");
    assert_eq!(bob.next_message().await.text, SORRY);
    alice.says("/start");
    assert_eq!(alice.next_message().await.text, APOLOGY, "as her app says");
}

#[tokio::test]
async fn a_bot_without_texts_apologises_to_everybody_in_the_same_words() {
    let world = World::new().await;
    let fails = || async { Err::<(), _>(ostankino::Error::message("it fails")) };
    let _app = world.run(Router::new().command("fail", fails)).await;
    let bob = world.tg.person("Bob").with_language("en");
    bob.says("/fail");
    assert_eq!(bob.next_message().await.text, APOLOGY);
}

#[derive(CallbackData)]
#[callback(prefix = "old")]
struct Old(u8);

#[tokio::test]
async fn a_stale_button_and_a_flood_are_told_in_the_users_language() {
    let world = World::new().await;
    let shows = || async { Reply::text("?").button("x", "old:zzzz") };
    let routes = Router::new()
        .command("show", shows)
        .press::<Old, _>(|| async {})
        .merge(routes());
    let app = setup(&world, routes).config(|config| {
        config.flood.updates_per_min = 1;
        config.flood.burst = 2;
    });
    let _app = app.start().await;
    let alice = world.tg.person("Алиса");
    let bob = world.tg.person("Bob").with_language("en");
    for (person, stale, flood) in [
        (
            &alice,
            "Кнопка устарела",
            "Слишком много сообщений. Подождите немного.",
        ),
        (
            &bob,
            "This button is out of date",
            "Too many messages. Please wait a little.",
        ),
    ] {
        person.says("/show");
        person.next_message().await;
        let press = person.presses("x").await;
        let answer = world.tg.press_answered(&press).await;
        assert_eq!(answer["text"], stale);
        person.says_many(["1", "2", "3"]);
        while person.next_message().await.text != flood {}
    }
}
