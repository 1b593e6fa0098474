//! Nothing that waits or is slow stands before a payment, and payments change nothing for those who wait.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use ostankino::{DbSession, DialogueState, Error, Fsm, Reply, Router, Text, User};
use serde::{Deserialize, Serialize};
use telegram_emulator::Fault;
use tokio::sync::Semaphore;

use super::{checkout, note, world};
use crate::support::{APOLOGY, servers::until};

#[tokio::test]
async fn a_payment_is_checked_before_all_that_waits_and_all_that_is_slow() {
    let world = world().await;
    let (gate, holding) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
    let (waits, holds) = (gate.clone(), holding.clone());
    let slow = move |text: Text, user: User, db: DbSession| {
        let (gate, holding) = (waits.clone(), holds.clone());
        async move {
            note(&db, &user).await?;
            holding.fetch_add(1, Ordering::Relaxed);
            gate.acquire().await.expect("open").forget();
            Ok::<_, Error>(text.0)
        }
    };
    let check = |user: User, db: DbSession| async move {
        note(&db, &user).await?;
        Ok::<_, Error>(Reply::confirm())
    };
    let routes = Router::new().text(slow).pre_checkout(check);
    let app = world.app(routes).config(|config| {
        config.database.pool_size = 2;
        config.delivery.max_in_flight = 8;
        // None of them ends by itself.
        config.delivery.handler_timeout_ms = 60_000;
        config.database.idle_in_transaction_timeout_ms = 90_000;
    });
    let app = app.start().await;
    let alice = world.tg.person("Алиса").who_has_started();
    let texts: Vec<_> = (0..50).map(|n| n.to_string()).collect();
    alice.says_many(texts.iter().map(String::as_str));
    let others: Vec<_> = (0..20).map(|n| world.tg.person(&format!("P{n}"))).collect();
    for person in &others {
        person.says("раз");
    }
    // As many as there are connections; no others are left for those that are under way besides.
    until("all connections are held", async || {
        holding.load(Ordering::Relaxed) == 2
    })
    .await;
    // Whatever has to be known by then, Telegram keeps no update of theirs.
    world.tg.wait_until(|tg| tg.pending_updates() == 0).await;

    let update_id = world.tg.push_update(checkout(&alice, "77"));
    let call = world.tg.next_call("answerPreCheckoutQuery").await;
    assert_eq!(call.params["ok"], true, "{}", call.params);
    assert_eq!(
        world.tg.calls_of("sendMessage").len(),
        0,
        "before all of them"
    );
    until("it is recorded as said", async || {
        let row = format!("FROM inbox WHERE update_id = {update_id} AND effects IS NULL");
        world.count(&row).await == 1
    })
    .await;
    assert_eq!(holding.load(Ordering::Relaxed), 2, "nobody gave way");

    gate.add_permits(70);
    for text in &texts {
        assert_eq!(&alice.next_message().await.text, text, "in their order");
    }
    app.stop().await;
}

#[tokio::test]
async fn calls_that_telegram_does_not_answer_stand_before_no_payment() {
    let world = world().await;
    let routes = Router::new()
        .text(|text: Text| async move { text.0 })
        .pre_checkout(|| async { Reply::confirm() });
    let app = world.app(routes).config(|config| {
        config.telegram.max_connections = 1;
        config.delivery.shutdown_grace_ms = 1;
    });
    let app = app.start().await;
    let alice = world.tg.person("Алиса").who_has_started();
    let held = Fault::on("sendMessage").delay(std::time::Duration::from_secs(600));
    world.tg.fault(held);
    alice.says("раз");
    world.tg.next_call("sendMessage").await;
    world.tg.push_update(checkout(&alice, "77"));
    world.tg.next_call("answerPreCheckoutQuery").await;
    assert!(alice.messages().is_empty());
    drop(app);
}

#[derive(Serialize, Deserialize)]
struct Paying {
    order: i64,
}

impl DialogueState for Paying {
    const NAME: &'static str = "paying";
}

#[tokio::test]
async fn a_payment_reads_a_dialogue_and_that_it_writes_one_is_an_error() {
    let world = world().await;
    let routes = Router::new()
        .command("begin", |fsm: Fsm| async move {
            fsm.set(Paying { order: 7 })?;
            Ok::<_, Error>("да")
        })
        .pre_checkout(|fsm: Fsm, user: User, db: DbSession| async move {
            let Some(Paying { order }) = fsm.data().await? else {
                return Err(Error::user("нет заказа"));
            };
            note(&db, &user).await?;
            if order == 7 {
                fsm.clear();
            }
            Ok(Reply::confirm())
        })
        .shipping(|fsm: Fsm| async move {
            let paying = fsm.data::<Paying>().await?;
            let order = paying.map_or(0, |paying| paying.order);
            Err::<(), _>(Error::user(order.to_string()))
        });
    let app = world.app(routes).start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/begin");
    alice.next_message().await;
    world.queue_is_empty().await;
    // It has no place in the queue of her messages: the dialogue does not take it for one from before.
    let mut shipping = checkout(&alice, "76");
    shipping["shipping_query"] = shipping["pre_checkout_query"].take();
    shipping
        .as_object_mut()
        .expect("an object")
        .remove("pre_checkout_query");
    shipping["shipping_query"]["shipping_address"] = serde_json::json!({
        "country_code": "RU", "state": "", "city": "Москва", "street_line1": "", "street_line2": "",
        "post_code": "",
    });
    world.tg.push_update(shipping);
    let call = world.tg.next_call("answerShippingQuery").await;
    assert_eq!(call.params["error_message"], "7");

    world.tg.push_update(checkout(&alice, "77"));
    let call = world.tg.next_call("answerPreCheckoutQuery").await;
    assert_eq!(call.params["error_message"], APOLOGY);
    let record = app.logs.wait_for("update_failed").await;
    let error = record["error"].as_str().expect("words");
    assert!(
        error.contains("a pre_checkout_query changes no dialogue"),
        "{error}"
    );
    assert!(error.contains("successful_payment"), "{error}");
    assert_eq!(world.count("FROM checks").await, 0, "it was rolled back");
    app.stop().await;
}
