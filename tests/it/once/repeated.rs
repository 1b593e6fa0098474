//! Updates that come a second time, to a process that does not know them.

use ostankino::{DbSession, Router};

use super::{enqueue, start, world};
use crate::support::{APOLOGY, servers::until};

#[tokio::test]
async fn an_update_that_is_queued_twice_is_applied_once_and_answered_once() {
    let world = world().await;
    let alice = world.tg.person("Алиса").who_has_started();
    for text in ["/hit", "/walk"] {
        let (id, said) = (fastrand::i64(1..1 << 31), alice.messages().len());
        let app = start(&world).await;
        enqueue(&world, &alice, id, text).await;
        alice.next_message().await;
        world.queue_is_empty().await;
        app.stop().await;

        let app = start(&world).await;
        enqueue(&world, &alice, id, text).await;
        world.queue_is_empty().await;
        app.stop().await;
        assert_eq!(alice.messages().len(), said + 1, "{text}");
    }
    let app = start(&world).await;
    enqueue(&world, &alice, 1, "/walk").await;
    assert_eq!(alice.next_message().await.text, "шаг 3");
    assert_eq!(world.count("FROM hits").await, 1);
    drop(app);
}

#[tokio::test]
async fn a_handler_that_passes_over_the_refusal_changes_nothing_all_the_same() {
    let world = world().await;
    let alice = world.tg.person("Алиса").who_has_started();
    let id = 77;
    let app = start(&world).await;
    enqueue(&world, &alice, id, "/hit").await;
    alice.next_message().await;
    world.queue_is_empty().await;
    app.stop().await;

    let stubborn = |db: DbSession| async move {
        let refused = db.conn().await.is_err() && db.conn().await.is_err();
        if refused { "и ладно" } else { "нет" }
    };
    let stubborn = Router::new().command("stubborn", stubborn);
    let app = world.app(stubborn).start().await;
    enqueue(&world, &alice, id, "/stubborn").await;
    world.queue_is_empty().await;
    assert_eq!(alice.messages().len(), 1, "nothing more was said");
    drop(app);
}

#[tokio::test]
async fn a_commit_without_an_answer_is_settled_before_anything_is_said() {
    let world = world().await;
    let client = world.database().await;
    let slow = "CREATE TABLE slow (); INSERT INTO slow DEFAULT VALUES;
         CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN IF EXISTS (SELECT FROM slow) THEN PERFORM pg_sleep(30); END IF; RETURN NULL; END $$;
         CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON hits
             DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait()";
    client.batch_execute(slow).await.expect("a slow commit");
    let app = start(&world).await;
    let alice = world.tg.person("Алиса").who_has_started();
    alice.says("/hit");
    let waits =
        "FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
    until("the commit waits", async || world.count(waits).await == 1).await;
    let end = format!("DELETE FROM slow; SELECT pg_terminate_backend(pid) {waits}");
    client.batch_execute(&end).await.expect("it is ended");

    assert_eq!(alice.next_message().await.text, "удар 1");
    world.queue_is_empty().await;
    assert_eq!(world.count("FROM hits").await, 1);
    assert!(alice.messages().iter().all(|said| said.text != APOLOGY));
    assert_eq!(app.logs.of("update_retried").len(), 1);
}
