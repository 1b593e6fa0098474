//! What was done here: the audit, all of it or about one user.

use axum::{
    extract::Query,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    actions,
    audit::{self, Row},
    failure::Failure,
    layout::{self, Place},
    show::{more, or_dash, table, time, user},
    visitor::Visitor,
};
use crate::{Result, db::from_pg};

const PAGE: i32 = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    before: Option<i64>,
}

pub(super) async fn page(
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let before = asked.before.unwrap_or(i64::MAX);
    let sources = &visitor.sources;
    let rows = audit::list(&sources.database, sources.bot_id, None, before, PAGE).await?;
    let is_full = rows.len() == PAGE as usize;
    let next = rows.last().filter(|_| is_full);
    let next = next.map(|last| format!("/admin/audit?before={}", last.id));
    let body = html! { (shown(&visitor, &rows)) (more(visitor.lang, next.as_deref())) };
    let title = Place::Audit.name(visitor.lang);
    Ok(layout::page(&visitor, Place::Audit, title, &body).into_response())
}

/// What was done about a user.
pub(super) async fn about(visitor: &Visitor, id: i64) -> Result<Markup> {
    let sources = &visitor.sources;
    let rows = audit::list(&sources.database, sources.bot_id, Some(id), i64::MAX, 10).await?;
    Ok(html! {
        @if !rows.is_empty() {
            h2 { (visitor.t("Что с ним делали", "What was done")) }
            (shown(visitor, &rows))
        }
    })
}

fn shown(visitor: &Visitor, rows: &[Row]) -> Markup {
    let t = |ru, en| visitor.t(ru, en);
    let head = [
        t("Когда", "When"),
        t("Кто", "Who"),
        t("Что", "What"),
        t("С кем", "About"),
        t("Подробности", "Details"),
        t("Итог", "Outcome"),
    ];
    let rows = rows.iter().map(|row| {
        vec![
            time(from_pg(row.at)),
            whom(row.admin_id, row.admin_hash.as_deref()),
            html! { (action(visitor, &row.action)) },
            whom(row.target_id, row.target_hash.as_deref()),
            html! { (or_dash(row.detail.as_ref())) },
            html! { (outcome(visitor, &row.outcome)) },
        ]
    });
    table(visitor.lang, &head, &rows.collect::<Vec<_>>())
}

/// A user, or the word that is left of him.
fn whom(id: Option<i64>, hash: Option<&str>) -> Markup {
    html! {
        @match (id, hash) {
            (None, Some(hash)) => { code title=(hash) { (hash.get(..8).unwrap_or(hash)) "…" } }
            (id, _) => { (user(id)) }
        }
    }
}

fn action<'a>(visitor: &'a Visitor, action: &'a str) -> &'a str {
    match action {
        "login" => visitor.t("вход", "login"),
        "logout" => visitor.t("выход", "logout"),
        "export" => visitor.t("выгрузка", "export"),
        "erase" => visitor.t("стирание", "erase"),
        "reset" => visitor.t("сброс диалога", "reset of a dialogue"),
        "event" => visitor.t("событие", "event"),
        "replay" => visitor.t("повтор", "replay"),
        "maintenance" => visitor.t("технические работы", "maintenance"),
        "mailing" => visitor.t("рассылка", "mailing"),
        other => own(visitor, other).unwrap_or(other),
    }
}

/// What the bot itself calls it, if it still does.
fn own<'a>(visitor: &'a Visitor, event: &str) -> Option<&'a str> {
    let mut declared = visitor.sources.admin.offered.actions.iter();
    let action = declared.find(|action| action.event_name() == event)?;
    Some(actions::label(action, visitor.lang))
}

fn outcome<'a>(visitor: &Visitor, outcome: &'a str) -> &'a str {
    match outcome {
        "asked" => visitor.t("не известен", "not known"),
        "done" => visitor.t("сделано", "done"),
        "refused" => visitor.t("отказано", "refused"),
        "failed" => visitor.t("не вышло", "failed"),
        other => other,
    }
}
