//! A server that is away, and a process that is told to stop.

use std::sync::Arc;

use ostankino::{DbSession, Error, Reply, Router, User, extract::InlineQuery, reply::Article};
use tokio::sync::Semaphore;

use super::checkout;
use crate::support::{APOLOGY, World};

#[tokio::test]
async fn without_postgresql_who_pays_is_told_and_what_is_typed_is_answered_once_it_is_back() {
    let (world, mut postgres) = World::with_postgres().await;
    let check = |_: User, db: DbSession| async move {
        db.conn().await?;
        Ok::<_, Error>(Reply::confirm())
    };
    let find = |query: InlineQuery, db: DbSession| async move {
        db.conn().await?;
        let article = Article::new("1", query.query.clone(), query.query);
        Ok::<_, Error>(Reply::inline([article]).param("cache_time", 0))
    };
    let app = world
        .run(Router::new().pre_checkout(check).inline(find))
        .await;
    let alice = world.tg.person("Алиса").who_has_started();
    world.tg.push_update(checkout(&alice, "1"));
    assert_eq!(
        world.tg.next_call("answerPreCheckoutQuery").await.params["ok"],
        true
    );
    postgres.kill().await;
    world.tg.push_update(checkout(&alice, "2"));
    let call = world.tg.next_call("answerPreCheckoutQuery").await;
    assert_eq!(call.params["error_message"], APOLOGY);
    let query = alice.queries("чай");
    app.logs.wait_for("update_retried").await;
    postgres.restart().await;
    assert_eq!(world.tg.offered(&query).await[0]["title"], "чай");
    app.stop().await;
}

#[tokio::test]
async fn a_payment_that_is_under_way_when_the_process_stops_is_answered_before_it_ends() {
    let world = World::new().await;
    let (gate, begun) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (waits, begins) = (gate.clone(), begun.clone());
    let check = move || {
        let (gate, begun) = (waits.clone(), begins.clone());
        async move {
            begun.add_permits(1);
            gate.acquire().await.expect("open").forget();
            Reply::confirm()
        }
    };
    let app = world.run(Router::new().pre_checkout(check)).await;
    let alice = world.tg.person("Алиса").who_has_started();
    world.tg.push_update(checkout(&alice, "1"));
    begun.acquire().await.expect("open").forget();
    app.cancel();
    app.logs.wait_for("polling_stopped").await;
    gate.add_permits(1);
    let call = world.tg.next_call("answerPreCheckoutQuery").await;
    assert_eq!(call.params["ok"], true);
    let logs = app.logs.clone();
    app.ended().await;
    assert_eq!(logs.of("drained").len(), 1);
}
