//! Actions that a bot declared itself: their buttons on the card of a user, and what a press of one asks for, which is an event of
//! that user's.

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use ostankino_core::{
    action::Action,
    internal::{Asked, Whose},
};

use super::{
    act::{Act, back},
    failure::Failure,
    layout::csrf,
    role::Role,
    visitor::Visitor,
    words::Lang,
};
use crate::{Error, users::one};

/// The most letters of a reason.
const LONGEST: usize = 500;

/// Who may do it.
fn role(action: &Action) -> Role {
    match action.is_for_owners() {
        true => Role::Owner,
        false => Role::Operator,
    }
}

/// What the button says.
pub(super) fn label(action: &Action, lang: Lang) -> &str {
    action.label(lang == Lang::En)
}

/// The buttons of those that the visitor may do.
pub(super) fn of(visitor: &Visitor, user: i64) -> Markup {
    let actions = visitor.sources.admin.offered.actions.iter();
    let actions: Vec<_> = actions.filter(|action| visitor.may(role(action))).collect();
    html! {
        @if !actions.is_empty() {
            section.card {
                h2 { (visitor.t("Действия", "Actions")) }
                @for action in actions {
                    @if action.is_dangerous() {
                        details {
                            summary { (label(action, visitor.lang)) "…" }
                            (form(visitor, user, action))
                        }
                    } @else { (form(visitor, user, action)) }
                }
            }
        }
    }
}

fn form(visitor: &Visitor, user: i64, action: &Action) -> Markup {
    let t = |ru, en| visitor.t(ru, en);
    let is_dangerous = action.is_dangerous();
    html! {
        form method="post" action=(format!("/admin/users/{user}/actions/{}", action.name())) {
            (csrf(visitor))
            @if action.is_asking_reason() {
                label { (t("Причина", "Reason")) " " input type="text" name="reason" required maxlength=(LONGEST); } " "
            }
            @if is_dangerous {
                label.check { input type="checkbox" name="sure" value="yes" required; (t("Да, я уверен", "Yes, I am sure")) }
            }
            button.danger[is_dangerous] { (label(action, visitor.lang)) }
        }
    }
}

/// Has it done, in the order of what the user does. The audit says "asked" until the handler's work is committed.
pub(super) async fn press(
    Path((user, name)): Path<(i64, String)>,
    act: Act,
) -> Result<Response, Failure> {
    let visitor = &act.visitor;
    let (sources, means) = (&visitor.sources, &visitor.sources.admin);
    let absent = || Failure::absent().to(visitor.lang);
    let mut actions = means.offered.actions.iter();
    let action = actions.find(|action| action.name() == name);
    let action = action.ok_or_else(absent)?;
    let event = action.event_name();
    act.must(role(action), &event, Some(user)).await?;
    if action.is_dangerous() {
        act.must_be_sure()?;
    }
    let reason = match action.is_asking_reason() {
        true => reason(&act)?,
        false => String::new(),
    };
    one(&sources.database, user).await?.ok_or_else(absent)?;
    let deed = act.deed(&event, Some(user), None);
    let asked = |audit| {
        let asked = Asked {
            by: visitor.id,
            audit: Some(audit),
            reason,
        };
        serde_json::to_value(asked).map_err(Error::from)
    };
    act.happen(&deed, Whose::user(user), &event, asked).await?;
    Ok(back(&format!("/admin/users/{user}"), "action").into_response())
}

/// Why, on one line.
fn reason(act: &Act) -> Result<String, Failure> {
    let said = act
        .field("reason")?
        .split(|letter: char| letter.is_whitespace() || letter.is_control());
    let words: Vec<_> = said.filter(|word| !word.is_empty()).collect();
    let reason = words.join(" ");
    match (1..=LONGEST).contains(&reason.chars().count()) {
        true => Ok(reason),
        false => Err(Failure::bad_form().to(act.visitor.lang)),
    }
}
