//! Long work that is not done yet.

use axum::{extract::Query, response::Response};
use maud::html;

use super::{
    failure::Failure,
    layout::Place,
    show::{MOST, Of, list, or_dash, time, user},
    visitor::Visitor,
};
use crate::jobs::AllJobs;

pub(super) async fn page(visitor: Visitor, Query(of): Query<Of>) -> Result<Response, Failure> {
    let all = AllJobs::new(visitor.sources.database.clone());
    let mut rows = all.list(of.user, MOST).await?;
    let is_full = rows.len() == MOST as usize;
    rows.retain(|row| row.bot_id == visitor.sources.bot_id);
    let t = |ru, en| visitor.t(ru, en);
    let state = |state| match state {
        "to be told" => t("о нём будет сказано", "to be told"),
        "cancelled" => t("отменено", "cancelled"),
        "running" => t("идёт", "running"),
        _ => t("ждёт", "waiting"),
    };
    let head = [
        "ID",
        t("С", "Since"),
        t("Пользователь", "User"),
        t("Задание", "Job"),
        t("Состояние", "State"),
        t("Попытки", "Attempts"),
        t("Где", "Worker"),
    ];
    let cells = rows.iter().map(|row| {
        vec![
            html! { (row.seq) },
            time(row.since()),
            user(Some(row.owner)),
            html! { (row.name) },
            html! { (state(row.state())) },
            html! { (row.attempts) " / " (row.max_attempts) },
            html! { (or_dash(row.worker.as_ref())) },
        ]
    });
    let cells: Vec<_> = cells.collect();
    Ok(list(&visitor, Place::Jobs, &of, &head, &cells, is_full))
}
