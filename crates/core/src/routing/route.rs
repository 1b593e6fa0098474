//! A handler with its layers, its types erased: cheap to clone, always ready.

use std::{
    any::Any,
    fmt,
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::future::BoxFuture;
use tower::{Service, ServiceExt};

use crate::{Error, IntoError, Reply, Request, Result};

type Erased = dyn Fn(Request) -> BoxFuture<'static, Result<Reply>> + Send + Sync;

/// Any service that answers requests with replies. It is always ready: the readiness of what is
/// inside is driven when it is called.
#[derive(Clone)]
pub struct Route(Arc<Erased>);

impl Route {
    /// Erases the types of `service`; a clone of it serves each request. A route stays what it is.
    pub fn new<S>(service: S) -> Self
    where
        S: Service<Request, Response = Reply> + Clone + Send + Sync + 'static,
        S::Error: IntoError,
        S::Future: Send,
    {
        let mut service = Some(service);
        let any: &mut dyn Any = &mut service;
        if let Some(route) = any.downcast_mut::<Option<Self>>().and_then(Option::take) {
            return route;
        }
        let service = service.expect("it is no route, so nobody took it");
        Self(Arc::new(move |request| {
            let service = service.clone();
            Box::pin(async move {
                let reply = service
                    .oneshot(request)
                    .await
                    .map_err(IntoError::into_error)?;
                // A layer's own reply comes this way, too.
                reply.without_mistake()
            })
        }))
    }

    /// Serves one request.
    pub(crate) fn send(&self, request: Request) -> BoxFuture<'static, Result<Reply>> {
        (self.0)(request)
    }
}

impl Service<Request> for Route {
    type Response = Reply;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Reply>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        self.send(request)
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Route")
    }
}
