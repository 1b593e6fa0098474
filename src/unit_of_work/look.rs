//! The layer around a look at what a handler would say: all that it does is undone.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::future::BoxFuture;
use tower::{Layer, Service};

use super::unit::{Stores, UnitOfWork};
use crate::{Error, Reply, Request, Result};

/// Gives handlers a session and dialogues as [`DbSessionLayer`](super::DbSessionLayer) does, rolls the session back and forgets what
/// was changed of the dialogues, whatever comes of it. Nothing is looked up or recorded in the inbox.
#[derive(Clone, Debug)]
pub(crate) struct LookLayer(pub(super) Arc<Stores>);

/// The service of [`LookLayer`].
#[derive(Clone, Debug)]
pub(crate) struct Looking<S> {
    inner: S,
    stores: Arc<Stores>,
}

impl<S> Layer<S> for LookLayer {
    type Service = Looking<S>;

    fn layer(&self, inner: S) -> Looking<S> {
        Looking {
            inner,
            stores: self.0.clone(),
        }
    }
}

impl<S> Service<Request> for Looking<S>
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
        let unit = UnitOfWork::of(&mut request, self.stores.clone());
        let handled = self.inner.call(request);
        Box::pin(async move {
            let said = handled.await;
            unit.undo().await;
            let mut said = said?;
            drop(said.take_effects());
            Ok(said)
        })
    }
}
