//! An event that an owner sends to a user: it happens in that user's order, as if a timer had fired it.

use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use ostankino_core::{event::EventSpec, internal::Whose};
use serde::Deserialize;
use serde_json::Value;

use super::{
    act::{Act, back},
    audit::{Deed, Outcome},
    dialogues::of_user,
    failure::Failure,
    layout::{self, Place, csrf},
    role::Role,
    visitor::Visitor,
};
use crate::{dialogue::whose, users::one};

/// What is written in the form.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Draft {
    /// The dialogue in whose place it happens; without one that is the private chat.
    key: String,
    event: String,
    data: String,
}

/// The way to the form, for who may fill it in. `key` is that of a dialogue, or empty.
pub(super) fn way(visitor: &Visitor, user: i64, key: &str) -> Markup {
    let query = match key {
        "" => String::new(),
        key => format!("?key={key}"),
    };
    html! {
        @if visitor.may(Role::Owner) && !events(visitor).is_empty() {
            p { a href=(format!("/admin/users/{user}/event{query}")) { (visitor.t("Отправить событие…", "Send an event…")) } }
        }
    }
}

/// The empty form.
pub(super) async fn page(
    visitor: Visitor,
    Path(user): Path<i64>,
    Query(draft): Query<Draft>,
) -> Result<Response, Failure> {
    if !visitor.may(Role::Owner) {
        return Err(Failure::forbidden().to(visitor.lang));
    }
    place(&visitor, user, &draft.key).await?;
    let data = "{}".to_owned();
    Ok(shown(&visitor, user, &Draft { data, ..draft }, None))
}

/// Has it happen.
pub(super) async fn send(Path(user): Path<i64>, act: Act) -> Result<Response, Failure> {
    act.must(Role::Owner, "event", Some(user)).await?;
    let visitor = &act.visitor;
    let field = |name| act.field(name).map(str::to_owned);
    let draft = Draft {
        key: field("key")?,
        event: field("event")?,
        data: field("data")?,
    };
    let mut known = events(visitor).iter();
    let event = known.find(|event| event.name() == draft.event);
    let event = event.ok_or_else(|| Failure::bad_form().to(visitor.lang))?;
    let whose = place(visitor, user, &draft.key).await?;
    let data = match checked(visitor, event, &draft.data) {
        Ok(data) => data,
        Err(problem) => return Ok(shown(visitor, user, &draft, Some(&problem))),
    };
    // What it carries may be personal, and the audit outlives those who are named in it.
    let deed = act.deed("event", Some(user), Some(event.name()));
    let outcome = Outcome::Done;
    act.happen(&Deed { outcome, ..deed }, whose, event.name(), |_| Ok(data))
        .await?;
    Ok(back(&format!("/admin/users/{user}"), "event").into_response())
}

fn events(visitor: &Visitor) -> &[EventSpec] {
    &visitor.sources.admin.offered.events
}

/// Whose the event is, and where it happens: in the place of that dialogue of the user, or in the private chat.
async fn place(visitor: &Visitor, user: i64, key: &str) -> Result<Whose, Failure> {
    let absent = || Failure::absent().to(visitor.lang);
    if key.is_empty() {
        let known = one(&visitor.sources.database, user).await?;
        return known.map(|_| Whose::user(user)).ok_or_else(absent);
    }
    let found = of_user(visitor, user, key).and_then(|(scope, _)| whose(&scope));
    found.ok_or_else(absent)
}

/// The data, if they are those of that event; what is wrong with them otherwise.
fn checked(visitor: &Visitor, event: &EventSpec, data: &str) -> Result<Value, String> {
    let t = |ru, en| visitor.t(ru, en);
    let data: Value = serde_json::from_str(data)
        .map_err(|error| format!("{}: {error}", t("Данные — не JSON", "The data are no JSON")))?;
    let unfit = t(
        "Событию такие данные не подходят",
        "The data do not fit the event",
    );
    let fit = event.check(&data);
    fit.map_err(|problem| format!("{unfit}: {problem}"))?;
    Ok(data)
}

fn shown(visitor: &Visitor, user: i64, draft: &Draft, problem: Option<&str>) -> Response {
    let t = |ru, en| visitor.t(ru, en);
    let status = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let body = html! {
        p { a href=(format!("/admin/users/{user}")) { "← " (user) } }
        @if let Some(problem) = problem { p.banner.bad role="alert" { (problem) } }
        p { (t(
            "Бот обработает его, как если бы оно случилось само: после всего, что пользователь сделал раньше.",
            "The bot handles it as if it had happened by itself: after all that the user did before.",
        )) }
        form.write method="post" action=(format!("/admin/users/{user}/event")) {
            (csrf(visitor))
            input type="hidden" name="key" value=(draft.key);
            label { (t("Событие", "Event"))
                select name="event" lang=(visitor.lang.tag()) {
                    @for event in events(visitor) {
                        option value=(event.name()) selected[event.name() == draft.event] { (event.name()) }
                    }
                }
            }
            label { (t("Данные, JSON", "Data, JSON"))
                textarea name="data" rows="6" required spellcheck="false" { (draft.data) } }
            button.danger { (t("Отправить", "Send")) }
        }
    };
    let title = t("Отправить событие", "Send an event");
    let page = layout::page(visitor, Place::Users, title, &body);
    (status, page).into_response()
}
