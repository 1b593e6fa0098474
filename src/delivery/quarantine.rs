//! Keeps an update that was begun too often without a result away from handlers: it becomes a dead
//! letter, and whoever waits for an answer gets the apology.

use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use tower::{Layer, Service};

use super::DeadLetters;
use crate::{
    Error, Reply, Request, Result,
    db::{Inbox, InboxKey},
    request::Delivery,
};

/// Sets poisonous updates aside: first the letter is stored, then the inbox notes it, so that no
/// worker that wakes up late applies the update any more. Others pass.
#[derive(Clone, Debug)]
pub struct QuarantineLayer {
    dead_letters: DeadLetters,
    inbox: Inbox,
}

impl QuarantineLayer {
    /// Letters go to `dead_letters`.
    #[must_use]
    pub fn new(dead_letters: DeadLetters, inbox: Inbox) -> Self {
        Self {
            dead_letters,
            inbox,
        }
    }
}

impl<S> Layer<S> for QuarantineLayer {
    type Service = Quarantine<S>;

    fn layer(&self, inner: S) -> Quarantine<S> {
        Quarantine {
            inner,
            layer: self.clone(),
        }
    }
}

/// The service of [`QuarantineLayer`].
#[derive(Clone, Debug)]
pub struct Quarantine<S> {
    inner: S,
    layer: QuarantineLayer,
}

impl<S> Service<Request> for Quarantine<S>
where
    S: Service<Request, Response = Reply, Error = Error>,
    S::Future: Send + 'static,
{
    type Response = Reply;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Reply>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let delivery = request.extensions.get::<Delivery>();
        let Some(poison) = delivery.and_then(|delivery| delivery.poison.clone()) else {
            return Box::pin(self.inner.call(request));
        };
        let QuarantineLayer {
            dead_letters,
            inbox,
        } = self.layer.clone();
        Box::pin(async move {
            let key = InboxKey {
                bot_id: request.bot.id(),
                update_id: request.update.id,
            };
            let unknown = || {
                "no attempt left a word: its process ended, or stood still, each time".to_owned()
            };
            let last = poison.error.unwrap_or_else(unknown);
            let reason = format!("delivered {} times: {last}", poison.deliveries);
            let update = request.update.raw().clone();
            let stored = async {
                dead_letters.store(update, &reason).await?;
                inbox.close(key, true).await
            };
            stored.await.map_err(Error::unsettled)?;
            Err(Error::Poison {
                deliveries: poison.deliveries,
                last,
            })
        })
    }
}
