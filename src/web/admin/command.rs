//! The command `/admin`, by which somebody who has a role gets a link. To others there is no such command.

use ostankino_core::texts::OwnTexts;

use super::{entry, role::Roster};
use crate::{
    Clock, Config, DbSession, Reply, Result, Router, User, config::admin_origin, filter,
    request::UpdateKey,
};

/// The route, ahead of those of the bot; none if there is no page.
pub(crate) fn routes(config: &Config) -> Router {
    let Some(origin) = admin_origin(&config.admin.url).filter(|_| config.web.admin) else {
        return Router::new();
    };
    let admins: Vec<i64> = Roster::of(config).ids().collect();
    let gate = filter::command("admin") & filter::private() & filter::from(admins);
    Router::new().on(
        gate,
        move |user: User, db: DbSession, clock: Clock, own: OwnTexts, key: UpdateKey| {
            let origin = origin.clone();
            async move { link(&origin, &user, &db, &clock, &own, key.bot_id).await }
        },
    )
}

async fn link(
    origin: &str,
    user: &User,
    db: &DbSession,
    clock: &Clock,
    own: &OwnTexts,
    bot_id: i64,
) -> Result<Reply> {
    let word = entry::give(&mut *db.conn().await?, bot_id, user.id, clock.now()).await?;
    let url = format!("{origin}/admin/login/{}/{}", user.id, word.as_str());
    // Whoever makes previews would follow it; and it is nobody else's.
    Ok(Reply::text(own.admin_link(&url)).no_preview().protect())
}
