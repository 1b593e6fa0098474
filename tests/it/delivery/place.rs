//! The place of an update in the queue: what cannot be read is not made up, and a queue that is
//! recreated goes on where the last one was, whatever the server's clock says.

use async_nats::jetstream::kv;
use ostankino::{DialogueState, Error, Fsm, Router, Text};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::support::{World, gateway::Gateway};

#[tokio::test]
async fn updates_whose_place_cannot_be_read_wait_until_it_can_and_none_is_lost() {
    let mut world = World::new().await;
    let gateway = Gateway::start(&world.nats_urls).await;
    world.nats_urls = gateway.url();
    let echo = Router::new().text(|text: Text| async move { text.to_string() });
    let app = world.app(echo).start().await;
    let alice = world.tg.person("Алиса");
    alice.says_many(["раз", "два", "три"]);
    let record = app.logs.wait_for("place_unknown").await;
    assert_eq!(record["level"], "ERROR");
    assert!(alice.messages().is_empty());

    gateway.be_transparent();
    for text in ["раз", "два", "три"] {
        assert_eq!(alice.next_message().await.text, text);
    }
    world.queue_is_empty().await;
    assert_eq!(world.tg.messages_in(alice.id()).len(), 3, "each once");
    app.stop().await;
}

#[derive(Serialize, Deserialize)]
struct Counting {
    answers: u32,
}

impl DialogueState for Counting {
    const NAME: &'static str = "counting";
}

/// Counts the texts of a dialogue.
fn counts() -> Router {
    Router::new().text(|fsm: Fsm| async move {
        let before = fsm.data::<Counting>().await?;
        let answers = before.map_or(0, |counting| counting.answers) + 1;
        fsm.set(Counting { answers })?;
        Ok::<_, Error>(answers.to_string())
    })
}

/// Says something; checks which answer of the dialogue it is.
async fn is_answer(world: &World, alice: &telegram_emulator::Person, number: &str) {
    alice.says("ещё");
    assert_eq!(alice.next_message().await.text, number);
    world.queue_is_empty().await;
}

async fn dialogues(world: &World) -> kv::Store {
    let jetstream = world.jetstream().await;
    let found = jetstream.get_key_value(format!("{}_fsm", world.prefix));
    found.await.expect("the bucket is there")
}

/// The entry of the only dialogue.
async fn dialogue(world: &World, store: &kv::Store) -> (String, Value) {
    let mut stream = store.stream.clone();
    let info = stream.info().await.expect("an answer");
    let prefix = format!("$KV.{}_fsm.", world.prefix);
    let subjects = info.state.subjects_count;
    assert!(subjects <= 3, "a dialogue, the epoch, and the last answer");
    for sequence in info.state.first_sequence..=info.state.last_sequence {
        let Ok(message) = store.stream.get_raw_message(sequence).await else {
            continue;
        };
        let key = message
            .subject
            .as_str()
            .strip_prefix(&prefix)
            .expect("a key");
        if key.contains('.') && !key.ends_with(".answer") {
            let entry = serde_json::from_slice(&message.payload).expect("JSON");
            return (key.to_owned(), entry);
        }
    }
    panic!("no dialogue");
}

#[tokio::test]
async fn an_open_dialogue_goes_on_after_an_upgrade_of_a_service_that_kept_no_epoch() {
    let world = World::new().await;
    let app = world.run(counts()).await;
    let alice = world.tg.person("Алиса");
    is_answer(&world, &alice, "1").await;
    app.stop().await;

    // The bucket as former versions left it: without the epoch, and without ages of entries.
    let store = dialogues(&world).await;
    let (key, entry) = dialogue(&world, &store).await;
    let jetstream = world.jetstream().await;
    let bucket = store.name.clone();
    let max_age = store.stream.cached_info().config.max_age;
    jetstream.delete_key_value(&bucket).await.expect("deleted");
    let former = kv::Config {
        bucket,
        history: 1,
        max_age,
        ..kv::Config::default()
    };
    let store = jetstream.create_key_value(former).await.expect("created");
    store
        .put(&key, entry.to_string().into())
        .await
        .expect("written");

    let app = world.run(counts()).await;
    is_answer(&world, &alice, "2").await;
    let (_, now) = dialogue(&world, &store).await;
    assert_eq!(now["q"][0], entry["q"][0], "the same queue as before");
    app.stop().await;
    let app = world.run(counts()).await;
    is_answer(&world, &alice, "3").await;
    app.stop().await;
}

#[tokio::test]
async fn dialogues_go_on_in_a_queue_that_a_server_recreates_whose_clock_is_behind() {
    let world = World::new().await;
    let app = world.run(counts()).await;
    let alice = world.tg.person("Алиса");
    is_answer(&world, &alice, "1").await;
    app.stop().await;

    // All of it as if it had been written by a server whose clock was a year ahead.
    let year = 365 * 24 * 60 * 60 * 1000;
    let store = dialogues(&world).await;
    let (key, mut entry) = dialogue(&world, &store).await;
    let ahead = entry["q"][0].as_i64().expect("a number") + year;
    entry["q"] = serde_json::json!([ahead, 1_000]);
    store
        .put(&key, entry.to_string().into())
        .await
        .expect("written");
    if let Some(epoch) = store.get("epoch").await.expect("an answer") {
        let mut epoch: Value = serde_json::from_slice(&epoch).expect("JSON");
        epoch["epoch"] = ahead.into();
        let written = store.put("epoch", epoch.to_string().into()).await;
        written.expect("written");
    }
    let queue = format!("{}_UPDATES", world.prefix);
    let jetstream = world.jetstream().await;
    jetstream.delete_stream(&queue).await.expect("deleted");

    let app = world.run(counts()).await;
    is_answer(&world, &alice, "2").await;
    // Lost again, alone, while it runs.
    jetstream.delete_stream(&queue).await.expect("deleted");
    is_answer(&world, &alice, "3").await;
    app.stop().await;
    let app = world.run(counts()).await;
    is_answer(&world, &alice, "4").await;
    let (_, entry) = dialogue(&world, &store).await;
    assert!(entry["q"][0].as_i64() >= Some(ahead + 2), "{entry}");
    app.stop().await;
}
