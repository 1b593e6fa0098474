//! What concerns the base of users: who blocked the bot, and, for admins, how many there are.

use std::sync::Arc;

use super::commands::unknown_command;
use ostankino::{DbSession, Reply, Result, Router, Update, User, users};

pub(super) fn router(admins: Arc<[i64]>) -> Router {
    let stats_for = move |update: Update, user: Option<User>, db: DbSession| {
        let is_admin = user.is_some_and(|user| admins.contains(&user.id));
        // To others the command does not exist.
        async move {
            if is_admin {
                stats(db).await
            } else {
                Ok(unknown_command(&update))
            }
        }
    };
    Router::new()
        .command("stats", stats_for)
        .merge(users::membership())
}

async fn stats(db: DbSession) -> Result<Reply> {
    let counts = users::count(&mut *db.conn().await?).await?;
    Ok(Reply::text(format!(
        "Пользователей: {}\nМожно написать: {}\nНельзя (заблокировали бота или не начинали с ним): {}",
        counts.users,
        counts.active,
        counts.unreachable()
    )))
}
