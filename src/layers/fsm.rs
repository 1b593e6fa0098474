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
    fsm::{FsmContext, NatsStorage, Place},
    request::CurrentState,
};

/// Inserts the dialogues of the update's place, read when first asked for; writes their changes
/// after everything inside succeeded, and forgets them if it failed.
///
/// A change that cannot be written is an error, though the session is committed by then: the
/// dialogue stands where it stood, and the user hears the apology.
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
        let place = Place::of(&request.update, request.bot.id());
        let context = FsmContext::new(self.storage.clone(), place);
        request
            .extensions
            .insert(CurrentState(Arc::new(context.clone())));
        request.extensions.insert(context.clone());
        let handled = self.inner.call(request);
        Box::pin(async move {
            let reply = handled.await?;
            context.apply().await?;
            Ok(reply)
        })
    }
}
