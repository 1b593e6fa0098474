//! Lets the effects of an update happen once, however often it comes: what was applied before is
//! not handled again, only finished.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::future::BoxFuture;
use tower::{Layer, Service};

use super::error_reply::{answer, is_tried_again};
use crate::{
    Error, Reply, Request, Result,
    db::{Inbox, InboxEntry, InboxKey},
    effects::Effects,
    fsm::{Cause, NatsStorage},
    journal::Journal,
    request::{Asker, Delivery, Poison},
};

/// Looks an update that came before up in the inbox, and finishes it if it was applied: changes
/// its dialogues and gives its stored reply. It does the same when the session, or a dialogue,
/// tells that somebody else applied it. What is poison, or was set aside, fails here, before any
/// handler code. What failed for good is noted in the inbox before anybody hears of it.
#[derive(Clone, Debug)]
pub struct OnceLayer(Arc<Stores>);

#[derive(Debug)]
struct Stores {
    inbox: Inbox,
    dialogues: NatsStorage,
}

impl OnceLayer {
    /// Updates are looked up in `inbox`; their dialogues are in `dialogues`.
    #[must_use]
    pub fn new(inbox: Inbox, dialogues: NatsStorage) -> Self {
        Self(Arc::new(Stores { inbox, dialogues }))
    }
}

impl<S> Layer<S> for OnceLayer {
    type Service = Once<S>;

    fn layer(&self, inner: S) -> Once<S> {
        Once {
            inner,
            stores: self.0.clone(),
        }
    }
}

/// The service of [`OnceLayer`].
#[derive(Clone, Debug)]
pub struct Once<S> {
    inner: S,
    stores: Arc<Stores>,
}

impl<S> Service<Request> for Once<S>
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
        let delivery = request.extensions.get::<Delivery>().cloned();
        let update = Arrived {
            asker: Asker::of(&request),
            stores: self.stores.clone(),
            journal,
            key: InboxKey::of(&request),
            cause: Cause::new(request.update.id, delivery.as_ref()),
            delivery,
        };
        // Nothing happens before it is polled.
        let handled = self.inner.call(request);
        Box::pin(async move {
            if update.cause.is_repeated
                && let Some(reply) = update.finish_applied().await?
            {
                return Ok(reply);
            }
            if let Some(poison) = update.poison() {
                return Err(Error::Poison(poison));
            }
            match handled.await {
                Err(Error::Repeated) => update.finish_repeated().await,
                Err(error @ Error::SetAside) => Err(error),
                Err(error) if is_tried_again(&update.asker, &error) => Err(error),
                Err(error) => update.fail(error).await,
                Ok(reply) => Ok(reply),
            }
        })
    }
}

/// An update on its way, as far as it must be known here.
struct Arrived {
    asker: Asker,
    stores: Arc<Stores>,
    journal: Journal,
    key: InboxKey,
    cause: Cause,
    delivery: Option<Delivery>,
}

impl Arrived {
    fn poison(&self) -> Option<Poison> {
        self.delivery.as_ref()?.poison.clone()
    }

    /// Finishes the update if the inbox knows it; gives what is still to be said.
    async fn finish_applied(&self) -> Result<Option<Reply>> {
        let found = self.stores.inbox.find(self.key).await;
        let Some(entry) = found.map_err(Error::unsettled)? else {
            return Ok(None);
        };
        if entry.is_dead {
            return Err(Error::SetAside);
        }
        tracing::info!(
            is_finished = entry.effects.is_none(),
            "the update came again: it is not handled a second time"
        );
        let Some(effects) = entry.effects else {
            self.journal.over();
            return Ok(Some(Reply::none()));
        };
        let reply = self.bring_about(Effects::decode(&effects)?).await?;
        self.finish_when_sent();
        Ok(Some(reply))
    }

    fn finish_when_sent(&self) {
        let (inbox, key) = (self.stores.inbox.clone(), self.key);
        self.journal
            .when_sent(move || async move { inbox.finish(key).await });
    }

    /// Finishes an update of which the session or a dialogue told that it is applied.
    async fn finish_repeated(&self) -> Result<Reply> {
        if let Some(reply) = self.finish_applied().await? {
            return Ok(reply);
        }
        tracing::info!("the update came again: its dialogue is past it");
        let Some(effects) = self.journal.left() else {
            self.journal.over();
            return Ok(Reply::none());
        };
        self.bring_about(Effects::decode(effects.get().as_bytes())?)
            .await
    }

    /// Changes the dialogues; gives the reply.
    async fn bring_about(&self, effects: Effects) -> Result<Reply> {
        let dialogues = &self.stores.dialogues;
        for change in &effects.dialogues {
            let read = dialogues.load(&change.key).await;
            let read = read.map_err(Error::unsettled)?;
            // Where it is past the update, it was changed before.
            let _ = dialogues.advance(change, &self.cause, read, None).await?;
        }
        Ok(Reply::of(effects.calls))
    }

    /// The update failed for good and is answered so. Before that is said it is noted, with the
    /// answer, so that no other worker applies it after all, out of its turn; if one did, that is
    /// what counts.
    async fn fail(&self, error: Error) -> Result<Reply> {
        let has_twin = self.delivery.as_ref().is_some_and(Delivery::may_have_twin);
        match &error {
            // What a handler refuses it refuses anyone: alone, it needs no row.
            Error::User(_) if !has_twin => return Err(error),
            // Without a database nobody applies it; a twin may once it is back.
            Error::Unavailable {
                service: "PostgreSQL",
                ..
            } if has_twin => return Err(Error::unsettled(error)),
            Error::Unavailable {
                service: "PostgreSQL",
                ..
            } => return Err(error),
            _ => {}
        }
        let answer = answer(&self.asker, &error);
        let is_owed = answer.is_owed(&self.asker.update);
        let effects = Effects::new(Vec::new(), &answer);
        let entry = InboxEntry {
            effects: is_owed.then(|| effects.encode()).transpose()?,
            is_dead: false,
        };
        match self.stores.inbox.close(self.key, entry).await {
            Ok(true) => {
                if is_owed {
                    self.finish_when_sent();
                }
                Err(error)
            }
            Ok(false) => self.finish_repeated().await,
            Err(away) if away.is_unavailable() && !has_twin => Err(error),
            Err(unknown) => Err(Error::unsettled(unknown)),
        }
    }
}
