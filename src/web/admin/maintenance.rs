//! The switch of maintenance, below the overview.

use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::{
    act::{Act, back},
    audit::{Deed, Outcome},
    failure::Failure,
    layout::csrf,
    role::Role,
    visitor::Visitor,
};
use crate::maintenance;

/// The button, for owners.
pub(super) fn of(visitor: &Visitor) -> Markup {
    let t = |ru, en| visitor.t(ru, en);
    let is_on = visitor.sources.maintenance.is_on();
    html! {
        @if visitor.may(Role::Owner) {
            section.card {
                h2 { (t("Технические работы", "Maintenance")) }
                @if is_on {
                    p { (t("Идут: бот отвечает только операторам и владельцам.", "It is on: the bot answers operators and owners alone.")) }
                } @else {
                    p { (t(
                        "Пока они идут, бот всем, кроме операторов и владельцев, предлагает зайти позже.",
                        "While it is on, the bot tells all but operators and owners to come later.",
                    )) }
                }
                form method="post" action="/admin/maintenance"
                    data-sure=[(!is_on).then_some(t("Начать технические работы?", "Begin the maintenance?"))] {
                    (csrf(visitor))
                    input type="hidden" name="on" value=(if is_on { "no" } else { "yes" });
                    button.danger[!is_on].primary[is_on] { (if is_on { t("Закончить", "End it") } else { t("Начать", "Begin it") }) }
                }
            }
        }
    }
}

/// Turns it on or off.
pub(super) async fn switch(act: Act) -> Result<Response, Failure> {
    act.must(Role::Owner, "maintenance", None).await?;
    let visitor = &act.visitor;
    let (is_on, detail) = match act.field("on")? {
        "yes" => (true, "on"),
        "no" => (false, "off"),
        _ => return Err(Failure::bad_form().to(visitor.lang)),
    };
    let sources = &visitor.sources;
    let session = sources.database.session();
    let outcome = Outcome::Done;
    let deed = act.deed("maintenance", None, Some(detail));
    act.note(&session, &Deed { outcome, ..deed }).await?;
    maintenance::switch(
        &mut *session.conn().await?,
        sources.bot_id,
        is_on,
        visitor.now(),
    )
    .await?;
    session.commit().await?;
    sources.admin.maintenance.tell().await;
    // This process knows it by the time its page is asked for; if not, in two seconds.
    let _ = sources.maintenance.look().await;
    Ok(back("/admin/", detail_of(is_on)).into_response())
}

/// By what the page says what was done.
fn detail_of(is_on: bool) -> &'static str {
    match is_on {
        true => "maintenance-on",
        false => "maintenance-off",
    }
}
