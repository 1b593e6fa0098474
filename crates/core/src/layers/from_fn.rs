//! A layer that is one async function. What needs settings with builders, or a future of its own, is
//! written as a tower layer instead.

use std::{
    any::type_name,
    fmt,
    future::Future,
    task::{Context, Poll},
};

use futures_util::future::BoxFuture;
use tower::{Layer, Service};

use crate::{Error, IntoError, IntoReply, Reply, Request, Result, Route};

/// A layer of an async function, which is given the request and what comes [`Next`]. It may look at both
/// the request and the reply, change them, or answer by itself.
///
/// ```
/// use ostankino_core::{Error, Reply, Request, Result, Router, layers::{Next, from_fn}};
///
/// /// Lets through those over 18, as they say.
/// async fn adults(request: Request, next: Next) -> Result<Reply> {
///     match request.update.text() {
///         Some("мне 17") => Err(Error::user("Приходите через год.")),
///         _ => next.run(request).await,
///     }
/// }
///
/// let router = Router::new()
///     .text(|| async { "Заходите." })
///     .layer(from_fn(adults))
///     .layer(from_fn(async |request: Request, next: Next| {
///         tracing::info!("somebody speaks");
///         next.run(request).await
///     }));
/// # drop(router);
/// ```
///
/// What a closure captures it gives away a copy of, since each update may need it:
/// `from_fn(move |request, next| { let admins = admins.clone(); async move { … } })`.
pub fn from_fn<F, Fut>(function: F) -> FromFnLayer<F>
where
    F: Fn(Request, Next) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output: IntoReply> + Send + 'static,
{
    FromFnLayer { function }
}

/// The layer that [`from_fn`] makes.
#[derive(Clone, Copy)]
#[must_use = "a layer does nothing until something is wrapped in it"]
pub struct FromFnLayer<F> {
    function: F,
}

impl<F, S> Layer<S> for FromFnLayer<F>
where
    F: Clone,
    S: Service<Request, Response = Reply, Error: IntoError, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
{
    type Service = FromFn<F>;

    fn layer(&self, inner: S) -> FromFn<F> {
        FromFn {
            function: self.function.clone(),
            next: Next(Route::new(inner)),
        }
    }
}

/// The service of [`FromFnLayer`].
#[derive(Clone)]
pub struct FromFn<F> {
    function: F,
    next: Next,
}

impl<F, Fut> Service<Request> for FromFn<F>
where
    F: Fn(Request, Next) -> Fut,
    Fut: Future<Output: IntoReply> + Send + 'static,
{
    type Response = Reply;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Reply>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let answered = (self.function)(request, self.next.clone());
        Box::pin(async { answered.await.into_reply() })
    }
}

/// What is inside of a layer made by [`from_fn`]: further layers, and the handler in the end.
#[derive(Clone, Debug)]
pub struct Next(Route);

impl Next {
    /// Handles the request.
    ///
    /// # Errors
    ///
    /// What is inside failed.
    pub async fn run(self, request: Request) -> Result<Reply> {
        self.0.send(request).await
    }
}

impl<F> fmt::Debug for FromFnLayer<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FromFnLayer<{}>", type_name::<F>())
    }
}

impl<F> fmt::Debug for FromFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FromFn<{}>", type_name::<F>())
    }
}

#[cfg(test)]
mod tests {
    use tower::{ServiceBuilder, ServiceExt, service_fn};

    use super::*;
    use crate::{Extension, Handler, Router, testing::says};

    #[derive(Clone)]
    struct Who(&'static str);

    async fn greets(Extension(Who(name)): Extension<Who>) -> String {
        format!("Здравствуйте, {name}!")
    }

    /// Gives what is inside an extension, and adds to its reply.
    async fn introduces(mut request: Request, next: Next) -> Result<Reply> {
        request.extensions.insert(Who("Анна"));
        Ok(next.run(request).await?.and(Reply::text("Познакомились.")))
    }

    #[tokio::test]
    async fn it_sees_what_goes_in_and_what_comes_out() {
        let greeted = Reply::text("Здравствуйте, Анна!").and(Reply::text("Познакомились."));
        let routes = [
            Router::new().text(greets).layer(from_fn(introduces)),
            Router::new().text(greets.layer(from_fn(introduces))),
        ];
        for router in routes {
            let reply = router.oneshot(says(1, "привет")).await.expect("a reply");
            assert_eq!(texts(&reply), texts(&greeted));
        }
    }

    fn texts(reply: &Reply) -> Vec<String> {
        let calls = reply.calls().iter();
        calls
            .map(|call| call.params()["text"].to_string())
            .collect()
    }

    #[tokio::test]
    async fn it_may_answer_by_itself_whatever_a_handler_may() {
        let open = service_fn(|_| async { Ok::<_, Error>(Reply::text("Открыто.")) });
        let closed = from_fn(async |_: Request, _: Next| "Закрыто.");
        let reply = closed.layer(open).oneshot(says(1, "x")).await;
        assert_eq!(texts(&reply.expect("a reply")), ["\"Закрыто.\""]);
    }

    #[tokio::test]
    async fn several_pass_the_request_on_from_the_outside_in() {
        let named = |name: &'static str| {
            from_fn(move |request: Request, next: Next| async move {
                let inside = next.run(request).await?;
                Ok::<_, Error>(Reply::text(name).and(inside))
            })
        };
        let service = ServiceBuilder::new()
            .layer(named("A"))
            .layer(named("B"))
            .service(service_fn(|_| async { Ok::<_, Error>(Reply::text("в")) }));
        let reply = service.oneshot(says(1, "x")).await.expect("a reply");
        assert_eq!(texts(&reply), ["\"A\"", "\"B\"", "\"в\""]);
    }
}
