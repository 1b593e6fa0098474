//! Each file is uploaded once: afterwards Telegram knows it by its id, whichever container sends it.

use super::{CAT, OnDisk, bot, content, uploads, world};
use crate::support::{TestApp, World, servers::until};

async fn start(world: &World) -> TestApp {
    world.run(bot("nowhere".into())).await
}

/// The file that was sent is known from here on: that is noted after it was sent.
async fn is_known(world: &World) {
    until("its id is known", async || {
        world
            .count("FROM sent_files WHERE file_id <> 'stale'")
            .await
            > 0
    })
    .await;
}

#[tokio::test]
async fn three_containers_upload_a_file_once() {
    let world = world().await;
    let apps = [
        start(&world).await,
        start(&world).await,
        start(&world).await,
    ];
    let handled = |app: &TestApp| !app.logs.of("update_handled").is_empty();
    let mut sent = 0;
    until("all have sent it", async || {
        let person = world.tg.person("Гость");
        person.says(["/plain", "/hit", "/call"][sent % 3]);
        let message = person.next_message().await.message;
        assert_eq!(message["document"]["file_name"], "cat.txt");
        is_known(&world).await;
        sent += 1;
        sent >= 6 && apps.iter().all(handled)
    })
    .await;
    assert_eq!(uploads(&world), 1, "of {sent}");
    assert_eq!(world.count("FROM sent_files").await, 1);
}

#[tokio::test]
async fn an_id_that_telegram_does_not_know_costs_one_upload() {
    let world = world().await;
    let app = start(&world).await;
    let alice = world.tg.person("Алиса");
    alice.says("/hit");
    alice.next_message().await;
    is_known(&world).await;
    let stale = "UPDATE sent_files SET file_id = 'stale'";
    let changed = world.database().await.execute(stale, &[]).await;
    assert_eq!(changed.expect("the statement runs"), 1);

    for _ in 0..2 {
        alice.says("/hit");
        let message = alice.next_message().await.message;
        assert_eq!(&*content(&world, &message).await, CAT);
        is_known(&world).await;
    }
    assert_eq!(uploads(&world), 2);
    assert_eq!(
        world.count("FROM sent_files WHERE file_id = 'stale'").await,
        0
    );
    assert!(app.logs.of("reply_unsent").is_empty());
}

#[tokio::test]
async fn the_same_bytes_under_another_name_are_another_file() {
    let (world, file) = (world().await, OnDisk::of(CAT));
    let app = world.run(bot(file.0.clone())).await;
    let alice = world.tg.person("Алиса");
    alice.says("/hit");
    alice.next_message().await;
    alice.says("/from");
    let message = alice.next_message().await.message;
    let name = file.0.file_name().and_then(|name| name.to_str());
    assert_eq!(message["document"]["file_name"].as_str(), name);
    assert_eq!(uploads(&world), 2);
    drop(app);
}

#[tokio::test]
async fn an_id_in_use_is_kept_and_one_that_is_not_is_forgotten() {
    let world = world().await;
    let app = start(&world).await;
    let alice = world.tg.person("Алиса");
    alice.says("/hit");
    alice.next_message().await;
    app.stop().await;
    let aged = "UPDATE sent_files SET used_at = now() - interval '89 days'; \
                INSERT INTO sent_files SELECT 1, int8send(n), 'photo', 'x', 'y', now() - interval '91 days' \
                FROM generate_series(1, 1500) n";
    let database = world.database().await;
    database.batch_execute(aged).await.expect("they are there");

    let app = start(&world).await;
    until("the old ones are gone", async || {
        world.count("FROM sent_files").await == 1
    })
    .await;
    let record = app.logs.wait_for("purged").await;
    assert_eq!(
        (&record["table"], &record["rows"]),
        (&"sent_files".into(), &1500.into())
    );
    alice.says("/hit");
    alice.next_message().await;
    let used = "FROM sent_files WHERE used_at > now() - interval '1 hour'";
    assert_eq!((world.count(used).await, uploads(&world)), (1, 1));
}
