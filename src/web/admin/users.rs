//! The users: sought by id or name, page by page.

use axum::{
    extract::Query,
    response::{IntoResponse, Response},
};
use maud::html;
use serde::Deserialize;

use super::{
    failure::Failure,
    layout::{self, Place},
    show::{more, or_dash, table, time, user},
    visitor::Visitor,
};
use crate::{
    db::from_pg,
    users::{Listed, Sought, find},
};

/// How many are on a page.
const PAGE: i32 = 50;

/// What is asked for, as the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    active: String,
    language: String,
    after: i64,
}

pub(super) async fn page(
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let rows = find(&visitor.sources.database, &asked.sought(), PAGE + 1).await?;
    let page = &rows[..rows.len().min(PAGE as usize)];
    let next = page.last().filter(|_| rows.len() > page.len());
    let next = next.map(|last| asked.href(last.id));
    let t = |ru, en| visitor.t(ru, en);
    let head = [
        "ID",
        t("Имя", "Name"),
        t("Логин", "Username"),
        t("Язык", "Language"),
        t("Можно писать", "Can be written to"),
        t("Был(а)", "Last seen"),
    ];
    let body = html! {
        form.seek method="get" action="/admin/users" role="search" {
            input type="search" name="q" value=(asked.q) placeholder=(t("ID или начало логина", "Id, or the beginning of a username"))
                aria-label=(t("ID или начало логина", "Id, or the beginning of a username"));
            select name="active" aria-label=(t("Можно писать", "Can be written to")) {
                @for (value, name) in [("", t("все", "all")), ("yes", t("можно писать", "can be written to")), ("no", t("нельзя", "cannot"))] {
                    option value=(value) selected[value == asked.active] { (name) }
                }
            }
            input.short name="language" value=(asked.language) maxlength="8" placeholder=(t("язык: ru", "language: en")) aria-label=(t("Язык", "Language"));
            button.primary { (t("Найти", "Find")) }
        }
        (table(visitor.lang, &head, &page.iter().map(|row| cells(&visitor, row)).collect::<Vec<_>>()))
        (more(visitor.lang, next.as_deref()))
    };
    let title = Place::Users.name(visitor.lang);
    Ok(layout::page(&visitor, Place::Users, title, &body).into_response())
}

fn cells(visitor: &Visitor, row: &Listed) -> Vec<maud::Markup> {
    let language = row.locale.as_ref().or(row.language.as_ref());
    vec![
        user(Some(row.id)),
        html! { bdi { (row.fullname) } },
        html! { @match &row.username { Some(name) => { bdi { "@" (name) } }, None => { "—" } } },
        html! { (or_dash(language)) },
        html! { (visitor.t(if row.is_active { "да" } else { "нет" }, if row.is_active { "yes" } else { "no" })) },
        time(from_pg(row.updated_at)),
    ]
}

impl Asked {
    fn sought(&self) -> Sought {
        let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let q = self.q.trim();
        let id = q.parse::<i64>().ok();
        Sought {
            id,
            username: text(q.trim_start_matches('@')).filter(|_| id.is_none()),
            is_active: match self.active.as_str() {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
            language: text(&self.language),
            after: self.after,
        }
    }

    /// The same, after that id.
    fn href(&self, after: i64) -> String {
        let encode = |text: &str| {
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
                .to_string()
        };
        let [q, active, language] =
            [&self.q, &self.active, &self.language].map(|text| encode(text));
        format!("/admin/users?q={q}&active={active}&language={language}&after={after}")
    }
}
