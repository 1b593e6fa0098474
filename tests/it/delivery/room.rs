//! A queue without room: Telegram keeps the rest until there is some.

use std::sync::Arc;

use ostankino::{Router, Text};
use serde_json::json;
use tokio::sync::Semaphore;

use crate::support::{World, servers::until};

/// Together more than a queue of one MiB holds.
const UPDATES: i64 = 24;

#[tokio::test]
async fn updates_that_find_the_queue_full_stay_with_telegram_until_there_is_room() {
    let world = World::new().await;
    let gate = Arc::new(Semaphore::new(0));
    let handled = Arc::new(Semaphore::new(0));
    let (waits, notes) = (gate.clone(), handled.clone());
    let routes = Router::new().text(move |_: Text| {
        let (gate, handled) = (waits.clone(), notes.clone());
        async move {
            gate.acquire().await.expect("open").forget();
            handled.add_permits(1);
        }
    });
    let small = |config: &mut ostankino::Config| config.nats.stream_max_mb = 1;
    let app = world.app(routes).config(small).start().await;
    let text = "ш".repeat(50_000);
    for number in 0..UPDATES {
        let person = json!({"id": 1000 + number, "is_bot": false, "first_name": "Гость"});
        let chat = json!({"id": 1000 + number, "type": "private", "first_name": "Гость"});
        let message =
            json!({"message_id": 1, "date": 1, "from": person, "chat": chat, "text": text});
        world.tg.push_update(json!({"message": message}));
    }
    let full = "store_failed";
    let record = app.logs.wait_for(full).await;
    assert!(record["error"].to_string().contains("maximum bytes"));
    assert!(world.tg.pending_updates() > 0);

    gate.add_permits(usize::try_from(UPDATES).expect("few"));
    app.logs.wait_for("store_recovered").await;
    until("all are handled", async || {
        handled.available_permits() == usize::try_from(UPDATES).expect("few")
    })
    .await;
    world.tg.wait_until(|tg| tg.pending_updates() == 0).await;
    app.stop().await;
    assert_eq!(handled.available_permits(), 24, "each once");
}
