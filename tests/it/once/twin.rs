//! Two workers that have the same update at once, since one was silent for too long.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
    mpsc,
};

use ostankino::{DbSession, Error, Router, User};
use tokio::sync::Notify;

use super::{brittle, hit, left, world};
use crate::support::{APOLOGY, servers::until};

/// A bot whose first handler blocks its thread, so that the queue hears nothing, and then fails; the
/// second one waits, then succeeds. Tells how many began, and gives what releases each.
fn bot() -> (Router, Arc<AtomicUsize>, mpsc::Sender<()>, Arc<Notify>) {
    let (begun, second) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let (first, released) = mpsc::channel();
    let (released, begins, waits) = (
        Arc::new(Mutex::new(released)),
        begun.clone(),
        second.clone(),
    );
    let hits = move |user: User, db: DbSession| {
        let (released, begins, waits) = (released.clone(), begins.clone(), waits.clone());
        async move {
            if begins.fetch_add(1, Ordering::Relaxed) == 0 {
                let _ = released.lock().expect("not poisoned").recv();
                return Err(Error::message("the first one fails"));
            }
            waits.notified().await;
            hit(&db, &user).await?;
            Ok("удар")
        }
    };
    let router = Router::new().command("hit", hits).text(|| async { "да" });
    (router, begun, first, second)
}

#[tokio::test]
async fn what_failed_is_not_applied_by_the_twin() {
    let world = world().await;
    let (router, begun, first, second) = bot();
    let _apps = [
        world.app(router.clone()).config(brittle).start().await,
        world.app(router).config(brittle).start().await,
    ];
    let alice = world.tg.person("Алиса");
    alice.says("/hit");
    until("both have it", async || begun.load(Ordering::Relaxed) == 2).await;
    first.send(()).expect("it waits");
    assert_eq!(alice.next_message().await.text, APOLOGY);
    until("it is noted as said", async || left(&world).await == 0).await;
    second.notify_one();
    alice.says("ещё");
    assert_eq!(alice.next_message().await.text, "да");
    world.queue_is_empty().await;
    assert_eq!(world.count("FROM hits").await, 0);
    assert_eq!(alice.messages().len(), 2);
}

#[tokio::test]
async fn what_the_twin_applied_is_not_apologised_for() {
    let world = world().await;
    let (router, begun, first, second) = bot();
    let _apps = [
        world.app(router.clone()).config(brittle).start().await,
        world.app(router).config(brittle).start().await,
    ];
    let alice = world.tg.person("Алиса");
    alice.says("/hit");
    until("both have it", async || begun.load(Ordering::Relaxed) == 2).await;
    second.notify_one();
    assert_eq!(alice.next_message().await.text, "удар");
    first.send(()).expect("it waits");
    alice.says("ещё");
    assert_eq!(alice.next_message().await.text, "да");
    world.queue_is_empty().await;
    assert_eq!(world.count("FROM hits").await, 1);
    assert!(alice.messages().iter().all(|said| said.text != APOLOGY));
}
