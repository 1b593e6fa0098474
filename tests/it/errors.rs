//! What is said, logged and kept when something fails: the user hears the apology once, the log has
//! one record with the chain and where code may be wrong a short backtrace, nothing of the handler's work is in the database,
//! and the next update is handled as ever. Every fault is a real one.

mod codes;
mod handlers;
mod lost;
mod nats;
mod postgres;
mod silence;
mod telegram;
mod unheard;

use ostankino::{DbSession, Handler, Reply, Result, Router, User};
use ostankino_demo::profiles;
use serde_json::Value;
use telegram_emulator::Person;

use crate::support::{APOLOGY, Logs, World};

/// A bot that does what the test wants at «/fail» and at the button of «/start», and answers «да»
/// to everything else.
fn bot<H: Handler<Args>, Args: 'static>(fails: H) -> Router {
    let start = || async { Reply::text("Начнём?").button("Сломать", "fail") };
    Router::new()
        .command("fail", fails.clone())
        .command("start", start)
        .callback("fail", fails)
        .text(|| async { "да" })
}

/// What a handler writes before it fails. The user's row must be there: it is referred to.
async fn write(db: &DbSession, user: &User) -> Result<()> {
    profiles::save(&mut *db.conn().await?, user.id, "Алиса", 7).await?;
    Ok(())
}

/// The errors of updates; warnings of what was met on the way are none.
fn errors(logs: &Logs) -> Vec<Value> {
    let mut records = logs.records();
    records.retain(|record| record["level"] == "ERROR" && record.get("update_id").is_some());
    records
}

fn apologies(person: &Person) -> usize {
    let messages = person.messages();
    messages
        .iter()
        .filter(|message| message.text == APOLOGY)
        .count()
}

/// Says something that succeeds, and waits for the answer: it is the next message there is.
async fn is_answered(person: &Person) {
    person.says("ещё");
    assert_eq!(person.next_message().await.text, "да");
}

/// A backtrace only where code may be wrong, and of it only what is between the fault and the
/// handler.
fn assert_is_short(record: &Value) {
    assert!(record.to_string().len() < 4096, "{record}");
    if !matches!(record["error_kind"].as_str(), Some("internal" | "panic")) {
        assert_eq!(record.get("backtrace"), None, "{record}");
        return;
    }
    let backtrace = record["backtrace"].as_str().expect("a backtrace");
    let is_known = |line: &str| {
        ["it::", "ostankino::", "./src/", "./tests/"]
            .iter()
            .any(|part| line.contains(part))
    };
    assert!(backtrace.lines().all(is_known), "{backtrace}");
    assert!((1..=6).contains(&backtrace.lines().count()), "{backtrace}");
}

/// So many updates of this user failed, each properly. To be called after a good exchange, which
/// would have come after a second apology.
async fn assert_failed_properly(
    world: &World,
    logs: &Logs,
    person: &Person,
    times: usize,
    cause: &str,
) {
    assert_eq!(apologies(person), times, "one apology for each");
    let errors = errors(logs);
    assert_eq!(errors.len(), times, "one record for each: {errors:?}");
    for record in &errors {
        assert_eq!(record["user_id"], person.id());
        let error = record["error"].as_str().expect("the chain");
        assert!(error.contains(cause), "{error}");
        assert_is_short(record);
    }
    assert_eq!(world.count("FROM profiles").await, 0, "rolled back");
    assert!(
        world.user(person.id()).await.is_some(),
        "tracked all the same"
    );
    world.all_transactions_end().await;
}
