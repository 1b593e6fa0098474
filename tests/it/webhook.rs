//! The webhook, posted to by a Telegram: whatever process takes an update, and whichever of them dies, none is lost and none is done twice.

mod keeping;
mod killed;
mod refused;
mod switched;
mod ways;

use diesel::{
    sql_query,
    sql_types::{BigInt, Text as SqlText},
};
use diesel_async::RunQueryDsl;
use ostankino::{
    App, Config, DbSession, Error, Reply, Router, Text, Update, User,
    extract::{ButtonData, PreCheckoutQuery},
    telemetry,
};
use serde_json::{Value, json};
use telegram_emulator::Person;

use crate::{
    seats::stopped_by_a_signal,
    support::{Service, ServiceSetup, World, balancer::Balancer, servers::until},
};

/// No test: the bot that the tests of this folder start as processes. It notes what it handles, once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a program, started by the tests of this folder"]
async fn a_bot_that_notes_what_is_posted() {
    let config = Config::read().expect("the variables are set");
    config.validate().expect("a valid configuration");
    telemetry::install(config.telemetry.format, &config.telemetry.filter).expect("a valid filter");
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
    let app = App::builder(config).router(routes).build().await;
    let app = app.expect("its servers are there");
    app.run(stopped_by_a_signal())
        .await
        .expect("it ends in order");
}

async fn note(db: &DbSession, update: &Update, user: &User, what: &str) -> Result<(), Error> {
    let note = sql_query("INSERT INTO notes (update_id, user_id, what) VALUES ($1, $2, $3)")
        .bind::<BigInt, _>(update.id)
        .bind::<BigInt, _>(user.id)
        .bind::<SqlText, _>(what);
    note.execute(&mut *db.conn().await?).await?;
    Ok(())
}

async fn world() -> World {
    let world = World::new().await;
    prepare(&world).await;
    world
}

async fn prepare(world: &World) {
    let table =
        "CREATE TABLE notes (n BIGSERIAL PRIMARY KEY, update_id BIGINT, user_id BIGINT, what TEXT)";
    let made = world.database().await.batch_execute(table).await;
    made.expect("the table is made");
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

/// What was noted of somebody, in its order.
async fn noted(world: &World, person: &Person) -> Vec<String> {
    let client = world.database().await;
    let sql = "SELECT what FROM notes WHERE user_id = $1 ORDER BY n";
    let rows = client.query(sql, &[&person.id()]).await.expect("rows");
    rows.iter().map(|row| row.get(0)).collect()
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
