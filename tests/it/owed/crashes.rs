//! Processes that are killed in the middle: nothing is lost.

use super::*;

#[tokio::test]
async fn a_kill_between_a_message_and_its_name_leaves_one_that_the_edit_finds() {
    let world = World::new().await;
    let first = process(&world).await;
    let alice = world.tg.person("Алиса");
    let database = world.database().await;
    let lock = "BEGIN; LOCK TABLE noted_messages IN ACCESS EXCLUSIVE MODE";
    database.batch_execute(lock).await.expect("it is locked");
    alice.says("/order");
    assert_eq!(alice.next_message().await.text, "Принят");
    kill(&first).await;
    database
        .batch_execute("ROLLBACK")
        .await
        .expect("it is free");
    let second = process(&world).await;
    let again = alice.next_message().await;
    assert_eq!(again.text, "Принят", "it is sent at least once");
    alice.says("/cooked Готов");
    let edited = alice.next_edit().await;
    assert_eq!(edited.message_id, again.message_id);
    second.stop().await;
}

#[tokio::test]
async fn a_kill_in_the_middle_of_owed_calls_loses_none_and_keeps_their_order() {
    let world = World::new().await;
    let processes = [process(&world).await, process(&world).await];
    let alice = world.tg.person("Алиса");
    asks_to_wait(&world, 3);
    alice.says_many(["/say раз два", "/chain три четыре", "пять"]);
    so_many_are_owed(&world, 4).await;
    assert_eq!(alice.next_message().await.text, "раз");
    assert_eq!(alice.next_message().await.text, "два");
    for process in &processes {
        kill(process).await;
    }
    the_dead_are_forgotten(&world).await;
    let last = process(&world).await;
    all_is_due(&world).await;
    until("all are made", async || {
        let said = texts(&world, &alice);
        said.last().is_some_and(|text| text == "· пять")
    })
    .await;
    let mut said = texts(&world, &alice);
    // What was made when its process died may be made again.
    said.dedup();
    assert_eq!(said, ["раз", "два", "три", "четыре", "· пять"]);
    so_many_are_owed(&world, 0).await;
    last.stop().await;
}

#[tokio::test]
async fn an_orderly_stop_leaves_nothing_taken() {
    let world = World::new().await;
    let first = process(&world).await;
    let alice = world.tg.person("Алиса");
    asks_to_wait(&world, 3);
    alice.says("/say 1 2 3 4 5 6");
    so_many_are_owed(&world, 6).await;
    assert_eq!(alice.next_message().await.text, "1");
    first.stop().await;
    let taken = "FROM owed_calls WHERE taken_until IS NOT NULL";
    assert_eq!(world.count(taken).await, 0);
    let second = process(&world).await;
    let left = owed(&world).await;
    assert!(left > 0, "it was stopped in the middle");
    until("all are made", async || {
        texts(&world, &alice).last().is_some_and(|text| text == "6")
    })
    .await;
    assert_eq!(texts(&world, &alice), ["1", "2", "3", "4", "5", "6"]);
    second.stop().await;
}
