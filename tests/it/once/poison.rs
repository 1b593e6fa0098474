//! Updates that were begun too often without a result.

use serde_json::Value;
use telegram_emulator::Person;

use super::{enqueue, start, world};
use crate::support::{APOLOGY, World};

/// What `start` allows an update.
const ALLOWED: u32 = 5;

/// Leaves an update behind as processes do that die of it, so often.
pub(super) async fn die_of(world: &World, alice: &Person, update_id: i64, text: &str, times: u32) {
    let bot = world
        .this_program("once::deadly::a_bot_that_some_updates_end")
        .start()
        .await;
    enqueue(world, alice, update_id, text).await;
    bot.logs.wait_for("hangs").await;
    bot.signal("KILL");
    bot.ended().await;
    // The first time nobody suspects it; the others are counted.
    suspect_last(world, 1, times - 1).await;
}

/// Has the `updates` of the last message begun so often by heirs.
pub(super) async fn suspect_last(world: &World, updates: u32, times: u32) {
    let bucket = format!("{}_fsm", world.prefix);
    let store = world.jetstream().await.get_key_value(bucket).await;
    let store = store.expect("a bucket");
    let epoch = store
        .get("epoch")
        .await
        .expect("an answer")
        .expect("an epoch");
    let epoch: Value = serde_json::from_slice(&epoch).expect("JSON");
    let sequence = world.queue().await.cached_info().state.last_sequence;
    let (bot, epoch) = (world.tg.bot_id(), &epoch["epoch"]);
    for index in 0..updates {
        let key = format!("{bot}.suspect.{epoch}.{sequence}.{index}");
        let put = store.put(key, times.to_string().into()).await;
        put.expect("stored");
    }
}

#[tokio::test]
async fn it_is_set_aside_before_any_handler_and_apologised_for_once() {
    let world = world().await;
    let alice = world.tg.person("Алиса").who_has_started();
    die_of(&world, &alice, 5, "/hit", ALLOWED).await;

    let app = start(&world).await;
    assert_eq!(alice.next_message().await.text, APOLOGY);
    world.queue_is_empty().await;
    assert_eq!(world.count("FROM hits").await, 0);
    assert_eq!(
        world
            .count("FROM inbox WHERE update_id = 5 AND is_dead")
            .await,
        1
    );
    let letters = world.dead_letters().await;
    assert_eq!(letters.len(), 1);
    assert!(letters[0].0.contains("\"update_id\":5"), "{letters:?}");
    assert!(letters[0].1.contains("begun too often"), "{letters:?}");
    let records = app.logs.of("dead_letter");
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["letter"], 1);
    assert_eq!(records[0]["show"], "ostankino dead-letters show 1");
    assert_eq!(records[0]["user_id"], alice.id());

    // Others are not harmed, and it does not come to life again.
    enqueue(&world, &alice, 5, "/hit").await;
    enqueue(&world, &alice, 6, "/hit").await;
    assert_eq!(alice.next_message().await.text, "удар 1");
    assert_eq!(alice.messages().len(), 2);
}

#[tokio::test]
async fn once_the_cause_is_mended_an_operator_has_it_handled_after_all() {
    let world = world().await;
    let alice = world.tg.person("Алиса").who_has_started();
    die_of(&world, &alice, 5, "/hit", ALLOWED).await;
    let app = start(&world).await;
    assert_eq!(alice.next_message().await.text, APOLOGY);
    world.queue_is_empty().await;

    let replayed = world.service().run("dead-letters replay 1").await;
    assert_eq!(replayed.code, 0, "{replayed:?}");
    assert_eq!(alice.next_message().await.text, "удар 1");
    assert!(world.dead_letters().await.is_empty());
    drop(app);
}

#[tokio::test]
async fn an_innocent_that_was_there_when_a_process_died_is_handled() {
    let world = world().await;
    let alice = world.tg.person("Алиса").who_has_started();
    die_of(&world, &alice, 5, "/hit", ALLOWED - 1).await;
    let app = start(&world).await;
    assert_eq!(alice.next_message().await.text, "удар 1");
    world.queue_is_empty().await;
    assert!(world.dead_letters().await.is_empty());
    drop(app);
}
