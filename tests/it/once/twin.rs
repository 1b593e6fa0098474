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

/// How many threads a process of these tests has.
const THREADS: usize = 2;

/// A bot whose first handlers keep every thread of their process, so that nobody hears of it, and then
/// fail; those after them wait, then succeed. Tells how many began, and gives what releases either.
fn bot() -> (Router, Arc<AtomicUsize>, mpsc::Sender<()>, Arc<Semaphore>) {
    let (begun, later) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
    let (first, released) = mpsc::channel();
    let (released, begins, waits) = (Arc::new(Mutex::new(released)), begun.clone(), later.clone());
    let hits = move |user: User, db: DbSession| {
        let (released, begins, waits) = (released.clone(), begins.clone(), waits.clone());
        async move {
            if begins.fetch_add(1, Ordering::Relaxed) < THREADS {
                let _ = released.lock().expect("not poisoned").recv();
                return Err(Error::message("the first ones fail"));
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
    let frozen = world.app(router.clone()).start().await;
    let people = [world.tg.person("Алиса"), world.tg.person("Борис")];
    for person in &people {
        person.says("/hit");
    }
    until("it stands still", async || {
        begun.load(Ordering::Relaxed) == THREADS
    })
    .await;
    let next = world.app(router).start().await;
    let both = 2 * THREADS;
    until("the next has them", async || {
        begun.load(Ordering::Relaxed) == both
    })
    .await;
    later.add_permits(THREADS);
    for _ in 0..THREADS {
        first.send(()).expect("it waits");
    }
    for person in &people {
        let said = person.next_message().await.text;
        let is_hit = format!("FROM hits WHERE user_id = {}", person.id());
        assert!([APOLOGY, "удар"].contains(&&*said), "{said}");
        until("what was said is what was done", async || {
            world.count(&is_hit).await == i64::from(said == "удар")
        })
        .await;
        person.says("ещё");
        let mut next = person.next_message().await.text;
        if next == said {
            // Both may find it not said yet.
            next = person.next_message().await.text;
        }
        assert_eq!(next, "да");
    }
    world.queue_is_empty().await;
    until("all is recorded as said", async || left(&world).await == 0).await;
    frozen.stop().await;
    next.stop().await;
}
