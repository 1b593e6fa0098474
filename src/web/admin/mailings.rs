//! Mailings: how they go, and what they are told.

use axum::{
    extract::Path,
    http::Uri,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};

use super::{
    act::{Act, back},
    audit::Outcome,
    failure::Failure,
    layout::{self, Place, csrf},
    mailing_form,
    role::Role,
    show::{done, or_dash, table, time},
    visitor::Visitor,
};
use crate::mailings::{AllMailings, Order, Report, State};

/// How many are shown.
const LATEST: u32 = 100;

pub(super) async fn page(visitor: Visitor) -> Result<Response, Failure> {
    let mut all = mailings(&visitor).latest(LATEST).await?;
    all.retain(|report| report.bot_id == visitor.sources.bot_id);
    let t = |ru, en| visitor.t(ru, en);
    let head = [
        "№",
        t("Название", "Title"),
        t("Состояние", "State"),
        t("Начало", "Begins"),
        t("Отправлено", "Sent"),
        t("Всего", "All"),
    ];
    let rows = all.iter().map(|report| {
        let href = format!("/admin/mailings/{}", report.id);
        vec![
            html! { a href=(href) { (report.id) } },
            html! { a href=(href) { bdi { (report.title) } } },
            html! { (state(&visitor, report)) },
            time(report.started_at.unwrap_or(report.run_at)),
            html! { (report.sent) },
            html! { (or_dash(report.total)) },
        ]
    });
    let body = html! {
        (table(visitor.lang, &head, &rows.collect::<Vec<_>>()))
        (mailing_form::way(&visitor))
    };
    let title = Place::Mailings.name(visitor.lang);
    Ok(layout::page(&visitor, Place::Mailings, title, &body).into_response())
}

/// One of them.
pub(super) async fn one(
    visitor: Visitor,
    Path(id): Path<i64>,
    uri: Uri,
) -> Result<Response, Failure> {
    let report = own(&visitor, id).await?;
    let t = |ru, en| visitor.t(ru, en);
    let counts = [
        (t("Очередь дошла", "Whose turn came"), report.claimed),
        (t("Отправлено", "Sent"), report.sent),
        (t("Ждут", "Waiting"), report.waiting()),
        (t("Заблокировали бота", "Blocked the bot"), report.blocked),
        (t("Telegram отказал", "Telegram refused"), report.failed),
        (t("Неизвестно", "Unknown"), report.unknown),
        (t("Пропущены", "Skipped"), report.skipped),
        (t("Нажали кнопку", "Pressed a button"), report.clicked),
        (t("Удалено", "Deleted again"), report.unsent),
    ];
    let body = html! {
        (done(&visitor, &uri))
        dl.known {
            dt { (t("Состояние", "State")) } dd { (state(&visitor, &report)) }
            @if let Some(reason) = &report.reason { dt { (t("Почему", "Why")) } dd { (reason) } }
            dt { (t("Начало", "Begins")) } dd { (time(report.started_at.unwrap_or(report.run_at))) }
            @if let Some(ended) = report.ended_at { dt { (t("Конец", "Over")) } dd { (time(ended)) } }
            dt { (t("Должны получить", "Are to get it")) } dd { (or_dash(report.total)) }
        }
        dl.figures {
            @for (name, count) in counts { div.figure { dt { (name) } dd { (count) } } }
        }
        @if visitor.may(Role::Operator) { (orders(&visitor, &report)) }
    };
    Ok(layout::page(&visitor, Place::Mailings, &report.title, &body).into_response())
}

/// What it can be told as it is.
fn orders(visitor: &Visitor, report: &Report) -> Markup {
    let t = |ru, en| visitor.t(ru, en);
    let is = |states: &[State]| report.state.is_some_and(|state| states.contains(&state));
    let open = [
        State::Scheduled,
        State::Running,
        State::Paused,
        State::Halted,
    ];
    let sure = t(
        "Отменить рассылку? Кто её не получил, не получит.",
        "Cancel the mailing? Who has not got it gets it never.",
    );
    html! {
        div.row {
            @if is(&[State::Running]) { (order_form(visitor, report, "pause", t("Приостановить", "Pause"), None)) }
            @if is(&[State::Paused, State::Halted]) { (order_form(visitor, report, "resume", t("Продолжить", "Resume"), None)) }
            @if is(&open) { (order_form(visitor, report, "cancel", t("Отменить", "Cancel"), Some(sure))) }
        }
    }
}

fn order_form(
    visitor: &Visitor,
    report: &Report,
    order: &str,
    name: &str,
    sure: Option<&str>,
) -> Markup {
    html! {
        form method="post" action=(format!("/admin/mailings/{}/order", report.id)) data-sure=[sure] {
            (csrf(visitor))
            input type="hidden" name="order" value=(order);
            button.danger[sure.is_some()] { (name) }
        }
    }
}

/// Tells a mailing to pause, to go on, or to end.
pub(super) async fn order(Path(id): Path<i64>, act: Act) -> Result<Response, Failure> {
    act.must(Role::Operator, "mailing", None).await?;
    own(&act.visitor, id).await?;
    let order = match act.field("order")? {
        "pause" => Order::Pause,
        "resume" => Order::Resume,
        "cancel" => Order::Cancel,
        _ => return Err(Failure::bad_form().to(act.visitor.lang)),
    };
    let detail = format!("{id}: {}", order.as_str());
    let number = act
        .note_now(&act.deed("mailing", None, Some(&detail)))
        .await?;
    let clock = &act.visitor.sources.clock;
    let given = mailings(&act.visitor).give(id, order, clock).await;
    let (outcome, said) = match given {
        Ok(true) => (Outcome::Done, "order"),
        Ok(false) => (Outcome::Failed, "late"),
        Err(_) => (Outcome::Failed, ""),
    };
    act.settle(number, outcome, None).await;
    given?;
    Ok(back(&format!("/admin/mailings/{id}"), said).into_response())
}

pub(super) fn mailings(visitor: &Visitor) -> AllMailings {
    AllMailings::new(visitor.sources.database.clone())
}

/// One of this bot's.
async fn own(visitor: &Visitor, id: i64) -> Result<Report, Failure> {
    let report = mailings(visitor).one(id).await?;
    let report = report.filter(|report| report.bot_id == visitor.sources.bot_id);
    report.ok_or_else(|| Failure::absent().to(visitor.lang))
}

fn state(visitor: &Visitor, report: &Report) -> &'static str {
    let t = |ru, en| visitor.lang.of_two(ru, en);
    match report.state {
        Some(State::Scheduled) => t("ждёт своего времени", "scheduled"),
        Some(State::Running) => t("идёт", "running"),
        Some(State::Paused) => t("приостановлена", "paused"),
        Some(State::Halted) => t("остановилась", "halted"),
        Some(State::Done) => t("завершена", "done"),
        Some(State::Cancelled) => t("отменена", "cancelled"),
        None => "?",
    }
}
