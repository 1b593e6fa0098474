//! The boundary above which nothing fails: every error becomes a reply, and is logged once, here.

use std::{
    convert::Infallible,
    task::{Context, Poll},
};

use futures_util::future::BoxFuture;
use tower::{Layer, Service};

use crate::{
    Call, Error, Outcome, Reply, Request, UpdateKind, html,
    journal::{Failure, Journal},
    outcome::Settled,
    request::Asker,
};

/// What a user reads when something failed that is not the user's business.
pub const APOLOGY: &str = "Что-то пошло не так";

/// Turns an [`Error`] into what the user reads: its own text for [`Error::User`], otherwise
/// [`APOLOGY`], with the chain of causes and a backtrace in the log.
///
/// What nobody said to the bot is answered by silence: membership changes and the like, and the
/// talk of a group. It is tried again, and becomes a dead letter in the end. So is whatever may be
/// applied already: nothing is said before that is known.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct ErrorReplyLayer;

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
    S: Service<Request, Response = Reply, Error = Error>,
    S::Future: Send + 'static,
{
    type Response = Settled;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Settled, Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // An inner service that cannot become ready says so again when it is called.
        self.inner.poll_ready(cx).map(|_| Ok(()))
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let journal = Journal::of(&mut request);
        let asker = Asker::of(&request);
        let handled = self.inner.call(request);
        Box::pin(async move {
            let error = match handled.await {
                Ok(reply) => {
                    return Ok(Settled {
                        outcome: Outcome::Ok,
                        reply,
                    });
                }
                Err(error) => error,
            };
            let reply = answer(&asker, &error);
            if let Error::User(_) = error {
                let outcome = Outcome::Refused;
                return Ok(Settled { outcome, reply });
            }
            let outcome = if is_tried_again(&asker, &error) {
                Outcome::Retry
            } else {
                Outcome::Failed
            };
            if outcome == Outcome::Retry || error.is_unavailable() {
                journal.failed(Failure {
                    error: error.chain(),
                    is_passing: error.is_passing(),
                });
            }
            log(error, outcome, asker.route().as_deref()).await;
            let reply = match outcome {
                Outcome::Failed => reply,
                _ => Reply::none(),
            };
            Ok(Settled { outcome, reply })
        })
    }
}

/// Whether an update that failed so is given to a handler again, instead of being answered: where
/// nobody would hear of it, where it may be applied already, and while a server is away where nobody
/// waits.
pub(super) fn is_tried_again(asker: &Asker, error: &Error) -> bool {
    match error {
        Error::Unsettled(_) => true,
        Error::User(_) | Error::Poison(_) | Error::SetAside | Error::Repeated => false,
        Error::Unavailable { .. } => !asker.waits(),
        _ => answer(asker, error).calls().is_empty(),
    }
}

/// What the user reads if it is all over with the update: a text meant for the user, or the apology
/// where somebody waits. A payment that is about to be made is refused with it.
pub(super) fn answer(asker: &Asker, error: &Error) -> Reply {
    let update = &asker.update;
    let text = match error {
        Error::User(text) => text.clone().into_owned(),
        _ if asker.waits() => APOLOGY.to_owned(),
        _ => return Reply::none(),
    };
    let refuse = |method: &'static str| {
        let call = Call::new(method).param("ok", false);
        Reply::call(call.param("error_message", html::plain(&text)))
    };
    match update.kind {
        UpdateKind::PreCheckoutQuery => refuse("answerPreCheckoutQuery"),
        UpdateKind::ShippingQuery => refuse("answerShippingQuery"),
        _ if update.chat_id().is_some() => Reply::text(text),
        // A button under an inline result has no chat: its answer is all there is to say.
        UpdateKind::CallbackQuery => Reply::toast(html::plain(&text)),
        // Nobody can be told.
        _ => Reply::none(),
    }
}

/// One record an error. It has a backtrace only where the code may be wrong: not for what is tried
/// again, is unavailable, or took too long, nor for an update that lacks what its handler asks for.
/// Who sets poison aside records it with the number of its letter.
async fn log(error: Error, outcome: Outcome, route: Option<&str>) {
    let (chain, kind) = (error.chain(), error.kind());
    if outcome == Outcome::Retry {
        tracing::warn!(
            error = chain,
            error_kind = kind,
            route,
            "the update failed and is tried again"
        );
    } else if matches!(error, Error::Mismatch(_) | Error::Payload { .. }) {
        tracing::warn!(
            error = chain,
            error_kind = kind,
            route,
            "the update does not fit its handler"
        );
    } else if !matches!(error, Error::Poison(_)) {
        let backtrace = resolve(error).await;
        tracing::error!(
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
    use tower::{ServiceExt, service_fn};

    use super::*;
    use crate::request::Poison;
    use crate::testing::{blocks, capture_json, presses, says, says_in_group};

    async fn settle(request: Request, error: fn() -> Error) -> Settled {
        let service = ErrorReplyLayer::new()
            .layer(service_fn(move |_| async move { Err::<Reply, _>(error()) }));
        let Ok(settled) = service.oneshot(request).await;
        settled
    }

    #[tokio::test]
    async fn a_text_for_the_user_is_said_as_it_is_and_not_logged() {
        let (logs, _guard) = capture_json("info");
        let settled = settle(says(1, "x"), || Error::user("нет")).await;
        assert_eq!(
            settled,
            Settled {
                outcome: Outcome::Refused,
                reply: Reply::text("нет")
            }
        );
        assert!(logs.records().is_empty());
    }

    #[tokio::test]
    async fn any_other_error_is_apologised_for_and_logged_once_with_chain_and_backtrace() {
        let (logs, _guard) = capture_json("info");
        let fails = || Error::context("the form was lost", std::io::Error::other("disk on fire"));
        let settled = settle(says(1, "x"), fails).await;
        assert_eq!(
            settled,
            Settled {
                outcome: Outcome::Failed,
                reply: Reply::text(APOLOGY)
            }
        );
        let records = logs.records();
        assert_eq!(records.len(), 1);
        assert_eq!(records[0]["error"], "the form was lost: disk on fire");
        let backtrace = records[0]["backtrace"].as_str().expect("a text");
        assert!(backtrace.contains("error_reply::tests"), "{backtrace}");
    }

    #[tokio::test]
    async fn a_button_without_a_chat_is_answered_with_the_apology() {
        let settled = settle(presses(1, "x"), || Error::message("x")).await;
        assert_eq!(settled.reply, Reply::toast(APOLOGY));
    }

    #[tokio::test]
    async fn a_groups_talk_is_not_flooded_with_apologies_while_a_server_is_away() {
        let away = settle(says_in_group(1, "x"), || {
            Error::unavailable("PostgreSQL", "x")
        })
        .await;
        assert_eq!((away.outcome, away.reply), (Outcome::Retry, Reply::none()));
        let failed = settle(says_in_group(1, "x"), || Error::message("x")).await;
        assert_eq!(
            (failed.outcome, failed.reply),
            (Outcome::Retry, Reply::none())
        );
        let command = settle(says_in_group(1, "/x"), || Error::unavailable("NATS", "x")).await;
        assert_eq!(
            (command.outcome, command.reply),
            (Outcome::Failed, Reply::text(APOLOGY))
        );
    }

    #[tokio::test]
    async fn a_silent_update_is_tried_again_however_it_failed() {
        let away = settle(blocks(1), || Error::unavailable("PostgreSQL", "x")).await;
        assert_eq!(
            away,
            Settled {
                outcome: Outcome::Retry,
                reply: Reply::none()
            }
        );
        let failed = settle(blocks(1), || Error::message("x")).await;
        assert_eq!(failed, away);
        let poison = || {
            Error::Poison(Poison {
                deliveries: 6,
                error: None,
            })
        };
        let set_aside = settle(blocks(1), poison).await;
        assert_eq!(
            set_aside,
            Settled {
                outcome: Outcome::Failed,
                reply: Reply::none()
            }
        );
        let awaited = settle(says(1, "x"), || Error::unavailable("PostgreSQL", "x")).await;
        assert_eq!(awaited.outcome, Outcome::Failed);
    }
}
