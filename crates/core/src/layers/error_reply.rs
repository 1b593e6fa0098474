//! The boundary above which nothing fails: every error becomes a reply, and is logged once, here.

use std::{
    convert::Infallible,
    task::{Context, Poll},
    time::Duration,
};

use futures_util::future::BoxFuture;
use tower::{Layer, Service};

use super::verdict::verdict;
use crate::{
    Error, Outcome, Reply, Request,
    apology::answer,
    event::UnknownEvent,
    outcome::{Failure, Handled, Settled, Trouble, Verdict},
    request::{Asker, Delivery},
};

/// Turns an [`Error`] into what the user reads: its own text for [`Error::User`], otherwise
/// [`APOLOGY`](super::APOLOGY) or what [`OnError`](crate::apology::OnError) has instead, with the chain of
/// causes and a backtrace in the log.
///
/// What nobody said to the bot is answered by silence: membership changes and the like, and the
/// talk of a group. It is tried again, and becomes a dead letter in the end. So is whatever may be
/// applied already: nothing is said before that is known.
///
/// What is inside answers with a [`Reply`] or with what became of it, and fails with an [`Error`] or
/// with what is to become of the update: see [`Handled`] and [`Failure`].
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct ErrorReplyLayer;

/// How long an event that no route takes waits for another version of the bot, each time.
const UNKNOWN: Duration = Duration::from_secs(5);

impl ErrorReplyLayer {
    /// The layer.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl<S> Layer<S> for ErrorReplyLayer {
    type Service = ErrorReply<S>;

    fn layer(&self, inner: S) -> ErrorReply<S> {
        ErrorReply { inner }
    }
}

/// The service of [`ErrorReplyLayer`].
#[derive(Clone, Debug)]
pub struct ErrorReply<S> {
    inner: S,
}

impl<S> Service<Request> for ErrorReply<S>
where
    S: Service<Request>,
    S::Response: Into<Handled>,
    S::Error: Into<Failure>,
    S::Future: Send + 'static,
{
    type Response = Settled;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Settled, Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // An inner service that cannot become ready says so again when it is called.
        self.inner.poll_ready(cx).map(|_| Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let asker = Asker::of(&request);
        let delivery = request.extensions.get::<Delivery>().cloned();
        let handled = self.inner.call(request);
        Box::pin(async move {
            let handled = handled.await.map(S::Response::into);
            Ok(match handled.map_err(S::Error::into) {
                Ok(Handled { reply, record }) => Settled {
                    record,
                    ..Settled::new(Outcome::Ok, reply)
                },
                Err(failure) => settle(&asker, delivery.as_ref(), failure).await,
            })
        })
    }
}

/// Records a failure, and decides what is said of it.
async fn settle(asker: &Asker, delivery: Option<&Delivery>, failure: Failure) -> Settled {
    let Failure {
        error,
        verdict: known,
        record,
    } = failure;
    let verdict = known.unwrap_or_else(|| verdict(asker, &error, delivery));
    let outcome = match verdict {
        Verdict::Retry => Outcome::Retry,
        Verdict::Answer if matches!(error, Error::User(_)) => Outcome::Refused,
        Verdict::Answer | Verdict::DeadLetter => Outcome::Failed,
    };
    let is_silent = outcome == Outcome::Retry || record.is_complete;
    let reply = if is_silent {
        Reply::none()
    } else {
        answer(asker, &error)
    };
    let trouble = (outcome == Outcome::Retry || error.is_unavailable()).then(|| Trouble {
        error: error.chain(),
        is_passing: known == Some(Verdict::Retry) || error.is_passing(),
        pause: error
            .sources()
            .any(|cause| cause.is::<UnknownEvent>())
            .then_some(UNKNOWN),
    });
    // Who keeps a dead letter tells of it with its number.
    if verdict != Verdict::DeadLetter && outcome != Outcome::Refused {
        log(error, outcome, asker.route().as_deref()).await;
    }
    Settled {
        outcome,
        reply,
        record,
        trouble,
    }
}

/// One record an error. It has a backtrace only where the code may be wrong: not for what is tried
/// again, is unavailable, or took too long, nor for an update that lacks what its handler asks for.
async fn log(error: Error, outcome: Outcome, route: Option<&str>) {
    let (chain, kind) = (error.chain(), error.kind());
    metrics::counter!("ostankino_errors_total", "error_kind" => kind).increment(1);
    ostankino_traces::Span::current().fails(kind);
    if outcome == Outcome::Retry {
        tracing::warn!(
            event = "update_retried",
            error = chain,
            error_kind = kind,
            route,
            "the update failed and is tried again"
        );
    } else if matches!(
        error,
        Error::Mismatch(_) | Error::Unparsed { .. } | Error::Payload { .. }
    ) {
        tracing::warn!(
            event = "update_unfit",
            error = chain,
            error_kind = kind,
            route,
            "the update does not fit its handler"
        );
    } else {
        let backtrace = resolve(error).await;
        tracing::error!(
            event = "update_failed",
            error = chain,
            error_kind = kind,
            route,
            backtrace,
            "the update failed"
        );
    }
}

/// The backtrace in words. Finding the names reads files for up to a second: no work for a thread
/// that serves others.
async fn resolve(error: Error) -> Option<String> {
    error.origin()?;
    let words = move || error.origin().map(ToString::to_string);
    tokio::task::spawn_blocking(words).await.ok()?
}

#[cfg(test)]
mod tests {
    use ostankino_telemetry::testing::capture_json;
    use tower::{ServiceExt, service_fn};

    use super::*;
    use crate::{
        apology::{APOLOGY, OnError},
        outcome::Recorded,
        testing::{blocks, presses, says, says_in_group},
    };

    async fn settled(request: Request, error: fn() -> Error) -> (Outcome, Reply) {
        let service = ErrorReplyLayer::new()
            .layer(service_fn(move |_| async move { Err::<Reply, _>(error()) }));
        let Ok(Settled { outcome, reply, .. }) = service.oneshot(request).await;
        (outcome, reply)
    }

    #[tokio::test]
    async fn a_text_for_the_user_is_said_as_it_is_and_not_logged() {
        let (logs, _guard) = capture_json("info");
        let refused = settled(says(1, "x"), || Error::user("нет")).await;
        assert_eq!(refused, (Outcome::Refused, Reply::text("нет")));
        assert!(logs.records().is_empty());
    }

    #[tokio::test]
    async fn any_other_error_is_apologised_for_and_logged_once_with_chain_and_backtrace() {
        let (logs, _guard) = capture_json("info");
        let fails = || Error::context("the form was lost", std::io::Error::other("disk on fire"));
        let failed = settled(says(1, "x"), fails).await;
        assert_eq!(failed, (Outcome::Failed, Reply::text(APOLOGY)));
        let records = logs.records();
        assert_eq!(records.len(), 1);
        assert_eq!(records[0]["error"], "the form was lost: disk on fire");
        let backtrace = records[0]["backtrace"].as_str().expect("a text");
        assert!(backtrace.contains("error_reply::tests"), "{backtrace}");
    }

    #[tokio::test]
    async fn a_button_without_a_chat_is_answered_with_the_apology() {
        let failed = settled(presses(1, "x"), || Error::message("x")).await;
        assert_eq!(failed, (Outcome::Failed, Reply::toast(APOLOGY)));
    }

    #[tokio::test]
    async fn what_is_tried_again_is_answered_by_silence() {
        let away = || Error::unavailable("PostgreSQL", "x");
        let tried_again = (Outcome::Retry, Reply::none());
        assert_eq!(settled(says_in_group(1, "x"), away).await, tried_again);
        assert_eq!(
            settled(blocks(1), || Error::message("x")).await,
            tried_again
        );
        let command = settled(says_in_group(1, "/x"), away).await;
        assert_eq!(command, (Outcome::Failed, Reply::text(APOLOGY)));
    }

    #[tokio::test]
    async fn a_verdict_from_inside_is_followed() {
        let failure = |verdict, is_complete| Failure {
            error: Error::message("x"),
            verdict: Some(verdict),
            record: Recorded {
                is_complete,
                ..Recorded::default()
            },
        };
        let cases = [
            (Verdict::Retry, false, Outcome::Retry, Reply::none()),
            (
                Verdict::DeadLetter,
                false,
                Outcome::Failed,
                Reply::text(APOLOGY),
            ),
            (Verdict::DeadLetter, true, Outcome::Failed, Reply::none()),
        ];
        for (verdict, is_complete, outcome, reply) in cases {
            let fails =
                service_fn(move |_| async move { Err::<Reply, _>(failure(verdict, is_complete)) });
            let Ok(settled) = ErrorReplyLayer::new()
                .layer(fails)
                .oneshot(says(1, "x"))
                .await;
            assert_eq!((settled.outcome, settled.reply), (outcome, reply));
        }
    }

    #[tokio::test]
    async fn a_bot_says_what_it_likes_of_failures_or_nothing_where_somebody_waits() {
        let words = |text: Option<&'static str>, mut request: Request| async move {
            request
                .extensions
                .insert(OnError::new(move |_, _| text.map(Reply::text)));
            settled(request, || Error::message("x")).await
        };
        let own = words(Some("Ой"), says(1, "x")).await;
        assert_eq!(own, (Outcome::Failed, Reply::text("Ой")));
        let silent = words(None, says(1, "x")).await;
        assert_eq!(silent, (Outcome::Failed, Reply::none()));
        let unasked = words(Some("Ой"), blocks(1)).await;
        assert_eq!(unasked, (Outcome::Retry, Reply::none()));
    }
}
