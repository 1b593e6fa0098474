//! Of what somebody types only the last query matters.

use std::sync::{Arc, Mutex};

use ostankino::{Reply, Router, extract::InlineQuery, reply::Article};
use tokio::sync::Semaphore;

use crate::support::{World, servers::until};

#[tokio::test]
async fn of_letters_typed_quickly_the_last_is_answered_and_not_all_are_looked_up() {
    let world = World::new().await;
    let (gate, begun) = (
        Arc::new(Semaphore::new(0)),
        Arc::new(Mutex::new(Vec::<String>::new())),
    );
    let (waits, begins) = (gate.clone(), begun.clone());
    let find = move |query: InlineQuery| {
        let (gate, begun) = (waits.clone(), begins.clone());
        async move {
            begun
                .lock()
                .expect("not poisoned")
                .push(query.query.clone());
            gate.acquire().await.expect("open").forget();
            let article = Article::new("1", query.query.clone(), query.query);
            Reply::inline([article]).param("cache_time", 0)
        }
    };
    let app = world.run(Router::new().inline(find)).await;
    let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));
    let first = alice.queries("О");
    let looks_up = async |count: usize| {
        until("it is looked up", async || {
            begun.lock().expect("not poisoned").len() == count
        })
        .await;
    };
    looks_up(1).await;
    // One after the other, each known to the process or replaced by the next before that is.
    let mut queries = alice.types("Останкино!");
    let last = queries.pop().expect("ten");
    let other = boris.queries("чай");
    looks_up(2).await;
    world.tg.wait_until(|tg| tg.pending_updates() == 0).await;
    gate.add_permits(10);
    assert_eq!(world.tg.offered(&last).await[0]["title"], "Останкино!");
    assert_eq!(world.tg.offered(&other).await[0]["title"], "чай");
    assert_eq!(world.tg.offered(&first).await[0]["title"], "О");
    app.stop().await;
    let begun = begun.lock().expect("not poisoned");
    let of_alice: Vec<_> = begun.iter().filter(|query| *query != "чай").collect();
    assert_eq!(
        of_alice.last().map(|query| query.as_str()),
        Some("Останкино!")
    );
    assert!(of_alice.len() < 11, "{begun:?}");
}
