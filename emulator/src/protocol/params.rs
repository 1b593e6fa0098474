//! The parameters of a call, from the query string and a body of any encoding.
//!
//! As on the real server, every value is a text: a JSON value that is no string stands for its own JSON text (so an
//! explicit `null` is the text `null`, which most methods refuse).

use std::{borrow::Cow, collections::BTreeMap, time::Duration};

use axum::{
    body::{Body, to_bytes},
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request},
    http::header,
};
use http_body_util::LengthLimitError;
use serde_json::{Map, Value, json};
use tokio::time::timeout;

use super::{Refusal, disposition::Disposition};
use crate::protocol::media::{Upload, clean};

/// How much longer a body may be than its file: one that is too big is read and refused, not cut off.
const BESIDES: usize = 14 << 20;

/// How large a file may be that is sent; put into the extensions of requests.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LargestFile(usize);

impl LargestFile {
    /// Telegram's own server takes 50 MB.
    pub(crate) const TELEGRAMS: Self = Self(50 << 20);

    /// One that runs with `--local` takes 2000 MB.
    pub(crate) const LOCAL: Self = Self(2_000 << 20);
}

/// How long the body of a request may take to arrive; put into its extensions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience(pub(crate) Duration);

/// Parameters by name; the first of several with one name counts.
#[derive(Debug, Default)]
pub(crate) struct Params(Map<String, Value>, Uploads);

/// The files that came with them, by the names of their parts.
type Uploads = BTreeMap<String, Upload>;

impl Params {
    /// The fields of a nested object, read as parameters are.
    pub(crate) fn of(values: Map<String, Value>) -> Self {
        Self(values, Uploads::new())
    }

    /// The file that came in the part with this name.
    pub(crate) fn upload(&self, name: &str) -> Option<&Upload> {
        self.1.get(name)
    }

    /// All files that came, by the names of their parts.
    pub(crate) fn uploads(&self) -> impl Iterator<Item = (&str, &Upload)> {
        self.1.iter().map(|(name, upload)| (name.as_str(), upload))
    }

    /// A parameter as text; empty ones are as good as none.
    pub(crate) fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        let text = match self.0.get(name)? {
            Value::String(text) => Cow::Borrowed(text.as_str()),
            other => Cow::Owned(other.to_string()),
        };
        (!text.is_empty()).then_some(text)
    }

    /// A parameter as a whole number; `None` when it is none.
    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        self.text(name)?.trim().parse().ok()
    }

    /// Whether a parameter says yes.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.text(name)
            .is_some_and(|text| ["true", "yes", "1"].contains(&text.to_ascii_lowercase().as_str()))
    }

    /// A nested parameter, which forms carry as JSON text; the error is for text that is no JSON.
    pub(crate) fn json(&self, name: &str) -> Option<Result<Value, serde_json::Error>> {
        match self.0.get(name)? {
            Value::String(text) if text.is_empty() => None,
            Value::String(text) => Some(serde_json::from_str(text)),
            other => Some(Ok(other.clone())),
        }
    }

    /// Takes a parameter out, as text.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let text = self.text(name)?.into_owned();
        self.0.remove(name);
        Some(text)
    }

    /// All of them, as an object.
    pub(crate) fn to_value(&self) -> Value {
        Value::Object(self.0.clone())
    }

    fn add(&mut self, name: String, value: Value) {
        self.0.entry(name).or_insert(value);
    }

    fn add_urlencoded(&mut self, encoded: &[u8]) {
        for (name, value) in form_urlencoded::parse(encoded) {
            self.add(name.into_owned(), Value::String(value.into_owned()));
        }
    }

    fn add_json(&mut self, body: &[u8]) -> Result<(), Refusal> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(object)) => {
                object
                    .into_iter()
                    .for_each(|(name, value)| self.add(name, value));
                Ok(())
            }
            Ok(_) => Err(Refusal::bad_request("JSON object expected")),
            Err(error) => Err(Refusal::bad_request(&format!(
                "can't parse object: {error}"
            ))),
        }
    }

    async fn add_multipart(&mut self, request: Request, largest: usize) -> Result<(), Refusal> {
        let broken = |_| Refusal::bad_request("can't parse form data");
        let mut parts = Multipart::from_request(request, &())
            .await
            .map_err(|_| Refusal::bad_request("boundary not found"))?;
        while let Some(part) = parts.next_field().await.map_err(broken)? {
            let disposition = part.headers().get(header::CONTENT_DISPOSITION);
            let disposition = disposition.and_then(|value| Disposition::read(value.as_bytes()));
            let Disposition { name, file_name } = disposition
                .ok_or_else(|| Refusal::bad_request("expected form-data content disposition"))?;
            if name.is_empty() {
                return Err(Refusal::bad_request(
                    "field name in multipart/form-data not found",
                ));
            }
            let mime_type = part.content_type().unwrap_or("").to_owned();
            let bytes = part.bytes().await.map_err(broken)?;
            let Some(file_name) = file_name else {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                self.add(name, Value::String(text));
                continue;
            };
            if bytes.len() > largest {
                return Err(Refusal::new(413, "Request Entity Too Large"));
            }
            self.add(
                name.clone(),
                json!({"file_name": file_name, "file_size": bytes.len()}),
            );
            self.1.entry(name).or_insert(Upload {
                name: clean(&file_name),
                mime_type,
                bytes,
            });
        }
        Ok(())
    }
}

impl<S: Sync> FromRequest<S> for Params {
    type Rejection = Refusal;

    async fn from_request(mut request: Request, _: &S) -> Result<Self, Refusal> {
        let mut params = Self::default();
        params.add_urlencoded(request.uri().query().unwrap_or("").as_bytes());
        let content_type = request.headers().get(header::CONTENT_TYPE);
        let content_type = content_type
            .and_then(|value| value.to_str().ok())
            .unwrap_or("")
            .to_ascii_lowercase();
        // To its very end, multipart too: what is left of a body closes its connection, on which a bot may be writing already.
        let patience = request.extensions().get::<Patience>().copied();
        let largest = request.extensions().get::<LargestFile>().copied();
        let LargestFile(largest) = largest.unwrap_or(LargestFile::TELEGRAMS);
        let body = to_bytes(std::mem::take(request.body_mut()), largest + BESIDES);
        let body = match patience {
            Some(Patience(patience)) => timeout(patience, body)
                .await
                .map_err(|_| Refusal::new(408, "Request Timeout"))?,
            None => body.await,
        };
        let body = body.map_err(|error| {
            let mut cause: Option<&dyn std::error::Error> = Some(&error);
            while let Some(one) = cause {
                if one.is::<LengthLimitError>() {
                    return Refusal::new(413, "Request Entity Too Large");
                }
                cause = one.source();
            }
            // It broke off, or is no body at all.
            Refusal::bad_request("can't read the request")
        })?;
        if content_type.starts_with("multipart/form-data") && !body.is_empty() {
            *request.body_mut() = Body::from(body);
            DefaultBodyLimit::max(largest + BESIDES).apply(&mut request);
            params.add_multipart(request, largest).await?;
        } else if content_type.starts_with("application/json") {
            params.add_json(&body)?;
        } else if content_type.starts_with("application/x-www-form-urlencoded") {
            params.add_urlencoded(&body);
        }
        Ok(params)
    }
}
