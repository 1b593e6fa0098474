//! Updates with something new or large in a part that nobody asked for: they are handled as any
//! other, and only who asks for that part does without.

use std::sync::Arc;

use ostankino::{
    ButtonData, Call, CommandArgs, Reply, Router, Text, UpdateKind, User,
    telegram::{PreCheckoutQuery, SuccessfulPayment},
    types,
};
use serde_json::{Value, json};
use telegram_emulator::Person;

use crate::support::{APOLOGY, World, servers::until};

/// More than 32 bits hold.
const LARGE: i64 = 5_000_000_000;

fn bot() -> Router {
    let hello = |user: User, CommandArgs(args): CommandArgs| async move {
        format!("{}: {args}", user.first_name)
    };
    let typed = |message: Arc<types::Message>| async move { message.message_id.to_string() };
    let lenient = |message: Option<Arc<types::Message>>| async move {
        message.map_or("иначе", |_| "целиком")
    };
    let checkout = |query: PreCheckoutQuery| async move {
        Call::new("answerPreCheckoutQuery")
            .param("pre_checkout_query_id", query.id)
            .param("ok", query.total_amount == LARGE)
    };
    let paid = |payment: SuccessfulPayment| async move {
        format!("{} {}", payment.total_amount, payment.currency)
    };
    Router::new()
        .command("hello", hello)
        .command("typed", typed)
        .command("lenient", lenient)
        .text(|text: Text| async move { text.0 })
        .callback("yes:", |ButtonData(data): ButtonData| async move {
            Reply::text(data)
        })
        .on(UpdateKind::PreCheckoutQuery, checkout)
        .on(UpdateKind::Message, paid)
}

/// The payload of a message of `person`, with more fields, or others.
fn message(person: &Person, more: &Value) -> Value {
    let mut message = json!({
        "message_id": 1, "date": 1_700_000_000,
        "chat": {"id": person.id(), "type": "private", "first_name": "Алиса"},
        "from": {"id": person.id(), "is_bot": false, "first_name": "Алиса"},
    });
    let fields = message.as_object_mut().expect("an object");
    fields.extend(more.as_object().expect("an object").clone());
    message
}

#[tokio::test]
async fn whatever_is_new_or_large_in_a_message_it_is_answered() {
    let world = World::new().await;
    let _app = world.run(bot()).await;
    let alice = world.tg.person("Алиса").who_has_started();
    let hologram = json!({"id": alice.id(), "type": "hologram"});
    for odd in [
        json!({"chat": hologram, "text": "/hello a"}),
        json!({"message_id": LARGE, "message_thread_id": LARGE, "text": "/hello a"}),
        json!({"text": "/hello a", "entities": [{"type": "sparkle", "offset": 0, "length": 6}]}),
        json!({"text": "/hello a", "forward_origin": {"type": "teleported"}}),
        json!({"text": "/hello a", "reply_to_message": {"chat": hologram, "dice": 7}}),
        json!({"text": "/hello a", "paid_star_count": LARGE, "edit_date": "never"}),
        json!({"caption": "/hello a", "photo": [{"file_id": 7, "width": -1}]}),
    ] {
        world
            .tg
            .push_update(json!({"message": message(&alice, &odd)}));
        assert_eq!(alice.next_message().await.text, "Алиса: a", "{odd}");
    }
    assert!(world.dead_letters().await.is_empty());
}

#[tokio::test]
async fn a_pressed_button_is_answered_whatever_its_message_is() {
    let world = World::new().await;
    let _app = world.run(bot()).await;
    let alice = world.tg.person("Алиса").who_has_started();
    let under = message(
        &alice,
        &json!({"message_id": LARGE, "poll": {"type": "duel"}}),
    );
    world.tg.push_update(json!({"callback_query": {
        "id": "7", "chat_instance": 1, "data": "yes:да", "message": under,
        "from": {"id": alice.id(), "is_bot": false, "first_name": "Алиса", "color": "blue"},
    }}));
    assert_eq!(alice.next_message().await.text, "да");
}

#[tokio::test]
async fn large_payments_are_confirmed_and_received() {
    let world = World::new().await;
    let _app = world.run(bot()).await;
    let alice = world.tg.person("Алиса").who_has_started();
    let price = json!({"currency": "VND", "total_amount": LARGE, "invoice_payload": "7"});
    let mut checkout = price.clone();
    checkout["id"] = json!("77");
    checkout["from"] = json!({"id": alice.id(), "is_bot": false, "first_name": "Алиса"});
    checkout["order_info"] = json!({"shipping_address": "somewhere"});
    world
        .tg
        .push_update(json!({"pre_checkout_query": checkout}));
    let call = world.tg.next_call("answerPreCheckoutQuery").await;
    assert_eq!(call.params["pre_checkout_query_id"], "77");
    assert_eq!(call.params["ok"], true);

    let mut payment = price;
    payment["telegram_payment_charge_id"] = json!("t");
    payment["provider_payment_charge_id"] = json!("p");
    payment["subscription_expiration_date"] = json!("never");
    let paid = message(&alice, &json!({"successful_payment": payment}));
    world.tg.push_update(json!({"message": paid}));
    assert_eq!(alice.next_message().await.text, format!("{LARGE} VND"));
    assert!(world.dead_letters().await.is_empty());
}

#[tokio::test]
async fn a_block_is_recorded_whatever_else_its_update_tells() {
    let world = World::new().await;
    let _app = world.run(bot()).await;
    let alice = world.tg.person("Алиса");
    alice.says("раз");
    alice.next_message().await;
    let bot = json!({"id": world.tg.bot_id(), "is_bot": true, "first_name": "bot"});
    world.tg.push_update(json!({"my_chat_member": {
        "chat": {"id": alice.id(), "type": "private", "first_name": "Алиса"},
        "from": {"id": alice.id(), "is_bot": false, "first_name": "Алиса"},
        "date": "today", "invite_link": 7,
        "old_chat_member": {"status": "guest", "user": bot},
        "new_chat_member": {"status": "kicked", "user": bot, "until_date": "never"},
    }}));
    until("she is inactive", async || {
        !world.user(alice.id()).await.expect("a row").is_active
    })
    .await;
}

#[tokio::test]
async fn only_who_asks_for_the_part_that_does_not_fit_does_without() {
    let world = World::new().await;
    let app = world.run(bot()).await;
    let alice = world.tg.person("Алиса").who_has_started();
    let odd = |text: &str| {
        let message = message(&alice, &json!({"text": text, "dice": {"emoji": "секрет"}}));
        json!({"message": message})
    };
    world.tg.push_update(odd("/typed"));
    assert_eq!(alice.next_message().await.text, APOLOGY);
    let record = app.logs.wait_for("update_unfit").await;
    let error = record["error"].as_str().expect("a text");
    assert!(
        error.contains("`dice`") && !error.contains("секрет"),
        "{error}"
    );
    assert_eq!(record["level"], "WARN");

    world.tg.push_update(odd("/lenient"));
    assert_eq!(alice.next_message().await.text, "иначе");
    app.logs.wait_for("part_unreadable").await;
    alice.says("/lenient");
    assert_eq!(alice.next_message().await.text, "целиком");
    alice.says("/typed");
    alice.next_message().await;
    assert!(world.dead_letters().await.is_empty());
}
