//! Cuts short what takes too long. It is not a limit on sending replies, which stands outside.

use std::{
    task::{Context, Poll},
    time::Duration,
};

use futures_util::future::BoxFuture;
use tower::{Layer, Service};

use crate::{Error, Reply, Request, Result, request::HandlerClock};

/// Drops the future of what is inside after a while; the database session then closes its
/// connection, so that the server rolls back. The time that a handler waits for its turn at a
/// connection does not count.
#[derive(Clone, Copy, Debug)]
pub struct TimeoutLayer {
    limit: Duration,
}

impl TimeoutLayer {
    /// Handling an update may take `limit`.
    #[must_use]
    pub fn new(limit: Duration) -> Self {
        Self { limit }
    }
}

impl<S> Layer<S> for TimeoutLayer {
    type Service = Timeout<S>;

    fn layer(&self, inner: S) -> Timeout<S> {
        Timeout {
            inner,
            limit: self.limit,
        }
    }
}

/// The service of [`TimeoutLayer`].
#[derive(Clone, Debug)]
pub struct Timeout<S> {
    inner: S,
    limit: Duration,
}

impl<S> Service<Request> for Timeout<S>
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
        let clock = request.extensions.get::<HandlerClock>().cloned();
        let clock = clock.unwrap_or_else(HandlerClock::new);
        let (limit, handled) = (self.limit, self.inner.call(request));
        Box::pin(async move {
            tokio::select! {
                biased;
                handled = handled => handled,
                () = clock.has_run(limit) => Err(Error::Timeout(limit)),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use tower::{ServiceExt, service_fn};

    use super::*;
    use crate::testing::says;

    #[tokio::test(start_paused = true)]
    async fn what_takes_too_long_is_dropped() {
        let held = std::sync::Arc::new(());
        let inside = held.clone();
        let service = TimeoutLayer::new(Duration::from_secs(1)).layer(service_fn(move |_| {
            let inside = inside.clone();
            async move {
                std::future::pending::<()>().await;
                drop(inside);
                Ok(Reply::none())
            }
        }));
        let error = service.oneshot(says(1, "x")).await.expect_err("too late");
        assert!(matches!(error, Error::Timeout(limit) if limit == Duration::from_secs(1)));
        assert_eq!(std::sync::Arc::strong_count(&held), 1);
    }
}
