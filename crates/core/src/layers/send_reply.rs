//! Sends replies, after everything inside is committed. A reply that cannot be sent is logged: it
//! is not an error of the update, whose work is done.

mod answer;
mod instead;
mod log;
mod make;
mod store;
mod told;

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
pub use self::{
    instead::{Instead, Renewal},
    make::{Made, Trouble, make},
    store::{Owed, ReplyStore, Why, place_of},
    told::tell_answer,
};
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
    store: Store,
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
            ..self
        }
    }

    /// Has the names of messages, and the calls that are made later, kept there. Without it a message has no name, and
    /// what cannot be sent in time is not sent.
    #[doc(hidden)]
    #[must_use]
    pub fn with_store(self, store: Arc<dyn ReplyStore>) -> Self {
        Self {
            store: Store(Some(store)),
            ..self
        }
    }
}

#[derive(Clone, Default)]
struct Store(Option<Arc<dyn ReplyStore>>);

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Store").field(&self.0.is_some()).finish()
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
            store: self.store.clone(),
        }
    }
}

/// The service of [`SendReplyLayer`].
#[derive(Clone, Debug)]
pub struct SendReply<S> {
    inner: S,
    when_blocked: WhenBlocked,
    store: Store,
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
        let mut answer = Answer::new(&request, self.when_blocked.clone(), self.store.0.clone());
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
mod tests;
