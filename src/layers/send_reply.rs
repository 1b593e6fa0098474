//! Sends replies, after everything inside is committed. A reply that cannot be sent is logged: it
//! is not an error of the update, whose work is done.

use std::{
    convert::Infallible,
    task::{Context, Poll},
};

use futures_util::future::BoxFuture;
use serde_json::Value;
use tower::{Layer, Service};

use crate::{
    Bot, Call, Outcome, Request, db::UserTracker, error::chain, journal::Journal, outcome::Settled,
    telegram::ApiError,
};

/// Makes the calls of a reply, in order, and notes that they are made where the reply was stored.
/// A user who blocked the bot meanwhile is noted as such.
#[derive(Clone, Debug)]
pub struct SendReplyLayer {
    tracker: UserTracker,
}

impl SendReplyLayer {
    /// Blocks are noted through `tracker`.
    #[must_use]
    pub fn new(tracker: UserTracker) -> Self {
        Self { tracker }
    }
}

impl<S> Layer<S> for SendReplyLayer {
    type Service = SendReply<S>;

    fn layer(&self, inner: S) -> SendReply<S> {
        SendReply {
            inner,
            tracker: self.tracker.clone(),
        }
    }
}

/// The service of [`SendReplyLayer`].
#[derive(Clone, Debug)]
pub struct SendReply<S> {
    inner: S,
    tracker: UserTracker,
}

impl<S> Service<Request> for SendReply<S>
where
    S: Service<Request, Response = Settled, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Outcome;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Outcome, Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let journal = Journal::of(&mut request);
        let (bot, update) = (request.bot.clone(), request.update.clone());
        let tracker = self.tracker.clone();
        let settled = self.inner.call(request);
        Box::pin(async move {
            let Ok(Settled { mut outcome, reply }) = settled.await;
            if journal.is_over() {
                return Ok(outcome);
            }
            for call in reply.into_calls(&update) {
                let method = call.method().to_owned();
                let chat = call.params().get("chat_id").and_then(Value::as_i64);
                let Err(error) = send(&bot, call, chat).await else {
                    continue;
                };
                if is_harmless(&error) {
                    continue;
                }
                tracing::error!(method, error = chain(&error), "a reply was not sent");
                if outcome == Outcome::Ok {
                    outcome = Outcome::Unsent;
                }
                // The id of a private chat is its user's.
                if let Some(user) = chat.filter(|id| *id > 0 && error.is_blocked()) {
                    tracker.blocked(user).await;
                }
            }
            if outcome != Outcome::Retry {
                journal.sent().await;
            }
            Ok(outcome)
        })
    }
}

/// Sends a call; to the group's new id, if it became a supergroup meanwhile.
async fn send(bot: &Bot, call: Call, chat: Option<i64>) -> Result<(), ApiError> {
    let is_group = chat.is_some_and(|id| id < 0);
    let again = is_group.then(|| call.clone());
    match (bot.send(call).await, again) {
        (
            Err(ApiError::Api {
                migrate_to_chat_id: Some(id),
                ..
            }),
            Some(call),
        ) => bot.send(call.param("chat_id", id)).await,
        (sent, _) => sent,
    }
}

/// What was asked for is so already, or came too late to matter.
fn is_harmless(error: &ApiError) -> bool {
    matches!(error, ApiError::Api { code: 400, description, .. }
        if description.contains("message is not modified") || description.contains("query is too old"))
}

#[cfg(test)]
mod tests {
    use telegram_emulator::{Emulator, Fault};
    use tower::{ServiceExt, service_fn};

    use super::*;
    use crate::{
        Reply,
        telegram::Call,
        testing::{bot_of, database_config, presses, says},
    };

    fn layer() -> SendReplyLayer {
        SendReplyLayer::new(UserTracker::new(&database_config()).0)
    }

    async fn send(tg: &Emulator, mut request: Request, reply: Reply) -> Outcome {
        request.bot = bot_of(tg);
        let service = layer().layer(service_fn(move |_| {
            let reply = reply.clone();
            async move {
                Ok::<_, Infallible>(Settled {
                    outcome: Outcome::Ok,
                    reply,
                })
            }
        }));
        let Ok(outcome) = service.oneshot(request).await;
        outcome
    }

    #[tokio::test]
    async fn calls_are_made_in_order_and_one_that_fails_stops_no_other() {
        let tg = Emulator::start().await;
        let person = tg.person("A").with_id(42);
        person.says("/start");
        tg.fault(Fault::on("sendMessage").status(400).times(1));
        let reply = Reply::text("a")
            .and(Reply::text("b"))
            .and(Reply::call(Call::new("getMe")));
        assert_eq!(send(&tg, says(1, "x"), reply).await, Outcome::Unsent);
        let methods: Vec<_> = tg.calls().into_iter().map(|call| call.method).collect();
        assert_eq!(methods, ["sendMessage", "sendMessage", "getMe"]);
    }

    #[tokio::test]
    async fn a_button_pressed_too_long_ago_is_no_failure() {
        let tg = Emulator::start().await;
        assert_eq!(send(&tg, presses(1, "x"), Reply::none()).await, Outcome::Ok);
        assert_eq!(tg.calls_of("answerCallbackQuery").len(), 1);
    }
}
