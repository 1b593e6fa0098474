//! Gives handlers their dialogues, and writes what they changed. It stands outside of the session,
//! so that a change is written only after the commit, and outside of the time-out, so that a
//! change is not lost after it.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::future::BoxFuture;
use tower::{Layer, Service};

use crate::{
    Error, Reply, Request, Result,
    effects::Effects,
    fsm::{Cause, Change, FsmContext, Journaled, NatsStorage},
    journal::Journal,
    request::{CurrentState, Delivery},
    telegram::Update,
};

/// Inserts the dialogues of the update's place, read when first asked for; writes their changes
/// after everything inside succeeded, and forgets them if it failed.
///
/// What is left to do after the first change, and the reply, are stored with that change, unless
/// the session stored all of it with its commit.
#[derive(Clone, Debug)]
pub struct FsmLayer {
    storage: NatsStorage,
}

impl FsmLayer {
    /// Dialogues are kept in `storage`.
    #[must_use]
    pub fn new(storage: NatsStorage) -> Self {
        Self { storage }
    }
}

impl<S> Layer<S> for FsmLayer {
    type Service = FsmService<S>;

    fn layer(&self, inner: S) -> FsmService<S> {
        FsmService {
            inner,
            storage: self.storage.clone(),
        }
    }
}

/// The service of [`FsmLayer`].
#[derive(Clone, Debug)]
pub struct FsmService<S> {
    inner: S,
    storage: NatsStorage,
}

impl<S> Service<Request> for FsmService<S>
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
        let cause = Cause::new(request.update.id, request.extensions.get::<Delivery>());
        let bot = request.bot.id();
        let context = FsmContext::of(self.storage.clone(), &request.update, bot, cause);
        request
            .extensions
            .insert(CurrentState(Arc::new(context.clone())));
        request.extensions.insert(context.clone());
        let after = Handled {
            update: request.update.clone(),
            storage: self.storage.clone(),
            context,
            journal: Journal::of(&mut request),
        };
        let handled = self.inner.call(request);
        Box::pin(async move {
            let handled = match handled.await {
                Ok(reply) => after.write(reply).await,
                Err(error) => Err(error),
            };
            if matches!(handled, Err(Error::Repeated)) {
                after.tell_what_is_left();
            }
            handled
        })
    }
}

/// An update after its handler.
struct Handled {
    update: Update,
    storage: NatsStorage,
    context: FsmContext,
    journal: Journal,
}

impl Handled {
    /// Writes what was changed; the first change tells all that is left, if the session did not.
    async fn write(&self, reply: Reply) -> Result<Reply> {
        let mut changes = self.context.changes()?.into_iter();
        if self.journal.is_stored() {
            self.write_all(changes).await?;
            return Ok(reply);
        }
        while let Some(change) = changes.next() {
            let effects = Effects::new(changes.as_slice().to_vec(), &reply);
            let is_done = effects.dialogues.is_empty() && !reply.is_owed(&self.update);
            let left = if is_done {
                None
            } else {
                Some(effects.to_raw()?)
            };
            let Some(journaled) = self.context.write(&change, true, left).await? else {
                continue;
            };
            self.write_all(changes).await?;
            if !is_done {
                self.finish_when_sent(journaled);
            }
            break;
        }
        Ok(reply)
    }

    /// Writes changes of an update that is known as applied: they must follow.
    async fn write_all(&self, changes: impl Iterator<Item = Change>) -> Result<()> {
        for change in changes {
            match self.context.write(&change, false, None).await {
                // Where another worker was faster, it is done.
                Ok(_) | Err(Error::Repeated) => {}
                Err(error) => return Err(Error::unsettled(error)),
            }
        }
        Ok(())
    }

    /// The update was applied before: passes on what a dialogue says that it left to do.
    fn tell_what_is_left(&self) {
        let Some(left) = self.context.left() else {
            return;
        };
        if let (Some(effects), Some(journaled)) = (left.effects, left.journaled) {
            self.journal.leave(effects);
            self.finish_when_sent(journaled);
        }
    }

    fn finish_when_sent(&self, journaled: Journaled) {
        let storage = self.storage.clone();
        self.journal
            .when_sent(move || async move { storage.finish(journaled).await });
    }
}
