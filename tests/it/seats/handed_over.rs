//! What is under way while its partition is handed over comes to its end, also what changes a dialogue and no row.

use std::sync::Arc;

use ostankino::{DialogueState, Error, Fsm, Router};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use crate::support::World;

#[derive(Serialize, Deserialize)]
struct Asked {}

impl DialogueState for Asked {
    const NAME: &'static str = "asked";
}

#[tokio::test]
async fn a_dialogue_that_changes_while_its_partition_is_handed_over_is_kept() {
    let world = World::new().await;
    let (begun, released) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (begins, release) = (begun.clone(), released.clone());
    let ask = move |fsm: Fsm| {
        let (begins, release) = (begins.clone(), release.clone());
        async move {
            begins.add_permits(1);
            release.acquire().await.expect("open").forget();
            fsm.set(Asked {})?;
            Ok::<_, Error>("Что?")
        }
    };
    let router = Router::new()
        .command("ask", ask)
        .state::<Asked, _>(|fsm: Fsm| async move {
            fsm.clear();
            "Понятно"
        })
        .text(|| async { "Не понял" });
    let leaves = world.run(router.clone()).await;
    let alice = world.tg.person("Алиса");
    alice.says("/ask");
    begun.acquire().await.expect("open").forget();
    leaves.cancel();
    // The seats of which nothing is under way are given back: by now all are being handed over.
    leaves.logs.wait_for("seats_handed_over").await;
    let _stays = world.run(router).await;
    released.add_permits(1);
    assert_eq!(alice.next_message().await.text, "Что?");
    leaves.ended().await;
    alice.says("чай");
    assert_eq!(alice.next_message().await.text, "Понятно");
}
