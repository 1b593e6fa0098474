//! Why there is no page, told to whoever asked for it.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::html;

use super::{layout, words::Lang};
use crate::Error;

/// What is said in place of a page.
#[derive(Debug)]
pub(super) struct Failure {
    status: StatusCode,
    lang: Option<Lang>,
    ru: &'static str,
    en: &'static str,
}

impl Failure {
    pub(super) fn new(status: StatusCode, ru: &'static str, en: &'static str) -> Self {
        Self {
            status,
            lang: None,
            ru,
            en,
        }
    }

    /// In that language alone.
    pub(super) fn to(self, lang: Lang) -> Self {
        Self {
            lang: Some(lang),
            ..self
        }
    }

    /// Nobody is in, or not any more.
    pub(super) fn nobody() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "Вход — по ссылке от бота: напишите ему /admin.",
            "The bot lets you in: write /admin to it, and follow the link.",
        )
    }

    pub(super) fn not_running() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "Процесс запускается или останавливается. Что с ним, говорит /readyz.",
            "The process is starting or stopping: /readyz tells more.",
        )
    }

    /// The link is used up, out of date, or somebody else's.
    pub(super) fn bad_link() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Ссылка не действует: ею уже вошли, или прошло пять минут. Напишите боту /admin.",
            "The link does not work: it was used, or five minutes have passed. Write /admin to the bot.",
        )
    }

    /// The form is not of a page of this session.
    pub(super) fn forged() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Запрос пришёл не со страницы панели. Обновите страницу и попробуйте снова.",
            "That did not come from a page of ours. Reload the page and try again.",
        )
    }

    pub(super) fn forbidden() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "Для этого нужна роль выше.",
            "Your role does not allow that.",
        )
    }

    pub(super) fn too_many() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "Слишком многие смотрят сразу.",
            "Too many are looking at once.",
        )
    }

    pub(super) fn absent() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "Здесь ничего нет.",
            "There is nothing here.",
        )
    }

    pub(super) fn bad_form() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "Форма заполнена не так.",
            "The form is not filled in as it should be.",
        )
    }
}

/// A server is away, or something is wrong with us: the log has it.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        tracing::warn!(
            event = "admin_failed",
            error = error.chain(),
            "the admin page cannot answer"
        );
        match error.is_passing() {
            true => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "Сервер базы данных или NATS не отвечает. Что с ними, говорит /readyz.",
                "PostgreSQL or NATS does not answer: /readyz tells more.",
            ),
            false => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Не получилось: причина в логе, событие admin_failed.",
                "That failed: the log says why, see the event admin_failed.",
            ),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let lang = self.lang.unwrap_or_default();
        let body = html! {
            @if self.lang != Some(Lang::En) { p lang="ru" { (self.ru) } }
            @if self.lang != Some(Lang::Ru) { p lang="en" { (self.en) } }
            @if self.status != StatusCode::UNAUTHORIZED {
                p { a href="/admin/" { (lang.of_two("К обзору", "To the overview")) } }
            }
        };
        let page = layout::bare(lang, self.status.as_str(), &body);
        (self.status, page).into_response()
    }
}
