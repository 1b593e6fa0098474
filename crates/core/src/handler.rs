//! Handlers: async functions of up to eight arguments, and the tower service made of one.

mod layered;

use std::{
    fmt,
    future::Future,
    marker::PhantomData,
    task::{Context, Poll},
};

use futures_util::future::BoxFuture;
use tower::{Layer, Service};

use crate::{Error, FromRequest, IntoError, IntoReply, Needs, Reply, Request, Result, Route};

pub use self::layered::Layered;

/// An `async fn` whose arguments are made of the request and whose result is the reply.
///
/// ```
/// use ostankino_core::{Handler, Html, Text, User, html};
///
/// async fn echo(user: User, text: Text) -> Html {
///     html!("<b>{}</b>: {text}", user.first_name)
/// }
/// let service = echo.into_service();
/// # drop(service);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no handler",
    note = "a handler is an `async fn` of up to 8 arguments that implement `FromRequest`, returning what implements `IntoReply`",
    note = "its future must be `Send`: no `Rc` and no guard of a `std` lock is held across an `.await`",
    note = "a closure owns what it captures, and gives each update a copy: `move || {{ let prices = prices.clone(); async move {{ … }} }}`",
    note = "`#[ostankino::debug_handler]` before it tells which part is wrong"
)]
pub trait Handler<Args>: Clone + Send + Sync + 'static {
    /// Handles one request.
    fn call(self, request: Request) -> impl Future<Output = Result<Reply>> + Send;

    /// What its arguments need besides the update.
    fn needs(needs: &mut Needs) {
        let _ = needs;
    }

    /// The handler in a layer of its own: `.command("ban", ban.layer(from_fn(admins_only)))`. The layer
    /// added last is the outermost.
    fn layer<L>(self, layer: L) -> Layered<Self, L, Args>
    where
        Args: 'static,
        L: Layer<Route>,
        L::Service: Service<Request, Response = Reply, Error: IntoError, Future: Send>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        Layered::new(self, &layer)
    }

    /// The handler as a tower service, ready for layers.
    fn into_service(self) -> HandlerService<Self, Args> {
        HandlerService {
            handler: self,
            args: PhantomData,
        }
    }
}

macro_rules! impl_handler {
    ($($Arg:ident $arg:ident),*) => {
        #[diagnostic::do_not_recommend]
        impl<F, Fut, Res, $($Arg,)*> Handler<($($Arg,)*)> for F
        where
            F: FnOnce($($Arg),*) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future<Output = Res> + Send,
            Res: IntoReply,
            $($Arg: FromRequest + Send,)*
        {
            async fn call(self, request: Request) -> Result<Reply> {
                $(let $arg = $Arg::from_request(&request).await?;)*
                drop(request);
                self($($arg),*).await.into_reply()
            }

            fn needs(needs: &mut Needs) {
                $($Arg::needs(needs);)*
                let _ = needs;
            }
        }
    };
}

impl_handler!();
impl_handler!(A1 a1);
impl_handler!(A1 a1, A2 a2);
impl_handler!(A1 a1, A2 a2, A3 a3);
impl_handler!(A1 a1, A2 a2, A3 a3, A4 a4);
impl_handler!(A1 a1, A2 a2, A3 a3, A4 a4, A5 a5);
impl_handler!(A1 a1, A2 a2, A3 a3, A4 a4, A5 a5, A6 a6);
impl_handler!(A1 a1, A2 a2, A3 a3, A4 a4, A5 a5, A6 a6, A7 a7);
impl_handler!(A1 a1, A2 a2, A3 a3, A4 a4, A5 a5, A6 a6, A7 a7, A8 a8);

/// A [`Handler`] as a tower service. It is always ready.
pub struct HandlerService<H, Args> {
    handler: H,
    args: PhantomData<fn() -> Args>,
}

impl<H: Clone, Args> Clone for HandlerService<H, Args> {
    fn clone(&self) -> Self {
        Self {
            handler: self.handler.clone(),
            args: PhantomData,
        }
    }
}

impl<H, Args> fmt::Debug for HandlerService<H, Args> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HandlerService<{}>", std::any::type_name::<H>())
    }
}

impl<H: Handler<Args>, Args: 'static> Service<Request> for HandlerService<H, Args> {
    type Response = Reply;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Reply>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        Box::pin(self.handler.clone().call(request))
    }
}
