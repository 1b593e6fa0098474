//! The outermost layer: what the app has for all handlers goes into the extensions of each request.

use std::task::{Context, Poll};

use http::Extensions;
use ostankino_core::texts::{Locales, Speech};
use tower::{Layer, Service};

use crate::Request;

/// Adds copies of the same extensions to each request.
#[derive(Clone, Debug)]
pub(super) struct ProvideLayer(pub(super) Extensions);

/// The service of [`ProvideLayer`].
#[derive(Clone, Debug)]
pub(super) struct Provide<S> {
    inner: S,
    extensions: Extensions,
}

impl<S> Layer<S> for ProvideLayer {
    type Service = Provide<S>;

    fn layer(&self, inner: S) -> Provide<S> {
        Provide {
            inner,
            extensions: self.0.clone(),
        }
    }
}

impl<S: Service<Request>> Service<Request> for Provide<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> S::Future {
        if !self.extensions.is_empty() {
            request.extensions.extend(self.extensions.clone());
            if self.extensions.get::<Speech>().is_some() {
                request.extensions.insert(Locales::default());
            }
        }
        self.inner.call(request)
    }
}
