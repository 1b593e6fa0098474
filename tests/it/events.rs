//! Events of the bot's own: handled in the user's order, with session, dialogue and reply, and once.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use ostankino::{Current, DialogueState, Error, Event, Fired, Fsm, Reply, Router, User};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use crate::support::{World, servers::until};

/// A link of a chain.
#[derive(Serialize, Deserialize)]
struct Link {
    number: u32,
}

impl Event for Link {
    const NAME: &'static str = "link";
}

#[derive(Default, Serialize, Deserialize)]
struct Counting {
    to: u32,
}

impl DialogueState for Counting {
    const NAME: &'static str = "counting";
}

/// Each link has the next one happen, and is counted in the dialogue.
fn chain(last: u32) -> Router {
    let begin = |fsm: Fsm| async move {
        fsm.set(Counting::default())?;
        Ok::<_, Error>(Reply::text("начали").event(&Link { number: 1 }))
    };
    let link = move |Fired(Link { number }): Fired<Link>,
                     fsm: Fsm,
                     Current(counting): Current<Counting>,
                     user: User| async move {
        let to = counting.to + 1;
        fsm.set(Counting { to })?;
        Ok::<_, Error>(match number {
            number if number == last => Reply::text(format!("{} насчитал {to}", user.id)),
            number => Reply::none().event(&Link { number: number + 1 }),
        })
    };
    Router::new()
        .command("count", begin)
        .event::<Link, _>(link)
        .text(|| async { "да" })
}

#[tokio::test]
async fn a_chain_of_twenty_events_comes_in_order_and_each_link_once() {
    let world = World::new().await;
    let app = world.run(chain(20)).await;
    let people = ["Алиса", "Борис", "Вера"].map(|name| world.tg.person(name));
    for person in &people {
        person.says("/count");
    }
    for person in &people {
        assert_eq!(person.next_message().await.text, "начали");
        let counted = person.next_message().await;
        assert_eq!(counted.text, format!("{} насчитал 20", person.id()));
    }
    world.queue_is_empty().await;
    let known = "FROM inbox WHERE update_id < 0 AND effects IS NULL";
    assert_eq!(world.count(known).await, 3 * 20);
    app.stop().await;
}

#[tokio::test]
async fn an_event_waits_for_what_its_user_said_before_and_strangers_do_not_wait_for_it() {
    let world = World::new().await;
    let gate = Arc::new(Semaphore::new(0));
    let open = gate.clone();
    let slow = move || {
        let gate = gate.clone();
        async move {
            gate.acquire().await.expect("open").forget();
            "наконец"
        }
    };
    let app = world.run(
        Router::new()
            .command("slow", slow)
            .command("go", || async {
                Reply::text("пошли").event(&Link { number: 7 })
            })
            .event::<Link, _>(|Fired(link): Fired<Link>| async move { link.number.to_string() }),
    );
    let app = app.await;
    let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));
    alice.says("/go");
    alice.says("/slow");
    assert_eq!(alice.next_message().await.text, "пошли");
    boris.says("/go");
    assert_eq!(boris.next_message().await.text, "пошли");
    assert_eq!(boris.next_message().await.text, "7");
    open.add_permits(1);
    assert_eq!(alice.next_message().await.text, "наконец");
    assert_eq!(alice.next_message().await.text, "7");
    app.stop().await;
}

#[tokio::test]
async fn an_event_that_this_version_does_not_know_waits_for_one_that_does() {
    let world = World::new().await;
    let go = || async { Reply::text("пошли").event(&Link { number: 7 }) };
    let old = world
        .app(Router::new().command("go", go))
        .config(|config| config.delivery.shutdown_grace_ms = 1)
        .start()
        .await;
    let alice = world.tg.person("Алиса");
    alice.says("/go");
    assert_eq!(alice.next_message().await.text, "пошли");
    let waits = |record: &serde_json::Value| {
        let error = record["error"].as_str().unwrap_or_default();
        record["event"] == "update_retried" && error.contains("no route takes the event `link`")
    };
    old.logs.wait_until("the event is tried again", waits).await;
    old.stop().await;
    let new = world
        .run(
            Router::new().event::<Link, _>(|Fired(link): Fired<Link>| async move {
                link.number.to_string()
            }),
        )
        .await;
    assert_eq!(alice.next_message().await.text, "7");
    new.stop().await;
}

#[tokio::test]
async fn an_event_that_fails_is_tried_again_and_is_a_dead_letter_in_the_end() {
    let world = World::new().await;
    let tries = Arc::new(AtomicUsize::new(0));
    let counted = tries.clone();
    let fails = move |Fired(Link { .. }): Fired<Link>| {
        counted.fetch_add(1, Ordering::Relaxed);
        async { Err::<(), _>(Error::message("no luck")) }
    };
    let app = world
        .app(
            Router::new()
                .command("go", || async {
                    Reply::text("пошли").event(&Link { number: 7 })
                })
                .event::<Link, _>(fails)
                .text(|| async { "да" }),
        )
        .config(|config| config.delivery.max_deliveries = 2)
        .start()
        .await;
    let alice = world.tg.person("Алиса");
    alice.says("/go");
    assert_eq!(alice.next_message().await.text, "пошли");
    until("it is set aside", async || {
        world
            .count("FROM inbox WHERE update_id < 0 AND is_dead")
            .await
            == 1
    })
    .await;
    assert_eq!(tries.load(Ordering::Relaxed), 2);
    alice.says("ты тут?");
    assert_eq!(alice.next_message().await.text, "да");
    app.stop().await;
}

#[tokio::test]
async fn what_claims_to_be_an_event_and_comes_from_outside_is_a_dead_letter() {
    let world = World::new().await;
    let app = world.run(chain(1)).await;
    let alice = world.tg.person("Алиса");
    let event = serde_json::json!({"ostankino": {
        "event": "link", "from": {"id": alice.id()}, "data": {"number": 1},
    }});
    world.tg.push_update(event);
    let told = |record: &serde_json::Value| {
        record["event"] == "dead_letter"
            && record["error"] == "it claims to be an event of the service's own"
    };
    app.logs.wait_until("it is set aside", told).await;
    alice.says("ты тут?");
    assert_eq!(alice.next_message().await.text, "да");
    app.stop().await;
}
