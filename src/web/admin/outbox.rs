//! Calls that are made later.

use axum::{
    extract::Query,
    response::{IntoResponse, Response},
};
use maud::html;
use serde::Deserialize;

use super::{
    failure::Failure,
    layout::{self, Place},
    show::{more, or_dash, table, time},
    visitor::Visitor,
};
use crate::owed::AllOwed;

const PAGE: u32 = 100;

/// Ids of chats have 52 bits; what is beyond stands for another place.
const CHATS: u64 = 1 << 52;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    after: i64,
}

pub(super) async fn page(
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let all = AllOwed::new(visitor.sources.database.clone());
    let mut rows = all.list(asked.after, PAGE).await?;
    let next = rows.last().filter(|_| rows.len() == PAGE as usize);
    let next = next.map(|last| format!("/admin/outbox?after={}", last.id));
    rows.retain(|row| row.bot_id == visitor.sources.bot_id);
    let t = |ru, en| visitor.t(ru, en);
    let head = [
        "№",
        t("Должен с", "Owed since"),
        t("Следующая попытка", "Next try"),
        t("Чат", "Chat"),
        t("Вызовы", "Calls"),
        t("Обязательство", "Obligation"),
        t("Попыток", "Tries"),
        t("Ошибка", "Error"),
    ];
    let cells = rows.iter().map(|row| {
        let chat = (row.place.unsigned_abs() < CHATS).then_some(row.place);
        vec![
            html! { (row.id) },
            time(row.created_at),
            time(row.next_at),
            html! { (or_dash(chat)) },
            html! { (row.methods.join(", ")) },
            html! { (if row.is_must { t("да", "yes") } else { "—" }) },
            html! { (row.attempts) },
            html! { (or_dash(row.error.as_ref())) },
        ]
    });
    let body = html! {
        (table(visitor.lang, &head, &cells.collect::<Vec<_>>()))
        (more(visitor.lang, next.as_deref()))
    };
    let title = Place::Outbox.name(visitor.lang);
    Ok(layout::page(&visitor, Place::Outbox, title, &body).into_response())
}
