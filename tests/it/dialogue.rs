//! Dialogue states: the extractor in handlers, and the storage against a real bucket.

use std::time::Duration;

use ostankino::{
    Bot, Current, DialogueState, Error, Fsm, Handler, Reply, Request, Result, Router, Update,
    db::Database,
    dialogue::{Advance, Cause, Change, Entry, NatsStorage, Record},
    layers::DbSessionLayer,
    nats::Nats,
    request::Place,
};
use serde::{Deserialize, Serialize};
use serde_json::value::to_raw_value;
use tower::{Layer, ServiceExt};

use crate::support::{APOLOGY, World};

#[derive(Serialize, Deserialize)]
struct Cart {
    items: Vec<String>,
}

impl DialogueState for Cart {
    const NAME: &'static str = "cart";
}

fn shop() -> Router {
    Router::new()
        .command("open", |fsm: Fsm| async move {
            fsm.set(Cart { items: Vec::new() }).map(|()| "открыто")
        })
        .command("add", |fsm: Fsm| async move {
            let added = fsm
                .update(|cart: &mut Cart| cart.items.push("яблоко".into()))
                .await?;
            Ok::<_, Error>(added.to_string())
        })
        .command("fail", |fsm: Fsm| async move {
            fsm.clear();
            Err::<(), _>(Error::message("after a change"))
        })
        .command("refuse", |fsm: Fsm| async move {
            fsm.clear();
            Err::<(), _>(Error::user("нет"))
        })
        .command("show", |cart: Option<Current<Cart>>| async move {
            cart.map_or("нет корзины".to_owned(), |Current(cart)| {
                cart.items.len().to_string()
            })
        })
        .command("name", |fsm: Fsm| async move {
            Ok::<_, Error>(fsm.state().await?.unwrap_or_default())
        })
        .command("close", |fsm: Fsm| async move { fsm.clear() })
        .command("other", other)
}

/// A second dialogue beside the first.
async fn other(fsm: Fsm) -> Result<String> {
    let other = fsm.destiny("other:1")?;
    if other
        .update(|cart: &mut Cart| cart.items.push("груша".into()))
        .await?
    {
        let cart: Option<Cart> = other.data().await?;
        return Ok(format!(
            "другая: {}",
            cart.map_or(0, |cart| cart.items.len())
        ));
    }
    other.set(Cart { items: Vec::new() })?;
    Ok("другая открыта".into())
}

#[tokio::test]
async fn a_dialogue_is_changed_only_by_handlers_that_succeed() {
    let world = World::new().await;
    let _app = world.run(shop()).await;
    let alice = world.tg.person("Алиса");
    for (says, hears) in [
        ("/show", "нет корзины"),
        ("/add", "false"),
        ("/open", "открыто"),
        ("/name", "cart"),
        ("/add", "true"),
        ("/add", "true"),
        ("/fail", APOLOGY),
        ("/refuse", "нет"),
        ("/show", "2"),
        ("/other", "другая открыта"),
        ("/other", "другая: 1"),
        ("/show", "2"),
    ] {
        alice.says(says);
        assert_eq!(alice.next_message().await.text, hears, "{says}");
    }
    alice.says("/close");
    alice.says("/show");
    assert_eq!(alice.next_message().await.text, "нет корзины");
}

#[tokio::test]
async fn a_dialogue_that_cannot_be_read_any_more_counts_as_none() {
    let world = World::new().await;
    let app = world.run(shop()).await;
    let alice = world.tg.person("Алиса");
    let store = world
        .jetstream()
        .await
        .get_key_value(format!("{}_fsm", world.prefix))
        .await;
    let store = store.expect("the bucket is there");
    let key = format!(
        "{}.{}.{}._._.default",
        world.tg.bot_id(),
        alice.id(),
        alice.id()
    );
    for stored in [
        "not json",
        r#"{"v":1,"s":"cart","d":{"items":7}}"#,
        r#"{"v":1,"s":"gone","d":{}}"#,
    ] {
        store.put(&key, stored.into()).await.expect("stored");
        alice.says("/show");
        assert_eq!(alice.next_message().await.text, "нет корзины", "{stored}");
    }
    assert_eq!(app.logs.of("dialogue_unreadable").len(), 1);
    assert_eq!(app.logs.of("state_unreadable").len(), 1);
    alice.says("/open");
    assert_eq!(alice.next_message().await.text, "открыто");
}

fn change(text: Option<&str>) -> Change {
    Change {
        key: "1.2".into(),
        record: text.map(|text| Record {
            state: "s".into(),
            data: to_raw_value(text).expect("JSON"),
        }),
    }
}

/// The storage of a world, without a service.
async fn open(world: &World) -> (Nats, NatsStorage) {
    let config = world.config();
    let nats = Nats::connect(&config.nats).await.expect("connected");
    let storage = NatsStorage::open(&nats, &config).await.expect("opened");
    (nats, storage)
}

fn cause(sequence: u64) -> Cause {
    Cause {
        update_id: i64::try_from(sequence).expect("small") + 100,
        place: Some(Place {
            epoch: 1,
            sequence,
            index: 0,
        }),
    }
}

#[tokio::test]
async fn of_two_writers_that_read_the_same_the_later_update_wins() {
    let world = World::new().await;
    let (_, storage) = open(&world).await;
    let write = async |text, sequence, read: Entry| {
        let (change, cause) = (change(text), cause(sequence));
        let written = storage.advance(&change, &cause, read, None).await;
        matches!(written.expect("an answer"), Advance::Done(_))
    };
    let data = async || {
        let read = storage.load("1.2").await.expect("read");
        read.record.map(|record| record.data.get().to_owned())
    };

    // Absent, present, ended: each time both read the same, and one writes later.
    let read = storage.load("1.2").await.expect("read");
    assert!(write(Some("b"), 2, read.clone()).await);
    assert!(!write(Some("a"), 1, read.clone()).await, "an earlier one");
    assert!(!write(Some("c"), 2, read.clone()).await, "the same one");
    assert_eq!(data().await.as_deref(), Some("\"b\""));
    assert!(write(Some("d"), 3, read).await, "a later one");
    assert_eq!(data().await.as_deref(), Some("\"d\""));

    let read = storage.load("1.2").await.expect("read");
    assert!(write(None, 5, read.clone()).await);
    assert!(!write(Some("e"), 4, read).await, "it has ended by then");
    assert_eq!(data().await, None);

    let read = storage.load("1.2").await.expect("read");
    assert!(write(Some("f"), 6, read).await);
    assert_eq!(data().await.as_deref(), Some("\"f\""));
}

#[tokio::test]
async fn abandoned_dialogues_vanish_by_the_age_of_the_bucket() {
    let world = World::new().await;
    let (nats, _) = open(&world).await;
    let name = format!("{}_fsm", world.prefix);
    let store = world
        .jetstream()
        .await
        .get_key_value(&name)
        .await
        .expect("a bucket");
    let kept = &store.stream.cached_info().config;
    assert_eq!(kept.max_age, Duration::from_secs(30 * 24 * 60 * 60));
    assert_eq!(kept.max_messages_per_subject, 1);

    let mut config = world.config();
    config.fsm.ttl_days = 7;
    let refused = NatsStorage::open(&nats, &config)
        .await
        .expect_err("another age");
    assert!(refused.chain().contains(&name), "{refused}");
}

#[tokio::test]
async fn the_layer_alone_writes_what_succeeded_and_forgets_what_failed() {
    let world = World::new().await;
    let (_, storage) = open(&world).await;
    let bot = Bot::new(&world.config().telegram);
    let message = r#"{"update_id":1,"message":{"message_id":1,"date":1,"text":"x","chat":{"id":5,"type":"private"}}}"#;
    let request = Request::new(Update::decode(message).expect("an update"), bot.clone());

    let opens = |fsm: Fsm| async move { fsm.set(Cart { items: Vec::new() }) };
    let fails = |fsm: Fsm| async move {
        fsm.clear();
        Err::<(), _>(Error::message("after a change"))
    };
    let database = Database::new(&world.config().database);
    let layer = DbSessionLayer::new(database).with_dialogues(storage.clone());
    let opened = layer
        .layer(opens.into_service())
        .oneshot(request.clone())
        .await;
    assert_eq!(opened.expect("succeeds").reply, Reply::none());
    assert!(
        layer
            .layer(fails.into_service())
            .oneshot(request)
            .await
            .is_err()
    );

    let key = format!("{}._.5._._.default", bot.id());
    let kept = storage
        .load(&key)
        .await
        .expect("read")
        .record
        .expect("a dialogue");
    assert_eq!(kept.state, "cart");
}
