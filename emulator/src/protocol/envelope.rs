//! Telegram's envelope: `{"ok":true,"result":…}` and `{"ok":false,"error_code":…,"description":…}`.

use std::borrow::Cow;

use axum::{
    Extension,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};

/// A good answer.
#[derive(Debug)]
pub(crate) struct Answer(Bytes);

impl Answer {
    /// With this result.
    pub(crate) fn of(result: &impl Serialize) -> Self {
        let mut body = br#"{"ok":true,"result":"#.to_vec();
        serde_json::to_writer(&mut body, result).expect("results are plain data");
        body.push(b'}');
        Self(body.into())
    }

    /// With a description beside the result, as the webhook methods give one.
    pub(crate) fn described(result: &Value, description: &str) -> Self {
        let body = json!({"ok": true, "result": result, "description": description});
        Self(body.to_string().into())
    }

    /// With an array of elements that are JSON already (or are not, if a test wants it so).
    pub(crate) fn of_elements(elements: &[Bytes]) -> Self {
        let length: usize = elements.iter().map(|element| element.len() + 1).sum();
        let mut body = Vec::with_capacity(length + 24);
        body.extend_from_slice(br#"{"ok":true,"result":["#);
        for (index, element) in elements.iter().enumerate() {
            if index > 0 {
                body.push(b',');
            }
            body.extend_from_slice(element);
        }
        body.extend_from_slice(b"]}");
        Self(body.into())
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        respond(StatusCode::OK, self.0)
    }
}

/// A refusal: an error of the Bot API.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) code: u16,
    pub(crate) description: Cow<'static, str>,
    pub(crate) retry_after: Option<u64>,
    /// The supergroup that the group became.
    pub(crate) migrate_to_chat_id: Option<i64>,
}

impl Refusal {
    pub(crate) fn new(code: u16, description: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            description: description.into(),
            retry_after: None,
            migrate_to_chat_id: None,
        }
    }

    /// The group is one no more.
    pub(crate) fn moved(to: i64) -> Self {
        Self {
            migrate_to_chat_id: Some(to),
            ..Self::bad_request("group chat was upgraded to a supergroup chat")
        }
    }

    /// 400 with `Bad Request: ` before the text.
    pub(crate) fn bad_request(text: &str) -> Self {
        Self::new(400, format!("Bad Request: {text}"))
    }

    /// The error with the text Telegram has for its code.
    pub(crate) fn with_code(code: u16, retry_after: Option<u64>) -> Self {
        let description: Cow<'static, str> = match (code, retry_after) {
            (429, seconds) => format!("Too Many Requests: retry after {}", seconds.unwrap_or(1)).into(),
            (409, _) => "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
                .into(),
            _ => StatusCode::from_u16(code).ok().and_then(|status| status.canonical_reason()).unwrap_or("Error").into(),
        };
        let retry_after = retry_after.or((code == 429).then_some(1));
        Self {
            code,
            description,
            retry_after,
            migrate_to_chat_id: None,
        }
    }
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    ok: bool,
    error_code: u16,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<Parameters>,
}

#[derive(Serialize)]
struct Parameters {
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    migrate_to_chat_id: Option<i64>,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let error = ErrorBody {
            ok: false,
            error_code: self.code,
            description: &self.description,
            parameters: (self.retry_after.is_some() || self.migrate_to_chat_id.is_some())
                .then_some(Parameters {
                    retry_after: self.retry_after,
                    migrate_to_chat_id: self.migrate_to_chat_id,
                }),
        };
        let body = serde_json::to_vec(&error).expect("errors are plain data");
        let status = StatusCode::from_u16(self.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = respond(status, body.into());
        if let Some(seconds) = self.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Put into a response's extensions: its body, for the log.
#[derive(Clone, Debug)]
pub(crate) struct Said(pub(crate) Bytes);

fn respond(status: StatusCode, body: Bytes) -> Response {
    (
        status,
        Extension(Said(body.clone())),
        [(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        )],
        body,
    )
        .into_response()
}
