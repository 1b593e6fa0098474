//! Effects that happen once, however often an update comes: what is left after a crash is finished
//! and not done again, poison is set aside, and an outage is no poison.

mod deadly;
mod events;
mod left;
mod poison;
mod purge;
mod repeated;
mod twin;

use async_nats::jetstream::message::PublishMessage;
use diesel::{sql_query, sql_types::BigInt};
use diesel_async::RunQueryDsl;
use ostankino::{
    Config, DbSession, DialogueState, Error, Fsm, Router, User, queue::partition_of,
    telegram::Envelope,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use telegram_emulator::Person;

use crate::support::{TestApp, World};

/// How often somebody walked.
#[derive(Default, Serialize, Deserialize)]
struct Steps {
    made: u32,
}

impl DialogueState for Steps {
    const NAME: &'static str = "steps";
}

/// «/hit» writes to the database and to the dialogue, «/walk» to the dialogue only, «/fail» fails.
fn bot() -> Router {
    Router::new()
        .command("hit", |user: User, db: DbSession, fsm: Fsm| async move {
            hit(&db, &user).await?;
            Ok::<_, Error>(format!("удар {}", walk(&fsm).await?))
        })
        .command("walk", |fsm: Fsm| async move {
            Ok::<_, Error>(format!("шаг {}", walk(&fsm).await?))
        })
        .command("fail", |user: User, db: DbSession| async move {
            hit(&db, &user).await?;
            Err::<(), _>(Error::message("after a hit"))
        })
        .text(|| async { "да" })
}

async fn hit(db: &DbSession, user: &User) -> Result<(), Error> {
    let insert = sql_query("INSERT INTO hits VALUES ($1)").bind::<BigInt, _>(user.id);
    insert.execute(&mut *db.conn().await?).await?;
    Ok(())
}

async fn walk(fsm: &Fsm) -> Result<u32, Error> {
    let mut steps = fsm.data::<Steps>().await?.unwrap_or_default();
    steps.made += 1;
    let made = steps.made;
    fsm.set(steps)?;
    Ok(made)
}

async fn world() -> World {
    let world = World::new().await;
    let table = "CREATE TABLE hits (user_id BIGINT)";
    let made = world.database().await.batch_execute(table).await;
    made.expect("the table is made");
    world
}

/// Gives up at once on what is in flight when it stops, as a crash does.
fn brittle(config: &mut Config) {
    config.delivery.shutdown_grace_ms = 1;
}

async fn start(world: &World) -> TestApp {
    world.app(bot()).config(brittle).start().await
}

/// Puts an update into the queue by hand, under a message id of its own; gives its partition.
async fn enqueue(world: &World, person: &Person, update_id: i64, text: &str) -> u16 {
    let update = update(person, update_id, text);
    let partition = partition(world, &update);
    put(world, partition, update).await;
    partition
}

/// Puts updates into the queue by hand, as one batch in the partition of the first.
async fn enqueue_batch(world: &World, updates: &[(&Person, i64, &str)]) {
    let of = |(person, update_id, text): &(&Person, i64, &str)| update(person, *update_id, text);
    let updates: Vec<_> = updates.iter().map(of).collect();
    let partition = partition(world, &updates[0]);
    put(world, partition, format!("[{}]", updates.join(","))).await;
}

fn update(person: &Person, update_id: i64, text: &str) -> String {
    let (id, entities) = (
        person.id(),
        json!([{"type": "bot_command", "offset": 0, "length": text.len()}]),
    );
    let update = json!({"update_id": update_id, "message": {
        "message_id": 1, "date": 1, "text": text, "entities": entities,
        "chat": {"id": id, "type": "private"},
        "from": {"id": id, "is_bot": false, "first_name": "A"},
    }});
    update.to_string()
}

fn partition(world: &World, update: &str) -> u16 {
    let envelope = Envelope::peek(update.as_bytes()).expect("an update");
    partition_of(&envelope, world.config().delivery.partitions)
}

async fn put(world: &World, partition: u16, payload: String) {
    let subject = format!("{}.upd.{}.{partition}", world.prefix, world.tg.bot_id());
    let message = PublishMessage::build()
        .message_id(format!("{:x}", fastrand::u64(..)))
        .payload(payload.into());
    let jetstream = world.jetstream().await;
    let stored = jetstream
        .send_publish(subject, message)
        .await
        .expect("sent");
    stored.await.expect("stored");
}

/// How many rows of the inbox have something left to do.
async fn left(world: &World) -> i64 {
    world.count("FROM inbox WHERE effects IS NOT NULL").await
}
