//! Sends replies, after everything inside is committed. A reply that cannot be sent is logged: it
//! is not an error of the update, whose work is done.

mod answer;
mod instead;

use std::{
    convert::Infallible,
    task::{Context, Poll},
};

use futures_util::future::BoxFuture;
use tower::{Layer, Service};

use self::answer::Answer;
use crate::{
    Outcome, Request,
    outcome::{Conclusion, Settled},
    users::UserTracker,
};

/// Makes the calls of a reply, in order, and records that they are made where the reply was stored.
/// A user who blocked the bot meanwhile is recorded as such.
///
/// What Telegram refuses is said in another way where that may help: shorter, without the markup,
/// without the topic that is gone. Otherwise whoever waits for the reply hears the apology.
#[derive(Clone, Debug)]
pub struct SendReplyLayer {
    tracker: UserTracker,
}

impl SendReplyLayer {
    /// Blocks are recorded through `tracker`.
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
    type Response = Conclusion;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Conclusion, Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let mut answer = Answer::new(&request, self.tracker.clone());
        let settled = self.inner.call(request);
        Box::pin(async move {
            let Ok(Settled {
                mut outcome,
                reply,
                record,
                trouble,
            }) = settled.await;
            if !record.is_complete && outcome != Outcome::Retry {
                let is_whole = answer.give(reply, outcome).await;
                if !is_whole && outcome == Outcome::Ok {
                    outcome = Outcome::Unsent;
                }
            }
            if let Some(receipt) = record.receipt {
                receipt.confirm().await;
            }
            Ok(Conclusion {
                outcome,
                is_recorded: record.is_applied,
                trouble,
            })
        })
    }
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
            async move { Ok::<_, Infallible>(Settled::new(Outcome::Ok, reply)) }
        }));
        let Ok(conclusion) = service.oneshot(request).await;
        conclusion.outcome
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
        // The first one is apologised for.
        let said = ["sendMessage", "sendMessage", "sendMessage", "getMe"];
        assert_eq!(methods, said);
    }

    #[tokio::test]
    async fn a_button_pressed_too_long_ago_is_no_failure() {
        let tg = Emulator::start().await;
        assert_eq!(send(&tg, presses(1, "x"), Reply::none()).await, Outcome::Ok);
        assert_eq!(tg.calls_of("answerCallbackQuery").len(), 1);
    }
}
