//! What concerns the base of users: who blocked the bot, and, for admins, how many there are.

use std::sync::Arc;

use ostankino::{
    DbSession, Html, Result, Router,
    filter::{command, from},
    users,
};

use crate::Texts;

/// To others the command does not exist.
pub(super) fn router(admins: Arc<[i64]>) -> Router {
    Router::new()
        .on(command("stats") & from(admins), stats)
        .merge(users::membership())
}

async fn stats(t: Texts, db: DbSession) -> Result<Html> {
    let counts = users::count(&mut *db.conn().await?).await?;
    Ok(t.stats(counts.active, counts.unreachable(), counts.users))
}
