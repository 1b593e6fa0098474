//! What nobody waits for and fails: it is tried again, and kept as a dead letter in the end.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use ostankino::{Error, Router};

use super::errors;
use crate::support::{TestApp, World};

/// How a handler of `my_chat_member` fails.
#[derive(Clone, Copy)]
enum Fails {
    Once,
    Always,
    ByPanic,
}

async fn start(world: &World, fails: Fails) -> (TestApp, Arc<AtomicU32>) {
    let begun = Arc::new(AtomicU32::new(0));
    let counted = begun.clone();
    let changed = move || {
        let times = counted.fetch_add(1, Ordering::SeqCst);
        async move {
            match fails {
                Fails::Once if times > 0 => Ok(()),
                Fails::ByPanic => panic!("as told"),
                _ => Err(Error::message("as told")),
            }
        }
    };
    let router = Router::new()
        .my_chat_member(changed)
        .command("start", || async { "да" });
    let app = world.app(router);
    let app = app.config(|config| config.delivery.max_deliveries = 2);
    (app.start().await, begun)
}

#[tokio::test]
async fn what_succeeds_at_the_second_try_is_handled() {
    let world = World::new().await;
    let (app, begun) = start(&world, Fails::Once).await;
    let alice = world.tg.person("Алиса");
    alice.blocks();
    let handled = |r: &serde_json::Value| r["kind"] == "my_chat_member" && r["outcome"] == "ok";
    app.logs.wait_until("it is handled", handled).await;
    world.queue_is_empty().await;
    assert_eq!(begun.load(Ordering::SeqCst), 2);
    assert_eq!(world.dead_letters().await, []);
    assert_eq!(errors(&app.logs).len(), 0, "nothing was lost");
}

#[tokio::test]
async fn what_fails_whenever_it_is_tried_becomes_a_dead_letter() {
    for fails in [Fails::Always, Fails::ByPanic] {
        let world = World::new().await;
        let (app, begun) = start(&world, fails).await;
        let alice = world.tg.person("Алиса");
        alice.blocks();
        alice.unblocks();
        alice.says("/start");
        // Of the same partition: it is not held up for ever.
        assert_eq!(alice.next_message().await.text, "да");
        world.queue_is_empty().await;
        assert_eq!(begun.load(Ordering::SeqCst), 4, "two updates, twice each");
        let letters = world.dead_letters().await;
        assert_eq!(letters.len(), 2, "{letters:?}");
        for (update, reason) in letters {
            assert!(update.contains("my_chat_member"), "{update}");
            assert!(reason.contains("begun too often"), "{reason}");
        }
        let set_aside = app.logs.of("dead_letter");
        assert_eq!(set_aside.len(), 2);
        for record in set_aside {
            let error = record["error"].as_str().expect("the chain");
            assert!(error.contains("as told"), "{error}");
        }
        assert_eq!(world.tg.calls_of("sendMessage").len(), 1, "nothing is said");
        app.stop().await;
    }
}
