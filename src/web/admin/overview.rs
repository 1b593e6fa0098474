//! The overview: how the bot is, what is wrong and what to do about it, by the numbers of `/readyz` and `/metrics`.

use std::time::Instant;

use axum::{
    http::Uri,
    response::{Html, IntoResponse, Response},
};
use maud::{Markup, html};

use super::{
    failure::Failure,
    layout::{self, Place},
    maintenance,
    numbers::{Lately, Numbers},
    show::{done, span},
    visitor::Visitor,
};
use crate::web::{
    readiness::{Part, Readiness, State, Status},
    stage::Told,
};

pub(super) async fn page(visitor: Visitor, uri: Uri) -> Result<Response, Failure> {
    let body = html! {
        (done(&visitor, &uri))
        div data-refresh="/admin/overview" { (now(&visitor).await) }
        (maintenance::of(&visitor))
    };
    let title = Place::Overview.name(visitor.lang);
    Ok(layout::page(&visitor, Place::Overview, title, &body).into_response())
}

/// What the script puts in place of what it shows.
pub(super) async fn part(visitor: Visitor) -> Result<Html<String>, Failure> {
    Ok(Html(now(&visitor).await.into_string()))
}

async fn now(visitor: &Visitor) -> Markup {
    let admin = &visitor.admin.0;
    let told = Told::Alone(admin.progress.clone());
    let readiness = Readiness::of(&told);
    let numbers = match &admin.exporter {
        Some(exporter) => {
            admin.gauges.read(&told).await;
            Numbers::of(&exporter.render())
        }
        None => Numbers::default(),
    };
    let lately = {
        let mut trend = admin
            .trend
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        trend.take(Instant::now(), &numbers)
    };
    let (class, told) = match readiness.status() {
        Status::Ready => ("good", visitor.t("Всё в порядке", "All is well")),
        Status::Degraded => (
            "warn",
            visitor.t(
                "Работает, но не всё в порядке",
                "It works, and somebody should look",
            ),
        ),
        Status::Unready => ("bad", visitor.t("Не работает", "It does not work")),
    };
    html! {
        p.banner.(class) role="status" { (told) }
        (troubles(visitor, &numbers, lately.as_ref()))
        (of_bot(visitor, &numbers))
        (of_process(visitor, &numbers, lately.as_ref()))
        (parts(visitor, &readiness))
    }
}

/// A number with what it is.
fn figure(name: &str, value: &str, is_bad: bool) -> Markup {
    html! { div.figure.bad[is_bad] { dt { (name) } dd.long[value.len() > 12] { (value) } } }
}

fn whole(value: Option<f64>) -> String {
    let known = value.filter(|value| value.is_finite());
    known.map_or_else(|| "—".into(), |value| format!("{value:.0}"))
}

/// What all processes of the bot have in common.
fn of_bot(visitor: &Visitor, numbers: &Numbers) -> Markup {
    let t = |ru, en| visitor.t(ru, en);
    let gauge = |name: &str| numbers.sum(name, "");
    let seconds = |name: &str| {
        let seconds = numbers.sum(name, "").unwrap_or(f64::NAN);
        span(visitor.lang, seconds)
    };
    let leader = visitor.sources.seats.poller();
    let above = |name: &str, bound: f64| gauge(name).is_some_and(|value| value > bound);
    html! {
        h2 { (t("Бот", "The bot")) }
        dl.figures {
            (figure(t("Ждут в очереди, пачек", "Batches in the queue"), &whole(gauge("ostankino_queue_batches")), false))
            (figure(t("Старшая ждёт", "The oldest waits"), &seconds("ostankino_queue_oldest_seconds"), above("ostankino_queue_oldest_seconds", 60.0)))
            (figure(t("Опрашивает Telegram", "Polls Telegram"), leader.as_deref().unwrap_or("—"), leader.is_none()))
            (figure(t("Активных пользователей, около", "Active users, about"), &whole(gauge("ostankino_users_active")), false))
            (figure(t("Недоставленных", "Dead letters"), &whole(gauge("ostankino_dead_letters")), above("ostankino_dead_letters", 0.0)))
            (figure(t("Заданий ждёт", "Jobs that wait"), &whole(gauge("ostankino_jobs_waiting")), false))
            (figure(t("К отправке", "Outbox"), &whole(gauge("ostankino_owed_calls")), false))
            (figure(t("Рассылок идёт", "Mailings under way"), &whole(gauge("ostankino_mailings_running")), false))
        }
    }
}

/// What this process does.
fn of_process(visitor: &Visitor, numbers: &Numbers, lately: Option<&Lately>) -> Markup {
    let t = |ru, en| visitor.t(ru, en);
    let rate = lately.map(|lately| lately.rate("ostankino_updates_total", ""));
    let rate = rate.map_or_else(|| "…".into(), |rate| visitor.lang.decimal(rate));
    let measured = |value: fn(&Lately, &str) -> Option<f64>| {
        let value = lately.and_then(|lately| value(lately, "ostankino_queue_wait_seconds"));
        value.map_or_else(|| "—".into(), |value| span(visitor.lang, value))
    };
    let pair = |name: &str, label: &str| {
        let lately = lately.map_or(0.0, |lately| lately.more(name, label));
        (
            lately,
            format!("{lately:.0} / {:.0}", numbers.count(name, label)),
        )
    };
    let (failing, failed) = pair("ostankino_errors_total", "");
    let (limited, limits) = pair("ostankino_calls_total", "code=\"429\"");
    html! {
        h2 { (t("Этот процесс", "This process")) " " small { (visitor.sources.seats.instance()) } }
        dl.figures {
            (figure(t("Обновлений в секунду", "Updates a second"), &rate, false))
            (figure(t("Ждут в очереди, в среднем", "Wait in the queue, mean"), &measured(Lately::mean), false))
            (figure(t("Ждут, 95 из 100 не дольше", "Wait, 95 of 100 no longer than"), &measured(Lately::p95), false))
            (figure(t("В работе", "In flight"), &whole(numbers.sum("ostankino_in_flight", "")), false))
            (figure(t("Ошибок, за минуту / всего", "Errors, last minute / all"), &failed, failing > 0.0))
            (figure(t("Ответов 429, за минуту / всего", "429s, last minute / all"), &limits, limited > 0.0))
        }
    }
}

/// What is wrong by the numbers, and what to do.
fn troubles(visitor: &Visitor, numbers: &Numbers, lately: Option<&Lately>) -> Markup {
    let t = |ru, en| visitor.t(ru, en);
    let above = |name: &str, bound: f64| numbers.sum(name, "").is_some_and(|value| value > bound);
    let mut found: Vec<Markup> = Vec::new();
    if above("ostankino_dead_letters", 0.0) {
        found.push(html! {
            (t("Есть обновления, которые не удалось обработать. ", "There are updates that could not be handled. "))
            a href="/admin/letters" { (t("Посмотрите, почему, и верните их в очередь", "See why, and replay them")) } "."
        });
    }
    if above("ostankino_queue_oldest_seconds", 60.0) {
        found.push(html! { (t(
            "Очередь отстаёт больше чем на минуту. Посмотрите, отвечают ли PostgreSQL и Telegram; если да, запустите ещё процессы.",
            "The queue is more than a minute behind. See whether PostgreSQL and Telegram answer; if they do, start more processes.",
        )) });
    }
    if above("ostankino_queue_used_ratio", 0.7) {
        found.push(html! { (t(
            "Очередь заполнена больше чем на 70 %. Полная перестаёт принимать: увеличьте nats.stream_max_mb.",
            "The queue is more than 70 % full, and takes no more once it is: raise nats.stream_max_mb.",
        )) });
    }
    if above("ostankino_timer_lag_seconds", 60.0) {
        found.push(html! { (t(
            "Таймеры опаздывают больше чем на минуту. Посмотрите timers.per_second и лог, события timers_.",
            "Timers are more than a minute late. See timers.per_second, and the log for timers_.",
        )) });
    }
    if lately.is_some_and(|lately| lately.more("ostankino_errors_total", "") > 0.0) {
        found.push(html! { (t(
            "Обработчики завершаются ошибками: причина в логе, событие handler_failed.",
            "Handlers fail: the log says why, see the event handler_failed.",
        )) });
    }
    if lately.is_some_and(|lately| lately.more("ostankino_calls_total", "code=\"429\"") > 0.0) {
        found.push(html! { (t(
            "Telegram просит звать реже (429). Посмотрите, не идёт ли рассылка, и ключи [limits].",
            "Telegram asks for fewer calls (429). See whether a mailing is under way, and the keys of [limits].",
        )) });
    }
    html! { @if !found.is_empty() { ul.troubles { @for one in &found { li { (one) } } } } }
}

/// What the process needs, as `/readyz` tells it.
fn parts(visitor: &Visitor, readiness: &Readiness) -> Markup {
    let t = |ru, en| visitor.t(ru, en);
    html! {
        h2 { (t("Что ему нужно", "What it needs")) }
        ul.parts { @for (name, part) in readiness.parts() { (one(visitor, name, part)) } }
    }
}

fn one(visitor: &Visitor, name: &str, part: &Part) -> Markup {
    let t = |ru, en| visitor.t(ru, en);
    let (class, state) = match part.state {
        State::Ok => ("good", t("в порядке", "well")),
        State::Down => ("bad", t("не в порядке", "not well")),
        State::Unknown => ("warn", t("неизвестно", "unknown")),
    };
    let name = match name {
        "polling" => t("Опрос Telegram", "Polling"),
        "webhook" => t("Вебхук", "Webhook"),
        "partitions" => t("Части очереди", "Partitions"),
        "texts" => t("Тексты", "Texts"),
        "maintenance" => t("Технические работы", "Maintenance"),
        "postgresql" => "PostgreSQL",
        "nats" => "NATS",
        "redis" => "Redis",
        other => other,
    };
    html! {
        li.(class) {
            strong { (name) } " " span.state { (state) }
            @if let Some(age) = part.age_s { " " small { (t("узнано", "found out")) " " (span(visitor.lang, age)) " " (t("назад", "ago")) } }
            @for (name, value) in &part.more { " " small { (more(visitor, name)) ": " (said(visitor, value)) } }
            @if let Some(error) = &part.error { p lang="en" { (error) } }
            @if let Some(advice) = part.advice { p lang="en" { "→ " (advice) } }
        }
    }
}

/// What else is known of a part.
fn more(visitor: &Visitor, name: &'static str) -> &'static str {
    let t = |ru, en| visitor.lang.of_two(ru, en);
    match name {
        "here" => t("этот процесс", "this process"),
        "instance" => t("процесс", "process"),
        "owned" => t("у него", "its own"),
        "of" => t("всего", "of all"),
        "pending" => t("ждут в Telegram", "wait at Telegram"),
        other => other,
    }
}

fn said(visitor: &Visitor, value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Bool(true) => visitor.t("да", "yes").into(),
        serde_json::Value::Bool(false) => visitor.t("нет", "no").into(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
