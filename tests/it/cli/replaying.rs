//! Giving dead letters to the handlers again.

use std::time::{SystemTime, UNIX_EPOCH};

use async_nats::{HeaderMap, jetstream::stream::Stream};
use ostankino::{queue::partition_of, telegram::Envelope};

use super::{complained, numbers, set_aside, start, told};
use crate::support::{
    World,
    servers::{free_port, until},
};

/// What the inbox says of an update.
async fn note(world: &World, update_id: i64, is_dead: bool) {
    let insert = "INSERT INTO inbox (bot_id, update_id, is_dead) VALUES ($1, $2, $3)";
    let database = world.database().await;
    let noted = database
        .execute(insert, &[&world.tg.bot_id(), &update_id, &is_dead])
        .await;
    noted.expect("a row");
}

async fn stream(world: &World, name: &str) -> Stream {
    let name = format!("{}_{name}", world.prefix);
    world
        .jetstream()
        .await
        .get_stream(name)
        .await
        .expect("it is there")
}

/// A world whose service has made everything and is gone.
async fn prepared() -> World {
    let world = World::new().await;
    world.service().start().await.stop().await;
    world
}

#[tokio::test]
async fn a_letter_is_replayed_and_handled_once_however_often_one_tries() {
    let world = World::new().await;
    let service = world.service().start().await;
    let alice = world.tg.person("Алиса").who_has_started();
    let number = set_aside(&world, &start(900_001, alice.id())).await;
    note(&world, 900_001, true).await;

    let replay = format!("dead-letters replay {number}");
    let replayed = told(world.service().run(&replay).await);
    let bot = world.tg.bot_id();
    let expected = format!("{number}: update 900001 of bot {bot} is in the queue again\n");
    assert_eq!(replayed, expected);
    alice.next_message().await;
    assert_eq!(numbers(&world).await, [0; 0]);
    assert_eq!(world.count("FROM inbox WHERE is_dead").await, 0);

    let missing = complained(world.service().run(&replay).await);
    assert!(missing.contains("there is no dead letter 1"), "{missing}");
    world.queue_is_empty().await;
    service.stop().await;
    assert_eq!(alice.messages().len(), 1);
}

#[tokio::test]
async fn a_replay_that_was_cut_short_is_finished_by_the_next() {
    let world = prepared().await;
    let update = start(900_001, 72);
    let number = set_aside(&world, &update).await;
    // It came as far as the queue: the letter is still there, the inbox knows nothing.
    let letter = stream(&world, "DEAD").await.get_raw_message(number).await;
    let time = letter.expect("it is there").time;
    let since = SystemTime::from(time).duration_since(UNIX_EPOCH);
    let id = format!("replay:{number}:{}", since.expect("after 1970").as_millis());
    let mut headers = HeaderMap::new();
    headers.insert("Nats-Msg-Id", id);
    let subject = format!("{}.upd.0.{}.72", world.prefix, world.tg.bot_id());
    let jetstream = world.jetstream().await;
    let sent = jetstream.publish_with_headers(subject, headers, update.into());
    sent.await.expect("sent").await.expect("stored");

    told(
        world
            .service()
            .run(&format!("dead-letters replay {number}"))
            .await,
    );
    assert_eq!(numbers(&world).await, [0; 0]);
    let queue = stream(&world, "UPDATES").await;
    assert_eq!(queue.cached_info().state.messages, 1);
}

#[tokio::test]
async fn a_replayed_update_goes_to_its_partition_of_the_queue_whatever_is_configured() {
    let world = prepared().await;
    let update = start(900_001, 72);
    let number = set_aside(&world, &update).await;
    let configured = world.service().set("DELIVERY__PARTITIONS", "7");
    told(
        configured
            .run(&format!("dead-letters replay {number}"))
            .await,
    );
    let queue = stream(&world, "UPDATES").await;
    let last = queue.cached_info().state.last_sequence;
    let queued = queue.get_raw_message(last).await.expect("it is there");
    let partition = partition_of(&Envelope::peek(update.as_bytes()).expect("an update"), 4);
    let (prefix, bot) = (&world.prefix, world.tg.bot_id());
    assert_eq!(
        queued.subject.as_str(),
        format!("{prefix}.upd.{bot}.{partition}")
    );
    assert_eq!(queued.payload, format!("[{update}]"));
}

#[tokio::test]
async fn an_update_that_was_applied_is_refused_and_its_neighbours_are_replayed() {
    let world = prepared().await;
    for id in 1..=3 {
        set_aside(&world, &start(id, 5)).await;
    }
    set_aside(&world, r#"{"message":{"text":"no id"}}"#).await;
    note(&world, 2, false).await;

    let replayed = world.service().run("dead-letters replay --all").await;
    assert_eq!(replayed.stdout.lines().count(), 2, "{replayed:?}");
    let refused = complained(replayed);
    for why in [
        "letter 2 is not replayed: its update was applied already; `dead-letters purge 2`",
        "letter 4 is not replayed: its update has no id",
    ] {
        assert!(refused.contains(why), "{refused}");
    }
    assert_eq!(numbers(&world).await, [2, 4]);
    assert_eq!(
        stream(&world, "UPDATES").await.cached_info().state.messages,
        2
    );
    assert_eq!(world.count("FROM inbox").await, 1, "it is still known");
}

#[tokio::test]
async fn an_update_that_fails_again_at_once_is_a_letter_again() {
    let world = World::new().await;
    let bytes = r#"{"update_id":900001,"callback_query":[1,2]}"#;
    world.tg.push_bytes(900_001, bytes);
    let service = world.service().start().await;
    let aside = "dead_letter";
    service.logs.wait_for(aside).await;
    for number in 1..=2 {
        until("the letter is kept", async || {
            numbers(&world).await == [number]
        })
        .await;
        told(world.service().run("dead-letters replay --all").await);
    }
    until("the third is kept", async || numbers(&world).await == [3]).await;
    assert_eq!(world.dead_letters().await[0].0, bytes);
    service.stop().await;
}

#[tokio::test]
async fn while_a_server_is_away_the_letter_stays() {
    let world = prepared().await;
    let number = set_aside(&world, &start(900_001, 5)).await;
    let replay = format!("dead-letters replay {number}");
    let nowhere = free_port();
    let url = format!("postgres://nobody@127.0.0.1:{nowhere}/nothing");
    let failed = complained(
        world
            .service()
            .set("DATABASE__URL", &url)
            .run(&replay)
            .await,
    );
    assert!(failed.contains("no connection to PostgreSQL"), "{failed}");
    let url = format!("nats://127.0.0.1:{nowhere}");
    let failed = complained(world.service().set("NATS__URLS", &url).run(&replay).await);
    assert!(failed.contains("no connection to NATS"), "{failed}");
    assert_eq!(numbers(&world).await, [number]);
    told(world.service().run(&replay).await);
}

#[tokio::test]
async fn without_a_queue_the_letter_stays() {
    let world = World::new().await;
    told(world.service().run("migrate").await);
    set_aside(&world, &start(900_001, 5)).await;
    let failed = complained(world.service().run("dead-letters replay 1").await);
    assert!(failed.contains("run the service once"), "{failed}");
    assert_eq!(numbers(&world).await, [1]);
}
