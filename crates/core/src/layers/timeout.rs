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
///
/// Of several around each other the innermost counts, from when the outermost began: so a route, or a
/// router, may have longer or shorter than all others.
///
/// ```
/// use std::time::Duration;
///
/// use ostankino_core::{Handler, Router, layers::TimeoutLayer};
///
/// async fn report() -> &'static str {
///     // What takes half a minute.
///     "Готово"
/// }
///
/// let router = Router::new()
///     .command("report", report.layer(TimeoutLayer::new(Duration::from_secs(60))));
/// # drop(router);
/// ```
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

    fn call(&mut self, mut request: Request) -> Self::Future {
        let clock = request.extensions.get_or_insert_with(HandlerClock::new);
        let Some(limited) = clock.clone().limit(self.limit) else {
            return Box::pin(self.inner.call(request));
        };
        let handled = self.inner.call(request);
        Box::pin(async move {
            tokio::select! {
                biased;
                handled = handled => handled,
                limit = limited.run_out() => Err(Error::Timeout(limit)),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{Instant, advance, sleep};
    use tower::{ServiceExt, service_fn};

    use super::*;
    use crate::{Handler, Router, testing::says};

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn what_takes_too_long_is_dropped() {
        let held = std::sync::Arc::new(());
        let inside = held.clone();
        let service = TimeoutLayer::new(SECOND).layer(service_fn(move |_| {
            let inside = inside.clone();
            async move {
                std::future::pending::<()>().await;
                drop(inside);
                Ok(Reply::none())
            }
        }));
        let error = service.oneshot(says(1, "x")).await.expect_err("too late");
        assert!(matches!(error, Error::Timeout(limit) if limit == SECOND));
        assert_eq!(std::sync::Arc::strong_count(&held), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_route_may_have_longer_or_shorter_than_all_others() {
        let slow = || sleep(20 * SECOND);
        let router = Router::new()
            .command("short", slow.layer(TimeoutLayer::new(SECOND)))
            .command("long", slow.layer(TimeoutLayer::new(60 * SECOND)))
            .layer(TimeoutLayer::new(30 * SECOND))
            .command("usual", slow);
        let service = TimeoutLayer::new(10 * SECOND).layer(router);
        for (text, limit, taken) in [
            ("/usual", Some(10), 10),
            ("/short", Some(1), 1),
            ("/long", None, 20),
        ] {
            let begun = Instant::now();
            let handled = service.clone().oneshot(says(1, text)).await;
            let cut = match handled {
                Ok(_) => None,
                Err(Error::Timeout(limit)) => Some(limit.as_secs()),
                Err(error) => panic!("{error}"),
            };
            assert_eq!(cut, limit, "{text}");
            assert_eq!(begun.elapsed(), taken * SECOND, "{text}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_is_handled_again_has_its_limit_again() {
        let request = {
            let mut request = says(1, "x");
            request.extensions.insert(HandlerClock::new());
            request
        };
        let waits = service_fn(|_| async {
            advance(SECOND).await;
            Ok(Reply::none())
        });
        let service = TimeoutLayer::new(3 * SECOND).layer(waits);
        for _ in 0..2 {
            let handled = service.clone().oneshot(request.clone()).await;
            assert_eq!(handled.expect("in time"), Reply::none());
        }
        let handled = service.oneshot(request).await;
        assert!(
            matches!(handled, Err(Error::Timeout(_))),
            "it has run for 3 s"
        );
    }
}
