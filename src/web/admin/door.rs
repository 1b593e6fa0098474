//! Coming in by a link, and going out.
//!
//! Who makes a preview of a link, or looks for viruses behind it, asks for its page: so the page does nothing, and its button lets
//! somebody in.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, header::SET_COOKIE},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use maud::html;

use super::{
    Admin,
    act::{Act, must_be_ours},
    audit::{self, Deed, Outcome},
    entry::{self, Word},
    failure::Failure,
    layout,
    visitor::cookie,
    words::Lang,
};

/// The page behind a link.
pub(super) async fn ask(Path((user, word)): Path<(i64, String)>) -> Response {
    let Some(word) = Word::shown(&word) else {
        return Failure::bad_link().into_response();
    };
    let body = html! {
        form method="post" action=(format!("/admin/login/{user}/{}", word.as_str())) {
            button.primary { "Войти" }
        }
        p.faint { "Ссылка сработает один раз." br; span lang="en" { "The link works once." } }
    };
    layout::bare(Lang::Ru, "Панель управления", &body).into_response()
}

/// Lets somebody in, once.
pub(super) async fn enter(
    State(admin): State<Admin>,
    Path((user, word)): Path<(i64, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    must_be_ours(&headers, &admin)?;
    let sources = admin.sources().ok_or_else(Failure::not_running)?;
    let (bot_id, now) = (sources.bot_id, sources.clock.now());
    let word = Word::shown(&word).ok_or_else(Failure::bad_link)?;
    admin.0.roster.role(user).ok_or_else(Failure::bad_link)?;
    let session = sources.database.session();
    let word = {
        let connection = &mut *session.conn().await?;
        if !entry::follow(connection, bot_id, user, &word, now).await? {
            return Err(Failure::bad_link());
        }
        let deed = Deed {
            admin: user,
            action: "login",
            target: None,
            detail: None,
            outcome: Outcome::Done,
        };
        audit::note(connection, bot_id, &deed, now).await?;
        entry::begin(connection, bot_id, user, now).await?
    };
    session.commit().await?;
    tracing::info!(event = "admin_entered", user_id = user, "an admin came in");
    let cookie = AppendHeaders([(SET_COOKIE, cookie(&admin, Some(&word)))]);
    Ok((cookie, Redirect::to("/admin/")).into_response())
}

/// Ends the session.
pub(super) async fn leave(State(admin): State<Admin>, act: Act) -> Result<Response, Failure> {
    let session = act.visitor.sources.database.session();
    let outcome = Outcome::Done;
    let deed = act.deed("logout", None, None);
    act.note(&session, &Deed { outcome, ..deed }).await?;
    entry::end(&mut *session.conn().await?, &act.visitor.session).await?;
    session.commit().await?;
    let body = html! { p { (act.visitor.t("Вы вышли.", "You are out.")) } };
    let page = layout::bare(
        act.visitor.lang,
        act.visitor.t("Панель управления", "Admin"),
        &body,
    );
    let cookie = AppendHeaders([(SET_COOKIE, cookie(&admin, None))]);
    Ok((cookie, page).into_response())
}
