//! Payments and inline queries go past all that waits, and are answered in time or not at all.

mod away;
mod inline;
mod killed;
mod late;
mod past;
mod unstored;

use async_nats::jetstream::message::PublishMessage;
use diesel::{sql_query, sql_types::BigInt};
use diesel_async::RunQueryDsl;
use ostankino::{DbSession, Error, User};
use serde_json::{Value, json};
use telegram_emulator::Person;

use crate::support::World;

/// A world with a table of what was paid for.
async fn world() -> World {
    let world = World::new().await;
    let table = "CREATE TABLE checks (user_id BIGINT)";
    let made = world.database().await.batch_execute(table).await;
    made.expect("the table is made");
    world
}

async fn note(db: &DbSession, user: &User) -> Result<(), Error> {
    let insert = sql_query("INSERT INTO checks VALUES ($1)").bind::<BigInt, _>(user.id);
    insert.execute(&mut *db.conn().await?).await?;
    Ok(())
}

/// Somebody is about to pay.
pub(crate) fn checkout(person: &Person, id: &str) -> Value {
    json!({"pre_checkout_query": {
        "id": id, "currency": "RUB", "total_amount": 100, "invoice_payload": "7",
        "from": {"id": person.id(), "is_bot": false, "first_name": "Алиса"},
    }})
}

/// Puts an update into a queue by hand, as if it had waited so long before it was stored.
pub(crate) async fn put(world: &World, subject: &str, update: &Value, waited_ms: u64) {
    let subject = format!("{}.{subject}", world.prefix);
    let message = PublishMessage::build()
        .message_id(format!("{:x}", fastrand::u64(..)))
        .header("Ostankino-Waited", waited_ms.to_string())
        .payload(update.to_string().into());
    let jetstream = world.jetstream().await;
    let stored = jetstream
        .send_publish(subject, message)
        .await
        .expect("sent");
    stored.await.expect("stored");
}
