//! What concerns the base of users: who blocked the bot, and how many there are.

use std::sync::Arc;

use crate::{
    DbSession, Result, Router, Update, User,
    db::users,
    types::{ChatMember, ChatMemberUpdated},
};

pub(super) fn router(admins: Arc<[i64]>) -> Router {
    let stats_of = move |user: User, db: DbSession| {
        let admins = admins.clone();
        async move {
            if admins.contains(&user.id) {
                stats(db).await.map(Some)
            } else {
                Ok(None)
            }
        }
    };
    Router::new()
        .command("stats", stats_of)
        .my_chat_member(membership_changed)
}

/// A user blocked or unblocked the bot: `my_chat_member` in the private chat. The bot's
/// membership in groups says nothing about whom it may write to.
async fn membership_changed(
    update: Update,
    change: Arc<ChatMemberUpdated>,
    user: User,
    db: DbSession,
) -> Result<()> {
    if !update.is_private() {
        return Ok(());
    }
    let is_active = match change.new_chat_member {
        ChatMember::Kicked(_) => false,
        ChatMember::Member(_) => true,
        _ => return Ok(()),
    };
    users::set_active(&mut *db.conn().await?, &user, is_active).await?;
    if is_active {
        tracing::info!(is_active, "the user unblocked the bot");
    } else {
        tracing::info!(is_active, "the user blocked the bot");
    }
    Ok(())
}

async fn stats(db: DbSession) -> Result<String> {
    let counts = users::count(&mut *db.conn().await?).await?;
    Ok(format!(
        "Пользователей: {}\nАктивных: {}\nЗаблокировали: {}",
        counts.users,
        counts.active,
        counts.blocked()
    ))
}
