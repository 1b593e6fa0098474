//! The frame of every page.

use axum::response::Html;
use maud::{DOCTYPE, Markup, html};

use super::{visitor::Visitor, words::Lang};

/// What the menu leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Overview,
    Users,
    Letters,
    Tail,
    Mailings,
    Timers,
    Outbox,
    Jobs,
    Audit,
}

impl Place {
    const ALL: [Self; 9] = [
        Self::Overview,
        Self::Users,
        Self::Letters,
        Self::Tail,
        Self::Mailings,
        Self::Timers,
        Self::Outbox,
        Self::Jobs,
        Self::Audit,
    ];

    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Overview => "/admin/",
            Self::Users => "/admin/users",
            Self::Letters => "/admin/letters",
            Self::Tail => "/admin/tail",
            Self::Mailings => "/admin/mailings",
            Self::Timers => "/admin/timers",
            Self::Outbox => "/admin/outbox",
            Self::Jobs => "/admin/jobs",
            Self::Audit => "/admin/audit",
        }
    }

    pub(super) fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Overview => lang.of_two("Обзор", "Overview"),
            Self::Users => lang.of_two("Пользователи", "Users"),
            Self::Letters => lang.of_two("Недоставленное", "Dead letters"),
            Self::Tail => lang.of_two("Прямо сейчас", "Live"),
            Self::Mailings => lang.of_two("Рассылки", "Mailings"),
            Self::Timers => lang.of_two("Таймеры", "Timers"),
            Self::Outbox => lang.of_two("К отправке", "Outbox"),
            Self::Jobs => lang.of_two("Задания", "Jobs"),
            Self::Audit => lang.of_two("Журнал", "Audit"),
        }
    }
}

/// A page for who is in.
pub(super) fn page(visitor: &Visitor, place: Place, title: &str, body: &Markup) -> Html<String> {
    let lang = visitor.lang;
    let bot = match &visitor.sources.admin.bot_name {
        Some(name) => format!("@{name}"),
        None => visitor.sources.bot_id.to_string(),
    };
    let whole = html! {
        header.top {
            strong.bot { (bot) }
            nav aria-label=(visitor.t("Разделы", "Sections")) {
                @for each in Place::ALL {
                    a href=(each.path()) aria-current=[(each == place).then_some("page")] { (each.name(lang)) }
                }
            }
            form.who method="post" action="/admin/logout" {
                span { bdi { (visitor.name) } " · " (lang.role(visitor.role)) }
                (csrf(visitor))
                button { (visitor.t("Выйти", "Log out")) }
            }
        }
        main {
            h1 { bdi { (title) } }
            (body)
        }
    };
    document(lang, title, &whole)
}

/// A page for anybody.
pub(super) fn bare(lang: Lang, title: &str, body: &Markup) -> Html<String> {
    let whole = html! {
        main.bare {
            h1 { (title) }
            (body)
        }
    };
    document(lang, title, &whole)
}

/// The field by which a form is known as ours.
pub(super) fn csrf(visitor: &Visitor) -> Markup {
    html! { input type="hidden" name="csrf" value=(visitor.session.csrf()); }
}

fn document(lang: Lang, title: &str, whole: &Markup) -> Html<String> {
    const VERSION: &str = env!("CARGO_PKG_VERSION");
    let file = |name: &str| format!("/admin/files/{name}?v={VERSION}");
    let document = html! {
        (DOCTYPE)
        html lang=(lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" href=(file("icon.svg")) type="image/svg+xml";
                link rel="stylesheet" href=(file("admin.css"));
                script src=(file("admin.js")) defer {}
            }
            body { (whole) }
        }
    };
    Html(document.into_string())
}
