//! The dialogues of a user: where each stands, the page of one, and its reset, which is an event of that user's.

use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use super::{
    act::{Act, back},
    audit::{Deed, Outcome},
    event_form,
    failure::Failure,
    layout::{self, Place, csrf},
    picture,
    role::Role,
    visitor::Visitor,
};
use crate::{
    Error, Event, Result,
    cli::pretty,
    dialogue::{Record, Reset, Scope, parse_key, whose},
};

/// A dialogue that is open.
struct Open {
    key: String,
    scope: Scope,
    destiny: String,
    record: Record,
}

/// What is known of dialogs that lie one upon another: see the crate `ostankino-dialogs`.
#[derive(Deserialize)]
struct Stack {
    f: Vec<Frame>,
}

#[derive(Deserialize)]
struct Frame {
    d: String,
    w: String,
    x: Value,
}

/// Which of them.
#[derive(Deserialize)]
pub(super) struct Named {
    key: String,
}

/// The dialogues of a user, wherever they are.
pub(super) async fn of(visitor: &Visitor, user: i64) -> Result<Markup> {
    let all = open(visitor, user).await?;
    let t = |ru, en| visitor.t(ru, en);
    Ok(html! {
        h2 { (t("Диалоги", "Dialogues")) }
        @if all.is_empty() { p.empty { (t("Открытых нет.", "None is open.")) } }
        @for one in &all {
            section.card.dialogue {
                (shown(visitor, one))
                p { a href=(format!("/admin/users/{user}/dialogue?key={}", one.key)) { (t("Как он выглядит", "What it looks like")) } }
                (reset_form(visitor, user, one))
            }
        }
    })
}

/// One of them, and what the user sees of it.
pub(super) async fn page(
    visitor: Visitor,
    Path(user): Path<i64>,
    Query(Named { key }): Query<Named>,
) -> Result<Response, Failure> {
    let absent = || Failure::absent().to(visitor.lang);
    of_user(&visitor, user, &key).ok_or_else(absent)?;
    let one = loaded(&visitor, key).await?.ok_or_else(absent)?;
    let body = html! {
        p { a href=(format!("/admin/users/{user}")) { "← " (user) } }
        section.card.dialogue {
            (shown(&visitor, &one))
            (reset_form(&visitor, user, &one))
            @if whose(&one.scope).is_some() { (event_form::way(&visitor, user, &one.key)) }
        }
        (picture::of(&visitor, &one.scope, &one.destiny).await)
    };
    let title = visitor.t("Диалог", "Dialogue");
    Ok(layout::page(&visitor, Place::Users, title, &body).into_response())
}

/// Whose dialogue that is, where, and its destiny, if it is one that the card of that user shows.
pub(super) fn of_user(visitor: &Visitor, user: i64, key: &str) -> Option<(Scope, String)> {
    let bot = visitor.sources.bot_id;
    parse_key(key)
        .filter(|(scope, _)| scope.bot == bot && [scope.user, scope.chat].contains(&Some(user)))
}

async fn open(visitor: &Visitor, user: i64) -> Result<Vec<Open>> {
    let mut all = Vec::new();
    for (key, _) in visitor.sources.admin.stores.dialogues(user).await? {
        all.extend(loaded(visitor, key).await?);
    }
    Ok(all)
}

/// The dialogue of that key, if it is open.
async fn loaded(visitor: &Visitor, key: String) -> Result<Option<Open>> {
    let Some((scope, destiny)) = parse_key(&key) else {
        return Ok(None);
    };
    let known = visitor.sources.admin.dialogues.load(&key).await?;
    Ok(known.record.map(|record| Open {
        key,
        scope,
        destiny,
        record,
    }))
}

fn shown(visitor: &Visitor, one: &Open) -> Markup {
    let t = |ru, en| visitor.t(ru, en);
    let is_private = one.scope.chat.is_some() && one.scope.chat == one.scope.user;
    let stack: Option<Stack> = serde_json::from_str(one.record.data.get()).ok();
    html! {
        h3 {
            @if is_private { (t("Личный чат", "Private chat")) }
            @else if let Some(chat) = one.scope.chat { (t("Чат", "Chat")) " " (chat) }
            @if let Some(thread) = one.scope.thread { " · " (t("тема", "topic")) " " (thread) }
            @if let Some(business) = &one.scope.business { " · " (t("бизнес", "business")) " " bdi { (business) } }
            @if one.destiny != crate::dialogue::DEFAULT_DESTINY { " · " bdi { (one.destiny) } }
        }
        @match &stack {
            Some(stack) => {
                ol.stack {
                    @for frame in stack.f.iter().rev() {
                        li {
                            strong { (frame.d) } " → " (frame.w)
                            (data(visitor, &frame.x.to_string()))
                        }
                    }
                }
            }
            None => {
                p { strong { (one.record.state) } }
                (data(visitor, one.record.data.get()))
            }
        }
    }
}

fn reset_form(visitor: &Visitor, user: i64, one: &Open) -> Markup {
    let t = |ru, en| visitor.t(ru, en);
    html! {
        @if visitor.may(Role::Operator) && whose(&one.scope).is_some() {
            form method="post" action=(format!("/admin/users/{user}/reset"))
                data-sure=(t("Сбросить этот диалог?", "Reset this dialogue?")) {
                (csrf(visitor))
                input type="hidden" name="key" value=(one.key);
                button { (t("Сбросить", "Reset")) }
            }
        }
    }
}

/// What the dialogue has learned.
fn data(visitor: &Visitor, json: &str) -> Markup {
    html! {
        details {
            summary { (visitor.t("данные", "data")) }
            pre dir="auto" { (pretty(json.as_bytes()).unwrap_or_else(|| json.to_owned())) }
        }
    }
}

/// Has a dialogue of a user ended, in the order of what he does.
pub(super) async fn reset(Path(user): Path<i64>, act: Act) -> Result<Response, Failure> {
    act.must(Role::Operator, "reset", Some(user)).await?;
    let visitor = &act.visitor;
    let found = of_user(visitor, user, act.field("key")?);
    let found = found.and_then(|(scope, destiny)| Some((whose(&scope)?, destiny)));
    let (whose, destiny) = found.ok_or_else(|| Failure::bad_form().to(visitor.lang))?;
    // The key would name the user.
    let deed = act.deed("reset", Some(user), Some(&destiny));
    let outcome = Outcome::Done;
    let reset = Reset {
        destiny: destiny.clone(),
    };
    let data = |_| serde_json::to_value(reset).map_err(Error::from);
    act.happen(&Deed { outcome, ..deed }, whose, Reset::NAME, data)
        .await?;
    Ok(back(&format!("/admin/users/{user}"), "reset").into_response())
}
