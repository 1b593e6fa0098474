//! Who is in the base of users, and as what.

mod membership;
mod order;
mod senders;
mod tracking;
mod trouble;

use ostankino::{DbSession, Reply, Result, Router, User};
use ostankino_demo::profiles;
use serde_json::{Value, json};

/// A bot that answers everything, anywhere.
fn bot() -> Router {
    let start = || async { Reply::text("Начнём?").button("Да", "yes") };
    Router::new()
        .command("start", start)
        .command("save", save)
        .callback("yes", || async { Reply::toast("Начали") })
        .text(|| async { "да" })
}

/// Needs the user's row: it is referred to.
async fn save(user: User, db: DbSession) -> Result<&'static str> {
    profiles::save(&mut *db.conn().await?, user.id, "Алиса", 7).await?;
    Ok("Сохранено")
}

/// The update of a message as Telegram sends it.
fn message(from: &Value, chat: &Value, text: &str) -> Value {
    json!({"message": {"message_id": 1, "date": 1, "from": from, "chat": chat, "text": text}})
}

fn private_chat(id: i64) -> Value {
    json!({"id": id, "type": "private", "first_name": "A"})
}
