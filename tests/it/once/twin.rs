//! A process that stood still so long that another one took its partitions over, and then goes on.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
    mpsc,
};

use ostankino::{DbSession, Error, Router, User};
use tokio::sync::Semaphore;

use super::{hit, left, world};
use crate::support::{APOLOGY, servers::until};

/// A bot whose first handler keeps the only thread of its process, so that nobody hears of it, and then
/// fails; the next one waits, then succeeds. Tells how many began, and gives what releases either.
fn bot() -> (Router, Arc<AtomicUsize>, mpsc::Sender<()>, Arc<Semaphore>) {
    let (begun, later) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
    let (first, released) = mpsc::channel();
    let (released, begins, waits) = (Arc::new(Mutex::new(released)), begun.clone(), later.clone());
    let hits = move |user: User, db: DbSession| {
        let (released, begins, waits) = (released.clone(), begins.clone(), waits.clone());
        async move {
            if begins.fetch_add(1, Ordering::Relaxed) == 0 {
                let _ = released.lock().expect("not poisoned").recv();
                return Err(Error::message("the first one fails"));
            }
            waits.acquire().await.expect("open").forget();
            hit(&db, &user).await?;
            Ok("удар")
        }
    };
    let router = Router::new().command("hit", hits).text(|| async { "да" });
    (router, begun, first, later)
}

#[tokio::test]
async fn of_two_processes_with_the_same_update_one_is_believed() {
    let world = world().await;
    let (router, begun, first, later) = bot();
    let frozen = world.app(router.clone()).threads(1).start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/hit");
    until("it stands still", async || {
        begun.load(Ordering::Relaxed) == 1
    })
    .await;
    let next = world.app(router).start().await;
    until("the next has it", async || {
        begun.load(Ordering::Relaxed) == 2
    })
    .await;
    later.add_permits(1);
    first.send(()).expect("it waits");
    let said = alice.next_message().await.text;
    let is_hit = format!("FROM hits WHERE user_id = {}", alice.id());
    assert!([APOLOGY, "удар"].contains(&&*said), "{said}");
    until("what was said is what was done", async || {
        world.count(&is_hit).await == i64::from(said == "удар")
    })
    .await;
    alice.says("ещё");
    let mut more = alice.next_message().await.text;
    if more == said {
        // Both may find it not said yet.
        more = alice.next_message().await.text;
    }
    assert_eq!(more, "да");
    world.queue_is_empty().await;
    until("all is recorded as said", async || left(&world).await == 0).await;
    frozen.stop().await;
    next.stop().await;
}
