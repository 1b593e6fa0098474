//! Values as layers: `.layer(Extension(client))` gives all handlers inside an `Extension<Client>`, and
//! `.layer(State(client))` a `State<Client>`.

use std::task::{Context, Poll};

use tower::{Layer, Service};

use crate::{Extension, Request, State};

/// The service of [`Extension`], or of [`State`], as a layer: inserts a copy of the value into each request.
#[derive(Clone, Copy, Debug)]
pub struct AddExtension<S, T> {
    inner: S,
    value: T,
}

impl<S, T: Clone> Layer<S> for Extension<T> {
    type Service = AddExtension<S, T>;

    fn layer(&self, inner: S) -> AddExtension<S, T> {
        AddExtension {
            inner,
            value: self.0.clone(),
        }
    }
}

/// For one router or one route, where the app has no such state, or another.
impl<S, T: Clone> Layer<S> for State<T> {
    type Service = AddExtension<S, Self>;

    fn layer(&self, inner: S) -> AddExtension<S, Self> {
        AddExtension {
            inner,
            value: self.clone(),
        }
    }
}

impl<S, T> Service<Request> for AddExtension<S, T>
where
    S: Service<Request>,
    T: Clone + Send + Sync + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> S::Future {
        request.extensions.insert(self.value.clone());
        self.inner.call(request)
    }
}

#[cfg(test)]
mod tests {
    use tower::ServiceExt;

    use super::*;
    use crate::{Reply, Router, testing::says};

    #[tokio::test]
    async fn the_innermost_value_counts() {
        let tells = |Extension(text): Extension<&'static str>| async move { text };
        let router = Router::new()
            .text(tells)
            .layer(Extension("внутри"))
            .layer(Extension("снаружи"));
        let reply = router.oneshot(says(1, "x")).await.expect("a reply");
        assert_ne!(reply, Reply::none());
        assert_eq!(reply.calls()[0].params()["text"], "внутри");
    }
}
