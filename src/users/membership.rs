//! Who blocked the bot: the news that keeps the base of mailings true.

use super::set_active;
use crate::{
    DbSession, Result, Router, Update, User,
    request::UpdateKey,
    telegram::{MemberStatus, Membership},
};

/// Records who blocked and unblocked the bot. A bot whose router takes no `my_chat_member` gets this
/// route by itself.
pub fn membership() -> Router {
    Router::new().my_chat_member(changed)
}

/// `my_chat_member` in the private chat: blocked is `kicked`, unblocked is `member`. The bot's
/// membership in groups says nothing about whom it may write to.
async fn changed(
    update: Update,
    change: Membership,
    user: Option<User>,
    db: DbSession,
    as_of: UpdateKey,
) -> Result<()> {
    let Some(user) = user.filter(|_| update.is_private()) else {
        return Ok(());
    };
    let is_active = match change.new_status {
        MemberStatus::Kicked => false,
        MemberStatus::Member => true,
        _ => return Ok(()),
    };
    let counts = set_active(&mut *db.conn().await?, &user, is_active, as_of).await?;
    if !counts {
        tracing::info!(
            event = "membership_late",
            is_active,
            "a change of membership came late: it is past"
        );
    } else if is_active {
        tracing::info!(event = "unblocked", is_active, "the user unblocked the bot");
    } else {
        tracing::info!(event = "blocked", is_active, "the user blocked the bot");
    }
    Ok(())
}
