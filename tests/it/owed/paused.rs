//! Chats that take nothing for a while: nobody else waits, and what waits comes in order.

use std::time::Duration;

use telegram_emulator::Fault;

use super::*;

#[tokio::test]
async fn a_429_of_a_minute_in_one_chat_is_seen_by_nobody_else() {
    let world = World::new().await;
    // All are of one partition.
    let setup = world.app(bot());
    let app = setup
        .config(|config| config.delivery.partitions = 1)
        .start()
        .await;
    let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));
    asks_to_wait(&world, 60);
    alice.says("/say раз два");
    so_many_are_owed(&world, 2).await;
    alice.says("три");
    so_many_are_owed(&world, 3).await;
    world.queue_is_empty().await;
    for text in ["а", "б", "в"] {
        boris.says(text);
        assert_eq!(boris.next_message().await.text, format!("· {text}"));
    }
    assert_eq!(texts(&world, &alice), [""; 0]);
    let wait =
        "FROM owed_calls WHERE next_at > now() + interval '20 seconds' AND kind = 'deferred'";
    assert_eq!(world.count(wait).await, 3);
    // Nothing is left to do of the updates themselves.
    assert_eq!(world.count("FROM inbox WHERE effects IS NOT NULL").await, 0);
    let left_alone = world.tg.calls_of("sendMessage");
    let to_alice = left_alone
        .iter()
        .filter(|call| call.param("chat_id") == alice.id().to_string());
    assert_eq!(to_alice.count(), 1);
    app.stop().await;
}

#[tokio::test]
async fn what_waits_comes_in_order_once_its_time_has_come() {
    let world = World::new().await;
    let apps = [world.run(bot()).await, world.run(bot()).await];
    let alice = world.tg.person("Алиса");
    asks_to_wait(&world, 4);
    alice.says_many(["/say раз два", "три", "четыре"]);
    for expected in ["раз", "два", "· три", "· четыре"] {
        assert_eq!(alice.next_message().await.text, expected);
    }
    so_many_are_owed(&world, 0).await;
    alice.says("пять");
    assert_eq!(alice.next_message().await.text, "· пять");
    let refused = world.tg.calls_of("sendMessage").into_iter();
    assert_eq!(refused.filter(|call| call.status == 429).count(), 1);
    for app in apps {
        app.stop().await;
    }
}

#[tokio::test]
async fn of_edits_of_one_message_that_wait_the_last_one_is_made() {
    let world = World::new().await;
    let app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    alice.says("/order");
    let order = alice.next_message().await;
    let limited = Fault::on("editMessageText").retry_after(4).times(1);
    world.tg.fault(limited);
    alice.says_many(["/cooked 1", "/cooked 2", "/cooked 3", "да"]);
    let edited = alice.next_edit().await;
    assert_eq!((edited.message_id, &*edited.text), (order.message_id, "3"));
    assert_eq!(alice.next_message().await.text, "· да");
    let edits = world.tg.calls_of("editMessageText");
    let edits: Vec<_> = edits.iter().map(|call| call.param("text")).collect();
    assert_eq!(edits, ["1", "3"]);
    app.stop().await;
}

#[tokio::test]
async fn a_call_that_waited_and_is_refused_has_what_the_reply_has_instead() {
    let world = World::new().await;
    let app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    asks_to_wait(&world, 30);
    world.tg.fault(Fault::on("sendPhoto").status(400));
    alice.says_many(["/say раз", "/either", "да"]);
    so_many_are_owed(&world, 3).await;
    world.put_clock_forward(Duration::from_secs(31)).await;
    for expected in ["раз", "вместо", "фото", "· да"] {
        assert_eq!(alice.next_message().await.text, expected);
    }
    so_many_are_owed(&world, 0).await;
    assert_eq!(world.tg.calls_of("sendPhoto").len(), 1);
    app.stop().await;
}

#[tokio::test]
async fn after_a_pause_the_progress_of_long_work_is_not_replayed() {
    let world = World::new().await;
    let app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    alice.says("/order");
    let order = alice.next_message().await;
    let limited = Fault::on("editMessageText").retry_after(30).times(1);
    world.tg.fault(limited);
    let mut said: Vec<_> = (1..=20).map(|n| format!("/cooked {n}")).collect();
    said.push("да".to_owned());
    alice.says_many(&said);
    // The last edit waits for all, and what was said after it.
    so_many_are_owed(&world, 2).await;
    world.put_clock_forward(Duration::from_secs(31)).await;
    let edited = alice.next_edit().await;
    assert_eq!((edited.message_id, &*edited.text), (order.message_id, "20"));
    assert_eq!(alice.next_message().await.text, "· да");
    so_many_are_owed(&world, 0).await;
    let edits = world.tg.calls_of("editMessageText");
    let edits: Vec<_> = edits.iter().map(|call| call.param("text")).collect();
    assert_eq!(edits, ["1", "20"]);
    app.stop().await;
}

#[tokio::test]
async fn while_owed_calls_cannot_be_stored_the_lane_waits_and_no_other() {
    let world = World::new().await;
    let app = world.run(bot()).await;
    let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));
    alice.says("до");
    assert_eq!(alice.next_message().await.text, "· до");
    let database = world.database().await;
    let lock = "BEGIN; LOCK TABLE owed_calls IN ACCESS EXCLUSIVE MODE";
    database.batch_execute(lock).await.expect("it is locked");
    asks_to_wait(&world, 3);
    alice.says_many(["раз", "два"]);
    app.logs.wait_for("reply_unkept").await;
    boris.says("а");
    assert_eq!(boris.next_message().await.text, "· а");
    assert_eq!(texts(&world, &alice), ["· до"]);
    database
        .batch_execute("ROLLBACK")
        .await
        .expect("it is free");
    for expected in ["· раз", "· два"] {
        assert_eq!(alice.next_message().await.text, expected);
    }
    app.stop().await;
}
