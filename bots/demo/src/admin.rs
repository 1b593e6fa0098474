//! What concerns the base of users: who blocked the bot, and, for admins, how many there are.

use std::sync::Arc;

use ostankino::{
    DbSession, Reply, Result, Router,
    filter::{command, from},
    users,
};

/// To others the command does not exist.
pub(super) fn router(admins: Arc<[i64]>) -> Router {
    Router::new()
        .on(command("stats") & from(admins), stats)
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
