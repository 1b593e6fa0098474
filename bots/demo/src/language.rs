//! /language: the user chooses the language of the bot.

use ostankino::{DbSession, Pressed, Reply, Result, Router, User, users};

use crate::{Lang, Texts};

pub(super) fn router() -> Router {
    Router::new()
        .command("language", ask)
        .in_menu(Texts::cmd_language)
        .press::<Lang, _>(choose)
}

async fn ask(t: Texts) -> Reply {
    Reply::text(t.choose_language()).keyboard(Lang::keyboard(2))
}

async fn choose(
    Pressed(lang): Pressed<Lang>,
    t: Texts,
    db: DbSession,
    user: User,
) -> Result<Reply> {
    users::choose_locale(&mut *db.conn().await?, user.id, lang).await?;
    Ok(Reply::edit(t.of(lang).language_chosen()))
}
