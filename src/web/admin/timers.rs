//! What is to happen later.

use axum::{
    extract::Query,
    response::{IntoResponse, Response},
};
use maud::html;

use super::{
    failure::Failure,
    layout::{self, Place},
    show::{Of, or_dash, table, time, user},
    visitor::Visitor,
};
use crate::timers::AllTimers;

/// How many are shown.
const MOST: u32 = 200;

pub(super) async fn page(visitor: Visitor, Query(of): Query<Of>) -> Result<Response, Failure> {
    let all = AllTimers::new(visitor.sources.database.clone());
    let mut rows = all.to_come(of.user, MOST).await?;
    let is_full = rows.len() == MOST as usize;
    rows.retain(|row| row.bot_id == visitor.sources.bot_id);
    let t = |ru, en| visitor.t(ru, en);
    let head = [
        "ID",
        t("Когда", "Due"),
        t("Пользователь", "User"),
        t("Чат", "Chat"),
        t("Событие", "Event"),
        t("Ключ", "Key"),
        t("Повтор", "Repeated"),
    ];
    let cells = rows.iter().map(|row| {
        let zone = row.zone.as_deref().unwrap_or("UTC");
        let repeated = row.cron.as_ref().map(|cron| format!("{cron} {zone}"));
        vec![
            html! { (row.id) },
            time(row.due()),
            user(row.user_id),
            html! { (or_dash(row.chat_id)) },
            html! { (row.event) },
            html! { bdi { (or_dash(row.key.as_ref())) } },
            html! { (or_dash(repeated)) },
        ]
    });
    let body = html! {
        (of.seek(&visitor, "/admin/timers"))
        (table(visitor.lang, &head, &cells.collect::<Vec<_>>()))
        @if is_full { p.faint { (t("Показаны первые ", "The first are shown: ")) (MOST) } }
    };
    let title = Place::Timers.name(visitor.lang);
    Ok(layout::page(&visitor, Place::Timers, title, &body).into_response())
}
