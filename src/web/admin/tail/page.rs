//! The page on which one looks, and the stream of server-sent events behind it.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::Query,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream::unfold};
use maud::html;
use serde::Deserialize;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, interval, timeout_at},
};

use super::{
    super::{
        Stage,
        failure::Failure,
        layout::{self, Place},
        visitor::Visitor,
    },
    line::{Filter, Line},
    outlet::{Outlet, Seen, outlet},
    speaker::{SAY, Subjects},
};
use crate::nats::Nats;

/// After so long a browser asks again, and so shows that its session still holds.
const LASTS: Duration = Duration::from_secs(5 * 60);

/// What is sought, as the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct Asked {
    user: String,
    route: String,
    outcome: String,
}

pub(in super::super) async fn page(
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let t = |ru, en| visitor.t(ru, en);
    let outcomes = ["", "ok", "refused", "failed", "unsent", "retry"];
    let encode = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let [user, route, outcome] = [&asked.user, &asked.route, &asked.outcome].map(|it| encode(it));
    let stream = format!("/admin/tail/stream?user={user}&route={route}&outcome={outcome}");
    let body = html! {
        form.seek method="get" action="/admin/tail" role="search" {
            input type="search" name="user" inputmode="numeric" value=(asked.user) placeholder=(t("ID пользователя", "Id of a user"))
                aria-label=(t("ID пользователя", "Id of a user"));
            input type="search" name="route" value=(asked.route) placeholder=(t("Маршрут", "Route")) aria-label=(t("Маршрут", "Route"));
            select name="outcome" aria-label=(t("Итог", "Outcome")) {
                @for one in outcomes {
                    option value=(one) selected[one == asked.outcome] { (if one.is_empty() { t("любой итог", "any outcome") } else { one }) }
                }
            }
            button.primary { (t("Показать", "Show")) }
        }
        div.wide {
            table data-tail=(stream) data-lost=(t("пропущено строк: ", "lines lost: ")) data-chars=(t("зн.", "chars")) {
                thead { tr {
                    @for head in [t("Когда", "When"), t("Обновление", "Update"), t("Вид", "Kind"), t("Пользователь", "User"), t("Чат", "Chat"),
                        t("Маршрут", "Route"), t("Итог", "Outcome"), t("мс", "ms"), t("Текст", "Text")] { th { (head) } }
                } }
                tbody {}
            }
        }
        p.faint { (t(
            "Строки появляются, когда обновления обработаны, во всех процессах. Тексты не показываются: только их длина.",
            "Lines come as updates end, in all processes. Texts are not shown, only how long they are.",
        )) }
        noscript { p { (t("Для этой страницы нужен JavaScript.", "This page needs JavaScript.")) } }
    };
    let title = Place::Tail.name(visitor.lang);
    Ok(layout::page(&visitor, Place::Tail, title, &body).into_response())
}

/// What goes on, as it goes on.
pub(in super::super) async fn stream(
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let permit = visitor.admin.0.viewers.clone().try_acquire_owned();
    let permit = permit.map_err(|_| Failure::too_many().to(visitor.lang))?;
    let text = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let filter = Filter {
        user: asked.user.trim().parse().ok(),
        route: text(asked.route),
        outcome: text(asked.outcome),
    };
    let (sources, means) = (&visitor.sources, &visitor.sources.admin);
    let nats = means.stores.nats.clone();
    let subjects = Subjects::of(&means.prefix, sources.bot_id);
    let subscribing = nats.client().subscribe(subjects.lines.clone());
    let lines = nats.within(subscribing).await?;
    let (outlet, view) = outlet();
    let mut relaying = JoinSet::new();
    let stage = visitor.admin.0.progress.follow();
    relaying.spawn(relay(nats, subjects, lines, filter, outlet, stage));
    let until = Instant::now() + LASTS;
    let shown = unfold(
        (view, relaying, permit),
        move |(mut view, relaying, permit)| async move {
            let seen = timeout_at(until, view.next()).await.ok()??;
            let event = match seen {
                Seen::Line(line) => Event::default().event("line").json_data(line).ok()?,
                Seen::Lost(lost) => Event::default().event("lost").data(lost.to_string()),
            };
            Some((Ok(event), (view, relaying, permit)))
        },
    );
    Ok(Sse::new(shown).keep_alive(KeepAlive::default()))
}

/// Says that somebody looks, and shows him what is told, until he is gone or the process ends.
async fn relay(
    nats: Nats,
    subjects: Subjects,
    mut lines: async_nats::Subscriber,
    filter: Filter,
    outlet: Outlet,
    mut stage: watch::Receiver<Stage>,
) {
    let mut say = interval(SAY);
    loop {
        tokio::select! {
            () = outlet.left() => return,
            changed = stage.changed() => {
                if changed.is_err() || !matches!(*stage.borrow(), Stage::Running(_)) {
                    return;
                }
            }
            _ = say.tick() => {
                let saying = nats.client().publish(subjects.looks.clone(), Bytes::new());
                // The next word may come through.
                let _ = nats.within(saying).await;
            }
            message = lines.next() => {
                let Some(message) = message else { return };
                let told: Vec<Line> = serde_json::from_slice(&message.payload).unwrap_or_default();
                for line in told.into_iter().filter(|line| filter.takes(line)) {
                    outlet.show(line);
                }
            }
        }
    }
}
