//! Small things that several pages show.

use axum::{
    http::Uri,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::{Deserialize, Deserializer};

use super::{
    layout::{self, Place},
    visitor::Visitor,
    words::Lang,
};
use crate::clock::utc;

/// A point in time; the script tells it in the zone of who looks.
pub(super) fn time(at: Timestamp) -> Markup {
    html! { time datetime=(utc(at)) { (utc(at)) } }
}

/// What is there, or a dash.
pub(super) fn or_dash(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "—".into(), |value| value.to_string())
}

/// A user, with the way to his card.
pub(super) fn user(id: Option<i64>) -> Markup {
    html! {
        @match id {
            Some(id) if id > 0 => { a href=(format!("/admin/users/{id}")) { (id) } }
            Some(id) => { (id) }
            None => { "—" }
        }
    }
}

/// How long: `3 д 4 ч`.
pub(super) fn span(lang: Lang, seconds: f64) -> String {
    let ru = lang == Lang::Ru;
    let [day, hour, minute, second, milli] = match ru {
        true => ["д", "ч", "мин", "с", "мс"],
        false => ["d", "h", "min", "s", "ms"],
    };
    if !seconds.is_finite() {
        return "—".into();
    }
    if seconds < 1.0 {
        return format!("{:.0} {milli}", seconds.max(0.0) * 1000.0);
    }
    if seconds < 60.0 {
        return format!("{} {second}", lang.decimal(seconds));
    }
    let all = seconds as u64;
    let (days, hours, minutes) = (all / 86_400, all / 3_600 % 24, all / 60 % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes} {minute} {} {second}", all % 60),
        (0, _) => format!("{hours} {hour} {minutes} {minute}"),
        _ => format!("{days} {day} {hours} {hour}"),
    }
}

/// A table that scrolls within itself on a narrow screen; or that there is nothing.
pub(super) fn table(lang: Lang, head: &[&str], rows: &[Vec<Markup>]) -> Markup {
    html! {
        @if rows.is_empty() {
            p.empty { (lang.of_two("Ничего нет.", "There is nothing.")) }
        } @else {
            div.wide {
                table {
                    thead { tr { @for cell in head { th { (cell) } } } }
                    tbody { @for row in rows { tr { @for cell in row { td { (cell) } } } } }
                }
            }
        }
    }
}

/// The most rows of a list that is not turned over.
pub(super) const MOST: u32 = 200;

/// A list of that place, of all users or of one, whose rows are the first if there are more.
pub(super) fn list(
    visitor: &Visitor,
    place: Place,
    of: &Of,
    head: &[&str],
    rows: &[Vec<Markup>],
    is_full: bool,
) -> Response {
    let body = html! {
        (of.seek(visitor, place.path()))
        (table(visitor.lang, head, rows))
        @if is_full { p.faint { (visitor.t("Показаны первые ", "The first are shown: ")) (MOST) } }
    };
    let title = place.name(visitor.lang);
    layout::page(visitor, place, title, &body).into_response()
}

/// Of whom a list is.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Of {
    #[serde(default, deserialize_with = "number")]
    pub(super) user: Option<i64>,
}

impl Of {
    /// Where somebody says of whom.
    pub(super) fn seek(&self, visitor: &Visitor, action: &str) -> Markup {
        html! {
            form.seek method="get" action=(action) role="search" {
                input type="search" name="user" inputmode="numeric" value=[self.user]
                    placeholder=(visitor.t("ID пользователя", "Id of a user")) aria-label=(visitor.t("ID пользователя", "Id of a user"));
                button.primary { (visitor.t("Найти", "Find")) }
            }
        }
    }
}

/// What a form says; nothing, if it says no number.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok(text.trim().parse().ok())
}

/// The way to more of a list.
pub(super) fn more(lang: Lang, href: Option<&str>) -> Markup {
    html! {
        @if let Some(href) = href {
            p { a.button href=(href) { (lang.of_two("Дальше", "More")) } }
        }
    }
}

/// What was done just now, as the address of the page says.
pub(super) fn done(visitor: &Visitor, uri: &Uri) -> Markup {
    let done = uri.query().and_then(|query| query.strip_prefix("done="));
    let text = done.and_then(|done| {
        Some(match done {
            "reset" => visitor.t(
                "Сброс поставлен в очередь пользователя: он случится после того, что пользователь сделал раньше.",
                "The reset is in the queue of the user: it happens after what the user did before.",
            ),
            "action" => visitor.t(
                "Поставлено в очередь пользователя: случится после того, что пользователь сделал раньше. Что вышло, скажет журнал.",
                "It is in the queue of the user: it happens after what the user did before. The audit tells what came of it.",
            ),
            "event" => visitor.t(
                "Событие поставлено в очередь пользователя: оно случится после того, что пользователь сделал раньше.",
                "The event is in the queue of the user: it happens after what the user did before.",
            ),
            "maintenance-on" => visitor.t("Технические работы начаты.", "The maintenance has begun."),
            "maintenance-off" => visitor.t("Технические работы закончены.", "The maintenance is over."),
            "erase" => visitor.t(
                "Стирание поставлено в очередь пользователя. Когда оно случится, здесь ничего не останется.",
                "Erasing is in the queue of the user. Once it has happened, nothing is left here.",
            ),
            "owed" => visitor.t(
                "Не стёрто: бот должен этому пользователю вызовы.",
                "Not erased: the bot owes this user calls.",
            ),
            "replay" => visitor.t("Снова в очереди.", "In the queue again."),
            "replay-partly" => visitor.t(
                "Не всё снова в очереди: что осталось, в списке; почему, сказано в журнале.",
                "Not all is in the queue again: what is left is in the list, and the audit tells why.",
            ),
            "begun" => visitor.t("Рассылка создана.", "The mailing is created."),
            "order" => visitor.t("Сделано.", "Done."),
            "late" => visitor.t("Уже поздно: рассылка в другом состоянии.", "Too late: the mailing has moved on."),
            _ => return None,
        })
    });
    html! { @if let Some(text) = text { p.note role="status" { (text) } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_two_units_at_the_most() {
        let told = [0.0012, 1.5, 61.0, 3_600.0, 90_000.0].map(|seconds| span(Lang::Ru, seconds));
        assert_eq!(told, ["1 мс", "1,5 с", "1 мин 1 с", "1 ч 0 мин", "1 д 1 ч"]);
        assert_eq!(span(Lang::En, f64::NAN), "—");
    }

    #[test]
    fn nothing_that_is_shown_becomes_markup() {
        let cell = html! { ("<img src=x onerror=alert(1)>") };
        let shown = table(Lang::En, &["<b>"], &[vec![cell]]).into_string();
        assert!(!shown.contains("<img") && !shown.contains("<b>"), "{shown}");
    }
}
