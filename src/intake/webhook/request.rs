//! What is asked for at the port of the webhook, and what is answered: nothing that helps a stranger.

use std::time::Duration;

use bytes::Bytes;
use http::{
    HeaderValue, Method, Request, Response, StatusCode,
    header::{ALLOW, CONNECTION, CONTENT_TYPE, RETRY_AFTER},
};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use metrics::{counter, histogram};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use super::{
    receiver::Taken,
    receivers::{Found, Receivers},
};

/// The most bytes of an update; Telegram's are smaller by far.
const MOST: usize = 1 << 20;

/// How long a body may be under way.
const PATIENCE: Duration = Duration::from_secs(10);

const SECRET: &str = "x-telegram-bot-api-secret-token";

/// What came of a request.
#[derive(Clone, Copy, Debug)]
enum Outcome {
    Taken(Taken),
    /// Another path.
    NotFound,
    /// Another method.
    Method,
    /// Whoever it is, he is not Telegram.
    Forged,
    TooLarge,
    /// The body did not come in time.
    Slow,
    /// The body did not come to its end.
    Broken,
    /// The process ends.
    Stopping,
}

/// Answers a request; `stop` tells that the process ends.
pub(super) async fn answer(
    receivers: &Receivers,
    stop: &CancellationToken,
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    let begun = Instant::now();
    let outcome = serve(receivers, stop, request).await;
    counter!("ostankino_webhook_requests_total", "outcome" => outcome.as_str()).increment(1);
    if let Outcome::Taken(_) = outcome {
        histogram!("ostankino_webhook_seconds").record(begun.elapsed());
    }
    outcome.answer()
}

async fn serve(
    receivers: &Receivers,
    stop: &CancellationToken,
    request: Request<Incoming>,
) -> Outcome {
    let receiver = match receivers.at(request.uri().path()) {
        Found::Receiver(receiver) => receiver,
        Found::Away => return Outcome::Stopping,
        Found::Nobody => return Outcome::NotFound,
    };
    if request.method() != Method::POST {
        return Outcome::Method;
    }
    let said = request.headers().get(SECRET);
    if !said.is_some_and(|said| receiver.hook().admits(said.as_bytes())) {
        return Outcome::Forged;
    }
    if stop.is_cancelled() {
        return Outcome::Stopping;
    }
    // One that says how long it is need not be read for that.
    if request.body().size_hint().lower() > MOST as u64 {
        return Outcome::TooLarge;
    }
    let body = Limited::new(request.into_body(), MOST).collect();
    match timeout(PATIENCE, body).await {
        Ok(Ok(body)) => Outcome::Taken(receiver.take(body.to_bytes()).await),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Outcome::TooLarge,
        Ok(Err(_)) => Outcome::Broken,
        Err(_) => Outcome::Slow,
    }
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Taken(Taken::Stored) => "stored",
            Self::Taken(Taken::Dropped) => "flood",
            Self::Taken(Taken::Full) => "full",
            Self::Taken(Taken::Away) => "away",
            Self::NotFound => "not_found",
            Self::Method => "method",
            Self::Forged => "forged",
            Self::TooLarge => "too_large",
            Self::Slow => "slow",
            Self::Broken => "broken",
            Self::Stopping => "stopping",
        }
    }

    /// When Telegram is to try again, in seconds; without it, that would be at once.
    fn retry_after(self) -> Option<u16> {
        match self {
            Self::Taken(Taken::Full) => Some(5),
            Self::Taken(Taken::Away) => Some(2),
            Self::Stopping => Some(1),
            _ => None,
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::Taken(Taken::Stored | Taken::Dropped) => StatusCode::OK,
            Self::Taken(Taken::Full | Taken::Away) | Self::Stopping => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Forged => StatusCode::UNAUTHORIZED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::Broken => StatusCode::BAD_REQUEST,
        }
    }

    /// Never a call of a method: nobody would learn what came of it.
    fn answer(self) -> Response<Full<Bytes>> {
        let status = self.status();
        let body = if status.is_success() { "{}" } else { "" };
        let mut response = Response::new(Full::new(Bytes::from_static(body.as_bytes())));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        if status.is_success() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Some(seconds) = self.retry_after() {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        if status.is_client_error() {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        if status == StatusCode::METHOD_NOT_ALLOWED {
            headers.insert(ALLOW, HeaderValue::from_static("POST"));
        }
        response
    }
}
