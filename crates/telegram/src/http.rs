//! The bottom of the client: one HTTP request per call, as a tower service. It alone holds the token.

use std::{
    borrow::Cow,
    collections::HashMap,
    fmt,
    pin::pin,
    sync::{Arc, PoisonError, RwLock},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use aws_lc_rs::hmac;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use reqwest::{
    RequestBuilder, Response, Url,
    header::{CONTENT_TYPE, HeaderMap, HeaderValue, RANGE, RETRY_AFTER},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use tokio::time::timeout;
use tower::Service;

use super::{
    ApiError,
    files::Form,
    init_data::web_app_key,
    lenient::field,
    limited::Limited,
    patience::Patience,
    scan,
    sent::Sent,
    tries::{self, Place},
};
use crate::Settings;
use ostankino_tls as tls;

/// How often a connection of HTTP/2 with calls under way is asked whether it is there, and how long it may take to say so.
const ASK: Duration = Duration::from_secs(5);

/// A call ready to be sent, cheap to clone for another try.
#[derive(Clone, Debug)]
pub(super) struct Prepared {
    pub(super) method: Cow<'static, str>,
    /// That it is for, unless it is named by its username.
    pub(super) chat: Option<i64>,
    pub(super) body: Body,
    pub(super) timeout: Duration,
    pub(super) patience: Patience,
    /// Is set once the call is on its way, if somebody wants to know.
    pub(super) sent: Option<Sent>,
}

/// The parameters of a call.
#[derive(Clone, Debug)]
pub(super) enum Body {
    Json(Bytes),
    /// With files.
    Form(Form),
}

impl Body {
    pub(super) fn json(params: &Map<String, Value>) -> Self {
        let json = serde_json::to_vec(params).expect("a map of JSON values is JSON");
        Self::Json(json.into())
    }
}

/// Sends calls; answers with the bytes of `result`.
#[derive(Clone)]
pub(super) struct Http {
    client: reqwest::Client,
    target: Arc<Target>,
    limited: Limited,
}

struct Target {
    /// Of methods and of files, up to the token.
    base: String,
    files: String,
    token: SecretString,
    /// Host and port, as traces tell.
    place: Option<Place>,
    /// Of the methods that were called, since reading one costs as much as sending it.
    urls: RwLock<HashMap<String, Url>>,
}

/// The most methods whose URLs are kept: a bot calls a few.
const URLS: usize = 64;

impl Http {
    /// # Panics
    ///
    /// If the TLS library cannot be set up, which is a fault of the build; if the proxy is no URL.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that makes a client"
    )]
    pub(super) fn new(settings: &Settings, limited: Limited) -> Self {
        let (api_url, token) = (&settings.api_url, settings.token.clone());
        let proxy = settings.proxy.as_ref().map(ExposeSecret::expose_secret);
        let is_encrypted = |url: &str| url.starts_with("https:");
        let needs_tls = is_encrypted(api_url) || proxy.is_some_and(is_encrypted);
        // What the environment says about proxies is in the configuration already.
        let mut client = reqwest::Client::builder().no_proxy();
        if let Some(proxy) = proxy {
            let proxy = reqwest::Proxy::all(proxy).map_err(reqwest::Error::without_url);
            client = client.proxy(proxy.expect("the proxy is a URL"));
        }
        let mut tls = tls::client_config(needs_tls);
        tls.alpn_protocols = vec![b"h2".into(), b"http/1.1".into()];
        let client = client
            .tls_backend_preconfigured(tls)
            .connect_timeout(Duration::from_secs(5))
            // One connection carries all calls of HTTP/2: that it hangs must not go unnoticed.
            .http2_keep_alive_interval(ASK)
            .http2_keep_alive_timeout(ASK)
            .redirect(reqwest::redirect::Policy::none())
            .default_headers(HeaderMap::from_iter([(
                CONTENT_TYPE,
                HeaderValue::from_static("application/json"),
            )]))
            .build()
            .expect("the client's configuration is fixed");
        let server = api_url.trim_end_matches('/');
        let (base, files) = (format!("{server}/bot"), format!("{server}/file/bot"));
        Self {
            client,
            target: Arc::new(Target {
                base,
                files,
                token,
                place: Place::of(server),
                urls: RwLock::default(),
            }),
            limited,
        }
    }

    /// The key by which Telegram signs what the bot's web apps are opened with.
    pub(super) fn web_app_key(&self) -> hmac::Key {
        web_app_key(self.target.token.expose_secret())
    }

    async fn send(self, call: Prepared) -> Result<Bytes, ApiError> {
        let (chat, method, begun) = (call.chat, call.method.clone(), Instant::now());
        let span = tries::begun(self.target.place.as_ref(), &method);
        let answer = self.exchange(call).await;
        tries::ended(&span, &answer);
        self.limited.note(chat, &answer);
        tries::count(method, &answer, begun.elapsed());
        answer
    }

    async fn exchange(&self, call: Prepared) -> Result<Bytes, ApiError> {
        let request = match self.target.url(&call.method) {
            Ok(url) => self.client.post(url),
            // It says what is wrong with it.
            Err(text) => self.client.post(text),
        };
        let body = match (call.body, &call.sent) {
            (Body::Json(json), Some(sent)) => sent.body(json),
            (Body::Json(json), None) => json.into(),
            (Body::Form(form), _) => {
                // On the heap: most calls have no files.
                let sent = Box::pin(send_form(request, &form, call.timeout)).await;
                return self.answer_of(sent?).await;
            }
        };
        let sent = request.timeout(call.timeout).body(body).send().await;
        self.answer_of(sent.map_err(ApiError::network)?).await
    }

    /// The result, or the refusal, in a response.
    pub(super) async fn answer_of(&self, response: Response) -> Result<Bytes, ApiError> {
        let status = response.status().as_u16();
        let header_wait = response.headers().get(RETRY_AFTER).and_then(seconds);
        let body = response.bytes().await.map_err(ApiError::network)?;
        result_of(status, header_wait, &body).map_err(|error| self.redact(error))
    }

    /// A request for a file's bytes from that one on. `path` is as the server told it, and percent-encoded.
    pub(super) fn get_file(&self, path: &str, from: u64) -> RequestBuilder {
        let Target { files, token, .. } = &*self.target;
        let request = self
            .client
            .get(format!("{files}{}/{path}", token.expose_secret()));
        match from {
            0 => request,
            from => request.header(RANGE, format!("bytes={from}-")),
        }
    }

    /// The token, to find it in paths of a local server.
    pub(super) fn token(&self) -> &SecretString {
        &self.target.token
    }

    /// A server that repeats the URL in its description must not make us repeat the token.
    fn redact(&self, error: ApiError) -> ApiError {
        match error {
            ApiError::Api {
                code,
                description,
                retry_after,
                migrate_to_chat_id,
            } => {
                let description = description.replace(self.target.token.expose_secret(), "<token>");
                ApiError::Api {
                    code,
                    description,
                    retry_after,
                    migrate_to_chat_id,
                }
            }
            other => other,
        }
    }
}

/// Sends a call with files. It may take as long as it moves on.
async fn send_form(
    request: RequestBuilder,
    form: &Form,
    patience: Duration,
) -> Result<Response, ApiError> {
    let (body, progress) = form.open().await?;
    let request = request.header(CONTENT_TYPE, form.content_type());
    let mut sending = pin!(request.body(body).send());
    loop {
        let before = progress.get();
        match timeout(patience, &mut sending).await {
            Ok(sent) => return sent.map_err(ApiError::network),
            Err(_) if progress.get() == before => return Err(ApiError::Silent(patience)),
            Err(_) => {}
        }
    }
}

impl Target {
    /// The URL of a method; its text where it is none.
    fn url(&self, method: &str) -> Result<Url, String> {
        let known = self.urls.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(url) = known.get(method) {
            return Ok(url.clone());
        }
        drop(known);
        let text = format!("{}{}/{method}", self.base, self.token.expose_secret());
        let url = Url::parse(&text).map_err(|_| text)?;
        let mut known = self.urls.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < URLS {
            known.insert(method.to_owned(), url.clone());
        }
        Ok(url)
    }
}

impl Service<Prepared> for Http {
    type Response = Bytes;
    type Error = ApiError;
    type Future = BoxFuture<'static, Result<Bytes, ApiError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ApiError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, call: Prepared) -> Self::Future {
        Box::pin(self.clone().send(call))
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").finish_non_exhaustive()
    }
}

fn seconds(value: &HeaderValue) -> Option<Duration> {
    value.to_str().ok()?.parse().ok().map(Duration::from_secs)
}

/// Takes `result` out of the envelope, or the refusal.
fn result_of(status: u16, header_wait: Option<Duration>, body: &Bytes) -> Result<Bytes, ApiError> {
    let (mut ok, mut result) = (None, None);
    for member in scan::members(body) {
        match member {
            Ok((key, value)) => match &*key {
                b"ok" => ok = Some(value == b"true"),
                b"result" => result = Some(body.slice_ref(value)),
                _ => {}
            },
            Err(scan::Malformed) => (ok, result) = (None, None),
        }
    }
    match (ok, result) {
        (Some(true), Some(result)) => Ok(result),
        (Some(false), _) => {
            // Each field by itself: an odd one must not make a refusal look like a garbled answer.
            let parameters = scan::member(body, "parameters").unwrap_or_default();
            let code = field::<i64>(body, "error_code");
            let wait = field::<i64>(parameters, "retry_after").and_then(|s| s.try_into().ok());
            Err(ApiError::Api {
                code: code.and_then(|c| c.try_into().ok()).unwrap_or(status),
                description: field(body, "description").unwrap_or_default(),
                retry_after: wait.map(Duration::from_secs).or(header_wait),
                migrate_to_chat_id: field(parameters, "migrate_to_chat_id"),
            })
        }
        _ => Err(ApiError::Decode {
            status,
            length: body.len(),
            retry_after: header_wait,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(status: u16, body: &str) -> Result<Bytes, ApiError> {
        result_of(status, None, &Bytes::from(body.to_owned()))
    }

    #[test]
    fn the_result_is_taken_out_whatever_is_inside() {
        let body = r#"{"ok":true,"result":[{"text":"\ud800"}]}"#;
        assert_eq!(
            parse(200, body).expect("a result"),
            r#"[{"text":"\ud800"}]"#
        );
    }

    #[test]
    fn a_refusal_keeps_its_parameters() {
        let body = r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}}"#;
        let error = parse(429, body).expect_err("refused");
        assert_eq!(
            (error.code(), error.retry_after()),
            (Some(429), Some(Duration::from_secs(7)))
        );
        assert!(error.is_transient());
    }

    #[test]
    fn an_odd_field_of_a_refusal_takes_nothing_else_along() {
        let body = r#"{"ok":false,"error_code":429,"description":"wait \ud800","parameters":{"retry_after":7,"migrate_to_chat_id":"new"}}"#;
        let error = parse(500, body).expect_err("refused");
        assert_eq!(error.code(), Some(429));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
        assert!(error.to_string().ends_with("wait \u{fffd}"), "{error}");
    }

    #[test]
    fn what_is_not_the_bot_api_is_a_decode_error_without_its_text() {
        for body in [
            "<html>bot1:AA</html>",
            "",
            "{\"ok\":true,\"result\":[1",
            "[]",
            "{}",
        ] {
            let error = parse(200, body).expect_err(body);
            assert!(
                matches!(error, ApiError::Decode { status: 200, .. }),
                "{error:?}"
            );
            assert!(!format!("{error:?} {error}").contains("bot1:AA"));
        }
    }
}
