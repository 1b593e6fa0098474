//! Cuts short a handler whose answer would come too late, while there is time to say so.

use std::{
    task::{Context, Poll},
    time::Duration,
};

use futures_util::future::BoxFuture;
use tokio::time::{Instant, timeout_at};
use tower::Service;

use crate::{Error, Reply, Request, Result, Route};

/// What is left for saying that it failed.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// When an update is of no use any more: an extension of those that have such a time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AnswerBy(pub(crate) Instant);

/// The same routes, each of which has until a second before the end. Unlike a time-out by the handler's clock it
/// counts what the handler waits for, too: Telegram does.
pub(crate) fn timely(routes: Route) -> Route {
    Route::new(Timely(routes))
}

#[derive(Clone)]
struct Timely(Route);

impl Service<Request> for Timely {
    type Response = Reply;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Reply>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let Some(AnswerBy(by)) = request.extensions.get().copied() else {
            return self.0.call(request);
        };
        let by = by.checked_sub(LAST_WORDS).unwrap_or(by);
        let limit = by.saturating_duration_since(Instant::now());
        let handled = self.0.call(request);
        Box::pin(async move {
            let handled = timeout_at(by, handled).await;
            handled.unwrap_or(Err(Error::Timeout(limit)))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tower::{ServiceExt, service_fn};

    use super::*;
    use crate::testing::says;

    #[tokio::test(start_paused = true)]
    async fn a_handler_ends_a_second_before_it_is_too_late() {
        let slow = service_fn(|_| async {
            pending::<()>().await;
            Ok::<_, Error>(Reply::none())
        });
        let mut request = says(1, "x");
        let begun = Instant::now();
        let by = begun + Duration::from_secs(4);
        request.extensions.insert(AnswerBy(by));
        let error = timely(Route::new(slow)).oneshot(request).await;
        let three = Duration::from_secs(3);
        assert!(matches!(error, Err(Error::Timeout(limit)) if limit == three));
        assert_eq!(begun.elapsed(), three);
    }
}
