//! A background task that dies takes the service with it, in order: one that goes on without its
//! tracker, or without the look after its servers, only seems to live.

use ostankino::{Config, Router};
use telegram_emulator::Emulator;

use crate::support::{TestApp, World, logs::panicking_in};

/// Whoever has something to complain about in that module of the library dies of it.
async fn dies_in(world: &World, module: &'static str) -> TestApp {
    let hasty = |config: &mut Config| {
        config.nats.request_timeout_ms = 500;
    };
    let routes = Router::new().text(async || "да");
    let app = world.app(routes).config(hasty);
    let app = app.logging_to(panicking_in(module)).spawn();
    app.logs.wait_for("running").await;
    app
}

/// Waits for the end; checks that one record tells whose fault it was, and that all was closed.
async fn ends_because_of(app: TestApp, task: &str) {
    let logs = app.logs.clone();
    app.ended().await;
    let told = logs.of("cannot_run");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(
        (&told[0]["level"], &told[0]["task"]),
        (&"ERROR".into(), &task.into())
    );
    assert_eq!(told[0]["error"], "it panicked: the log is broken");
    for step in ["polling_stopped", "database_closed"] {
        assert_eq!(logs.of(step).len(), 1, "{step}");
    }
}

#[tokio::test]
async fn the_death_of_the_look_after_the_servers_ends_the_service() {
    let (world, mut nats) = World::with_nats().await;
    let app = dies_in(&world, "ostankino::worker::health").await;
    nats.kill().await;
    ends_because_of(app, "health").await;
}

#[tokio::test]
async fn the_death_of_the_user_tracker_ends_the_service() {
    let world = World::new().await;
    let app = dies_in(&world, "ostankino::users::tracker").await;
    let alice = world.tg.person("Алиса");
    alice.says("раз");
    alice.next_message().await;
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let database = world.database().await;
    database.batch_execute(end).await.expect("ended");
    ends_because_of(app, "user tracker").await;
}

#[tokio::test]
async fn the_death_of_the_worker_ends_the_service() {
    let world = World::new().await;
    let app = dies_in(&world, "ostankino::worker::pulling").await;
    let alice = world.tg.person("Алиса");
    alice.says("раз");
    alice.next_message().await;
    world.delete_consumers().await;
    ends_because_of(app, "worker").await;
}

#[tokio::test]
async fn the_death_of_the_poller_ends_the_service() {
    let world = World::new().await;
    let app = dies_in(&world, "ostankino::intake::poller").await;
    world.tg.wait_until(Emulator::is_polled).await;
    world
        .tg
        .fault(telegram_emulator::Fault::on("getUpdates").status(502));
    world.tg.person("Алиса").says("раз");
    ends_because_of(app, "poller").await;
}

#[tokio::test]
async fn the_death_of_the_purge_ends_the_service() {
    let world = World::new().await;
    assert_eq!(world.service().run("migrate").await.code, 0);
    let stuck = "INSERT INTO inbox (bot_id, update_id, applied_at)
        VALUES (1, 1, now() - interval '99 days');
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
        CREATE TRIGGER refuse BEFORE DELETE ON inbox FOR EACH ROW EXECUTE FUNCTION refuse()";
    let database = world.database().await;
    database.batch_execute(stuck).await.expect("created");
    let app = dies_in(&world, "ostankino::purge").await;
    ends_because_of(app, "purge").await;
}
