//! Keeps an update that was begun too often without a result away from handlers: it becomes a dead
//! letter, and whoever waits for an answer gets the apology.

use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use tower::{Layer, Service};

use super::{DeadLetters, Letter, dead_letters::command};
use crate::{
    Error, Reply, Request, Result,
    db::{Inbox, InboxEntry, InboxKey},
    journal::Journal,
    request::{Delivery, Position},
};

/// Why poison is set aside.
pub(super) const BEGUN_TOO_OFTEN: &str = "it was begun too often without a result";

/// The name of the update at that place of the queue, under which it becomes one letter.
pub(super) fn queued_as(Position(epoch, sequence): Position) -> String {
    format!("{epoch}.{sequence}")
}

/// Sets aside what is told to be poison inside: first the letter is stored, then the inbox notes
/// it, so that no worker that wakes up late applies the update any more.
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

    fn call(&mut self, mut request: Request) -> Self::Future {
        let journal = Journal::of(&mut request);
        let key = InboxKey::of(&request);
        let update = request.update.raw().clone();
        let delivery = request.extensions.get::<Delivery>().cloned();
        let QuarantineLayer {
            dead_letters,
            inbox,
        } = self.layer.clone();
        let handled = self.inner.call(request);
        Box::pin(async move {
            let error = match handled.await {
                Err(error @ (Error::Poison(_) | Error::SetAside)) => error,
                handled => return handled,
            };
            let poison = match &error {
                Error::Poison(poison) => Some(poison.clone()),
                _ => None,
            };
            // Also the letter of one that was set aside before: it may be another copy of it, and
            // the first one's letter may be taken out meanwhile.
            let letter = Letter {
                update,
                reason: BEGUN_TOO_OFTEN.into(),
                deliveries: delivery.as_ref().map(|delivery| delivery.attempt),
                error: poison.and_then(|poison| poison.error),
                queued_as: delivery.map(|delivery| queued_as(delivery.position)),
            };
            let set_aside = async {
                let number = dead_letters.store(letter).await?;
                let entry = InboxEntry {
                    effects: None,
                    is_dead: true,
                };
                inbox.close(key, entry).await.map(|_| number)
            };
            let letter = set_aside.await.map_err(Error::unsettled)?;
            if matches!(error, Error::SetAside) {
                journal.over();
                return Ok(Reply::none());
            }
            tracing::error!(
                letter,
                show = command(letter),
                error = error.chain(),
                error_kind = error.kind(),
                "the update is set aside as a dead letter"
            );
            Err(error)
        })
    }
}
