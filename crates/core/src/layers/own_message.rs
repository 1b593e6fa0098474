//! Passes over what the bot itself said in a business chat: Telegram sends it back as an update, and
//! a bot that answers everybody would answer itself for ever.

use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use tower::{Layer, Service};

use crate::{Reply, Request};

/// Ends updates that are messages of the bot's own: no handler gets them.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct OwnMessageLayer;

impl OwnMessageLayer {
    /// The layer.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl<S> Layer<S> for OwnMessageLayer {
    type Service = OwnMessage<S>;

    fn layer(&self, inner: S) -> OwnMessage<S> {
        OwnMessage { inner }
    }
}

/// The service of [`OwnMessageLayer`].
#[derive(Clone, Debug)]
pub struct OwnMessage<S> {
    inner: S,
}

impl<S> Service<Request> for OwnMessage<S>
where
    S: Service<Request, Response: From<Reply>>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<S::Response, S::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if request.update.is_sent_by(request.bot.id()) {
            tracing::debug!("a message of the bot's own is passed over");
            return Box::pin(async { Ok(Reply::none().into()) });
        }
        Box::pin(self.inner.call(request))
    }
}
