//! /language: the user chooses the language of the bot.

use ostankino::{prelude::*, users};

use crate::{Lang, Texts};

pub(crate) async fn ask(t: Texts) -> Reply {
    Reply::text(t.choose_language()).keyboard(Lang::keyboard(2))
}

pub(crate) async fn choose(
    Pressed(lang): Pressed<Lang>,
    t: Texts,
    db: DbSession,
    user: User,
) -> Result<Reply> {
    users::choose_locale(&mut *db.conn().await?, user.id, lang).await?;
    Ok(Reply::edit(t.of(lang).language_chosen()))
}
