//! Tracking that fails fails for one user only.

use super::bot;
use crate::support::{APOLOGY, World, servers::until};

#[tokio::test]
async fn a_locked_row_fails_only_its_own_user() {
    let world = World::new().await;
    let app = world.app(bot());
    let app = app.config(|config| config.database.lock_timeout_ms = 700);
    let app = app.start().await;
    let alice = world.tg.person("Алиса");
    let boris = world.person_apart_from("Борис", &[&alice]);
    let vera = world.person_apart_from("Вера", &[&alice, &boris]);
    for person in [&alice, &boris, &vera] {
        person.says("1");
        person.next_message().await;
    }

    let mut client = world.database().await;
    let lock = client.transaction().await.expect("a transaction");
    let rows = "SELECT 1 FROM users WHERE id = ANY ($1) FOR UPDATE";
    let locked = lock.execute(rows, &[&vec![alice.id(), boris.id()]]).await;
    assert_eq!(locked.expect("they are locked"), 2);
    // Hers is waited for; meanwhile the other two come together, one of them locked.
    alice.says("2");
    let waits =
        "FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    until("it waits", async || world.count(waits).await > 0).await;
    boris.says("2");
    vera.says("2");
    assert_eq!(vera.next_message().await.text, "да");
    assert_eq!(alice.next_message().await.text, APOLOGY);
    assert_eq!(boris.next_message().await.text, APOLOGY);
    let failed = app.logs.of("update_failed");
    assert_eq!(failed.len(), 2, "{failed:?}");
    assert!(failed.iter().all(|record| {
        let error = record["error"].as_str().expect("the chain");
        error.contains("lock timeout") && record["error_kind"] == "internal"
    }));

    lock.rollback().await.expect("they are free");
    for person in [&alice, &boris, &vera] {
        person.says("3");
        assert_eq!(person.next_message().await.text, "да");
        assert_eq!(person.messages().len(), 3);
    }
}
