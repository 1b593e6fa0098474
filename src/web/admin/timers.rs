//! What is to happen later.

use axum::{extract::Query, response::Response};
use maud::html;

use super::{
    failure::Failure,
    layout::Place,
    show::{MOST, Of, list, or_dash, time, user},
    visitor::Visitor,
};
use crate::timers::AllTimers;

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
    let cells: Vec<_> = cells.collect();
    Ok(list(&visitor, Place::Timers, &of, &head, &cells, is_full))
}
