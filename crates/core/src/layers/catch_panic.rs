//! Turns a panic of a handler into an error, so that the session rolls back as for any other and
//! no worker ends.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook, take_hook},
    sync::Once,
    task::{Context, Poll},
};

use futures_util::future::{BoxFuture, poll_fn};
use tower::{Layer, Service};

use crate::{Error, Reply, Request, Result, error::Origin};

/// Catches panics. Making the layer installs a panic hook, once per process, which records the place
/// of panics that will be caught, and leaves all others to the hook before it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CatchPanicLayer;

impl CatchPanicLayer {
    /// The layer.
    #[must_use]
    #[expect(
        clippy::new_without_default,
        reason = "it has an effect: the panic hook"
    )]
    pub fn new() -> Self {
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(|| {
            let before = take_hook();
            set_hook(Box::new(move |info| {
                if CATCHING.get() {
                    record(info)
                } else {
                    before(info)
                }
            }));
        });
        Self
    }
}

impl<S> Layer<S> for CatchPanicLayer {
    type Service = CatchPanic<S>;

    fn layer(&self, inner: S) -> CatchPanic<S> {
        CatchPanic { inner }
    }
}

/// The service of [`CatchPanicLayer`].
#[derive(Clone, Debug)]
pub struct CatchPanic<S> {
    inner: S,
}

impl<S> Service<Request> for CatchPanic<S>
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
        let called = catching(|| self.inner.call(request));
        Box::pin(async move {
            let mut handled = Box::pin(called?);
            poll_fn(|cx| match catching(|| handled.as_mut().poll(cx)) {
                Ok(poll) => poll,
                Err(panic) => Poll::Ready(Err(panic)),
            })
            .await
        })
    }
}

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
    static LAST_PANIC: RefCell<Option<(String, Origin)>> = const { RefCell::new(None) };
}

fn catching<T>(work: impl FnOnce() -> T) -> Result<T> {
    let outer = CATCHING.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    CATCHING.set(outer);
    result.map_err(|payload| {
        let recorded = LAST_PANIC.take();
        let (place, origin) =
            recorded.unwrap_or_else(|| ("an unknown place".into(), Origin::here()));
        Error::Panic {
            message: format!("{} at {place}", text(&*payload)),
            origin,
        }
    })
}

fn record(info: &PanicHookInfo<'_>) {
    let place = info
        .location()
        .map_or_else(|| "an unknown place".into(), ToString::to_string);
    LAST_PANIC.set(Some((place, Origin::here())));
}

fn text(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use tower::{ServiceExt, service_fn};

    use super::*;
    use crate::testing::says;

    #[tokio::test]
    async fn a_panic_is_an_error_with_its_message_place_and_backtrace() {
        let service = CatchPanicLayer::new().layer(service_fn(|_| async {
            tokio::task::yield_now().await;
            let nobody: [Reply; 0] = [];
            Ok(nobody.first().cloned().expect("there was one"))
        }));
        let error = service.oneshot(says(1, "x")).await.expect_err("a panic");
        let Error::Panic { message, origin } = error else {
            panic!("{error:?}")
        };
        assert!(
            message.starts_with("there was one at crates/core/src/layers/catch_panic.rs:"),
            "{message}"
        );
        assert!(
            origin.to_string().contains("catch_panic::tests"),
            "{origin}"
        );
    }

    #[tokio::test]
    async fn a_panic_before_the_first_poll_is_caught_too() {
        let service = CatchPanicLayer::new().layer(service_fn(|request: Request| {
            assert_eq!(request.update.id, 2, "a wrong id");
            async { Ok(Reply::none()) }
        }));
        let error = service.oneshot(says(1, "x")).await.expect_err("a panic");
        assert!(error.to_string().contains("a wrong id"), "{error}");
    }
}
