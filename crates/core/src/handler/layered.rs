//! A handler with a layer of its own.

use std::{any::type_name, fmt, marker::PhantomData};

use tower::{Layer, Service};

use super::Handler;
use crate::{IntoError, Needs, Reply, Request, Result, Route};

/// What [`Handler::layer`] makes: a handler in a layer.
pub struct Layered<H, L, Args> {
    route: Route,
    made_of: PhantomData<fn(H, L, Args)>,
}

impl<H, L, Args> Layered<H, L, Args> {
    pub(super) fn new(handler: H, layer: &L) -> Self
    where
        H: Handler<Args>,
        Args: 'static,
        L: Layer<Route>,
        L::Service: Service<Request, Response = Reply, Error: IntoError, Future: Send>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        let route = Route::new(handler.into_service());
        Self {
            route: Route::new(layer.layer(route)),
            made_of: PhantomData,
        }
    }
}

#[diagnostic::do_not_recommend]
impl<H, L, Args> Handler<Args> for Layered<H, L, Args>
where
    H: Handler<Args>,
    L: 'static,
    Args: 'static,
{
    async fn call(self, request: Request) -> Result<Reply> {
        self.route.send(request).await
    }

    fn needs(needs: &mut Needs) {
        let mut inside = Needs::default();
        H::needs(&mut inside);
        inside.met_by::<L>();
        needs.extend(&inside);
    }
}

impl<H, L, Args> Clone for Layered<H, L, Args> {
    fn clone(&self) -> Self {
        Self {
            route: self.route.clone(),
            made_of: PhantomData,
        }
    }
}

impl<H, L, Args> fmt::Debug for Layered<H, L, Args> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Layered<{}, {}>", type_name::<H>(), type_name::<L>())
    }
}
