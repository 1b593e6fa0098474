//! The commands of an operator, as programs of their own beside a service or without one.

mod configuration;
mod looking;
mod replaying;
mod status;

use async_nats::{HeaderMap, jetstream::stream};

use crate::support::{Finished, World};

/// A dead letter of the world's bot, set aside by hand; gives its number.
pub(crate) async fn set_aside(world: &World, update: &str) -> u64 {
    let jetstream = world.jetstream().await;
    // As the service makes it.
    let config = stream::Config {
        name: format!("{}_DEAD", world.prefix),
        subjects: vec![format!("{}.dead.>", world.prefix)],
        ..stream::Config::default()
    };
    let made = jetstream.get_or_create_stream(config).await;
    made.expect("a stream");
    let mut headers = HeaderMap::new();
    headers.insert("Ostankino-Reason", "it failed 5 times");
    headers.insert("Ostankino-Error", "%D0%BD%D0%B5%D1%82: 100 %25");
    headers.insert("Ostankino-Deliveries", "5");
    let subject = format!("{}.dead.{}", world.prefix, world.tg.bot_id());
    let sent = jetstream.publish_with_headers(subject, headers, update.to_owned().into());
    let stored = sent.await.expect("sent").await.expect("stored");
    stored.sequence
}

/// The update in which that user says `/start`.
pub(crate) fn start(update_id: i64, user: i64) -> String {
    format!(
        r#"{{"update_id":{update_id},"message":{{"message_id":1,"date":1700000000,"from":{{"id":{user},"is_bot":false,"first_name":"О"}},"chat":{{"id":{user},"type":"private","first_name":"О"}},"text":"/start"}}}}"#
    )
}

/// What a command that must succeed told.
fn told(finished: Finished) -> String {
    assert_eq!(finished.code, 0, "{finished:?}");
    assert_eq!(finished.stderr, "");
    finished.stdout
}

/// What a command that must fail told.
fn complained(finished: Finished) -> String {
    assert_eq!(finished.code, 1, "{finished:?}");
    finished.stderr
}

/// The numbers of the letters that are there.
async fn numbers(world: &World) -> Vec<u64> {
    let listed = told(world.service().run("dead-letters list --json").await);
    let number = |line| {
        let letter: serde_json::Value = serde_json::from_str(line).expect("JSON");
        letter["number"].as_u64().expect("a number")
    };
    listed.lines().map(number).collect()
}
