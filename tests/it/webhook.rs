//! The webhook, posted to by a Telegram: whatever process takes an update, and whichever of them dies, none is lost and none is done twice.

mod keeping;
mod killed;
mod refused;
mod switched;
mod ways;

use ostankino::{
    App, DbSession, Reply, Router, Text, Update, User,
    extract::{ButtonData, PreCheckoutQuery},
};
use serde_json::{Value, json};
use telegram_emulator::Person;

use crate::support::{
    Service, ServiceSetup, World, balancer::Balancer, notes::note, program::serve, servers::until,
};

/// No test: the bot that the tests of this folder start as processes. It notes what it handles, once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a program, started by the tests of this folder"]
async fn a_bot_that_notes_what_is_posted() {
    let routes = Router::new()
        .text(
            async |update: Update, user: User, text: Text, db: DbSession| {
                note(&db, &update, &user, &text.0).await
            },
        )
        .callback(
            "",
            async |update: Update, user: User, data: ButtonData, db: DbSession| {
                note(&db, &update, &user, &data.0).await
            },
        )
        .pre_checkout(async |_: PreCheckoutQuery| Reply::confirm());
    serve(|config| App::builder(config).router(routes)).await;
}

async fn world() -> World {
    let world = World::new().await;
    world.prepare_notes().await;
    world
}

fn polling(world: &World) -> ServiceSetup {
    world.this_program("webhook::a_bot_that_notes_what_is_posted")
}

/// A process behind that balancer.
fn posted_to(world: &World, balancer: &Balancer) -> ServiceSetup {
    polling(world)
        .set("TELEGRAM__INTAKE", "webhook")
        .set("TELEGRAM__WEBHOOK_CHECK_S", "1")
        .set("WEB__WEBHOOK_LISTEN", "127.0.0.1:0")
        .set("WEB__PUBLIC_URL", &balancer.url)
}

/// The only process, posted to.
async fn alone(world: &World) -> (Balancer, Service) {
    let balancer = Balancer::start().await;
    let service = posted_to(world, &balancer).start().await;
    balancer.add(&service).await;
    service.logs.wait_for("webhook_set").await;
    (balancer, service)
}

/// Somebody presses a button that says this.
fn press(world: &World, person: &Person, data: &str) {
    let id = format!("{}-{data}", person.id());
    let from = json!({"id": person.id(), "is_bot": false, "first_name": "Гость"});
    let press = json!({"id": id, "from": from, "chat_instance": "1", "data": data});
    world.tg.push_update(json!({"callback_query": press}));
}

/// Waits until all is handled that Telegram had, and so much of it is noted.
async fn all_is_noted(world: &World, count: usize) {
    let count = i64::try_from(count).expect("few");
    world.tg.wait_until(|tg| tg.pending_updates() == 0).await;
    until("all is noted", async || {
        world.count("FROM notes").await >= count
    })
    .await;
    world.queue_is_empty().await;
    assert_eq!(world.count("FROM notes").await, count, "each once");
}

/// Where Telegram was told to post to, and the word by which it is known there.
fn told(world: &World) -> (String, String) {
    let set = world.tg.calls_of("setWebhook");
    let last = set.last().expect("it was set");
    (last.param("url"), last.param("secret_token"))
}

/// A message with a text.
fn message(id: i64, person: &Person, text: &str) -> Value {
    let from = json!({"id": person.id(), "is_bot": false, "first_name": "Гость"});
    let chat = json!({"id": person.id(), "type": "private", "first_name": "Гость"});
    json!({"update_id": id, "message": {"message_id": 1, "date": 1, "from": from, "chat": chat, "text": text}})
}
