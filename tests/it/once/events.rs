//! Events of a reply whose process ended between the commit and their publication.

use ostankino::{DbSession, Error, Event, Fired, Reply, Router, User};
use serde::{Deserialize, Serialize};

use super::{enqueue, hit, left, world};

#[derive(Serialize, Deserialize)]
struct Echo {
    text: String,
}

impl Event for Echo {
    const NAME: &'static str = "echo";
}

#[tokio::test]
async fn what_the_outbox_holds_happens_when_the_update_is_found_again() {
    let world = world().await;
    let go = || async {
        Reply::text("сразу").event(&Echo {
            text: "потом".into(),
        })
    };
    let echo = |Fired(Echo { text }): Fired<Echo>, user: User, db: DbSession| async move {
        hit(&db, &user).await?;
        Ok::<_, Error>(text)
    };
    let router = || Router::new().command("go", go).event::<Echo, _>(echo);
    // The tables are there once a bot ran.
    world.run(router()).await.stop().await;
    let alice = world.tg.person("Алиса");
    alice.says("x");
    let (bot, update) = (world.tg.bot_id(), 900_000_000_i64);
    let outbox = r#"{"e":[{"event":{"name":"echo","data":{"text":"из прошлого"}}}]}"#;
    let insert = "INSERT INTO inbox (bot_id, update_id, effects) VALUES ($1, $2, $3)";
    let database = world.database().await;
    let inserted = database
        .execute(insert, &[&bot, &update, &outbox.as_bytes()])
        .await;
    inserted.expect("it is inserted");
    enqueue(&world, &alice, update, "/go").await;

    let app = world.run(router()).await;
    assert_eq!(alice.next_message().await.text, "из прошлого");
    world.queue_is_empty().await;
    assert_eq!((world.count("FROM hits").await, left(&world).await), (1, 0));
    // Another copy of the update finds nothing to do.
    enqueue(&world, &alice, update, "/go").await;
    alice.says("/go");
    assert_eq!(alice.next_message().await.text, "сразу");
    assert_eq!(alice.next_message().await.text, "потом");
    world.queue_is_empty().await;
    assert_eq!((world.count("FROM hits").await, left(&world).await), (2, 0));
    app.stop().await;
}
