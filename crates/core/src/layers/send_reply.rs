//! Sends replies, after everything inside is committed. A reply that cannot be sent is logged: it
//! is not an error of the update, whose work is done.

mod answer;
mod instead;

use std::{
    convert::Infallible,
    fmt,
    future::Future,
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::future::BoxFuture;
use tower::{Layer, Service};

use self::answer::Answer;
use crate::{
    Outcome, Request, Result,
    outcome::{Conclusion, Settled},
    request::UpdateKey,
};

/// Makes the calls of a reply, in order, and records that they are made where the reply was stored.
///
/// What Telegram refuses is said in another way where that may help: shorter, without the markup,
/// without the topic that is gone. Otherwise whoever waits for the reply hears the apology.
#[derive(Clone, Debug, Default)]
pub struct SendReplyLayer {
    when_blocked: WhenBlocked,
}

impl SendReplyLayer {
    /// Tells nobody of blocks.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Has it done when a call shows that a user blocked the bot: with the user's id, and the update
    /// that the call answers. The next call waits for it.
    #[must_use]
    pub fn when_blocked<F>(self, act: impl Fn(i64, UpdateKey) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let act: Act = Arc::new(move |user, as_of| Box::pin(act(user, as_of)));
        Self {
            when_blocked: WhenBlocked(Some(act)),
        }
    }
}

type Act = Arc<dyn Fn(i64, UpdateKey) -> BoxFuture<'static, Result<()>> + Send + Sync>;

/// What is done when a user blocked the bot.
#[derive(Clone, Default)]
struct WhenBlocked(Option<Act>);

impl WhenBlocked {
    async fn act(&self, user: i64, as_of: UpdateKey) -> Result<()> {
        match &self.0 {
            Some(act) => act(user, as_of).await,
            None => Ok(()),
        }
    }
}

impl fmt::Debug for WhenBlocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WhenBlocked")
            .field(&self.0.is_some())
            .finish()
    }
}

impl<S> Layer<S> for SendReplyLayer {
    type Service = SendReply<S>;

    fn layer(&self, inner: S) -> SendReply<S> {
        SendReply {
            inner,
            when_blocked: self.when_blocked.clone(),
        }
    }
}

/// The service of [`SendReplyLayer`].
#[derive(Clone, Debug)]
pub struct SendReply<S> {
    inner: S,
    when_blocked: WhenBlocked,
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
        let mut answer = Answer::new(&request, self.when_blocked.clone());
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
        testing::{bot_of, presses, says},
    };

    async fn send(tg: &Emulator, mut request: Request, reply: Reply) -> Outcome {
        request.bot = bot_of(tg);
        let service = SendReplyLayer::new().layer(service_fn(move |_| {
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
