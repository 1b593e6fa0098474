//! Getters and actions: async functions of up to eight arguments, as handlers are, that end in rows or in a turn.

use futures_util::future::BoxFuture;
use ostankino::{FromRequest, IntoError, Needs, Request, Result};

use crate::{DialogData, IntoTurn, Turn};

/// What finds the rows of a window: an `async fn` of what handlers take, besides [`Data`](crate::Data) and
/// [`Page`](crate::Page), returning a `Result`. It runs in the session of the update.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no getter of a window",
    note = "a getter is an `async fn` of up to 8 arguments that implement `FromRequest`, returning `Result<Rows>`"
)]
pub trait Getter<Args>: Clone + Send + Sync + 'static {
    /// What it finds.
    type Rows: Send + Sync + 'static;

    /// Finds it.
    fn get(self, request: Request) -> impl Future<Output = Result<Self::Rows>> + Send;

    /// What its arguments need besides the update.
    fn needs(needs: &mut Needs);
}

/// What a button or an input does: an `async fn` of what handlers take, besides [`Data`](crate::Data) and
/// [`Item`](crate::Item), returning a [`Turn`], `()` to stay, or a `Result` of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing that a button of this dialog could do",
    note = "it is an `async fn` of up to 8 arguments that implement `FromRequest`, returning `Turn<{D}>` or `Result<Turn<{D}>>`"
)]
pub trait Action<D: DialogData, Args>: Clone + Send + Sync + 'static {
    /// Does it.
    fn act(self, request: Request) -> impl Future<Output = Result<Turn<D>>> + Send;

    /// What its arguments need besides the update.
    fn needs(needs: &mut Needs);
}

/// An action, whatever its arguments.
pub(crate) type Act<D> = Box<dyn Fn(Request) -> BoxFuture<'static, Result<Turn<D>>> + Send + Sync>;

/// Forgets which arguments an action has; what these need goes to `needs`.
pub(crate) fn act<D: DialogData, Args: 'static, A: Action<D, Args>>(
    action: A,
    needs: &mut Needs,
) -> Act<D> {
    A::needs(needs);
    Box::new(move |request| Box::pin(action.clone().act(request)))
}

macro_rules! impl_call {
    ($($Arg:ident $arg:ident),*) => {
        #[diagnostic::do_not_recommend]
        impl<F, Fut, R, E, $($Arg,)*> Getter<($($Arg,)*)> for F
        where
            F: FnOnce($($Arg),*) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future<Output = Result<R, E>> + Send,
            R: Send + Sync + 'static,
            E: IntoError,
            $($Arg: FromRequest + Send,)*
        {
            type Rows = R;

            async fn get(self, request: Request) -> Result<R> {
                $(let $arg = $Arg::from_request(&request).await?;)*
                drop(request);
                self($($arg),*).await.map_err(IntoError::into_error)
            }

            fn needs(needs: &mut Needs) {
                $($Arg::needs(needs);)*
                let _ = needs;
            }
        }

        #[diagnostic::do_not_recommend]
        impl<F, Fut, D, Res, $($Arg,)*> Action<D, ($($Arg,)*)> for F
        where
            D: DialogData,
            F: FnOnce($($Arg),*) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future<Output = Res> + Send,
            Res: IntoTurn<D>,
            $($Arg: FromRequest + Send,)*
        {
            async fn act(self, request: Request) -> Result<Turn<D>> {
                $(let $arg = $Arg::from_request(&request).await?;)*
                drop(request);
                self($($arg),*).await.into_turn()
            }

            fn needs(needs: &mut Needs) {
                $($Arg::needs(needs);)*
                let _ = needs;
            }
        }
    };
}

impl_call!();
impl_call!(A1 a1);
impl_call!(A1 a1, A2 a2);
impl_call!(A1 a1, A2 a2, A3 a3);
impl_call!(A1 a1, A2 a2, A3 a3, A4 a4);
impl_call!(A1 a1, A2 a2, A3 a3, A4 a4, A5 a5);
impl_call!(A1 a1, A2 a2, A3 a3, A4 a4, A5 a5, A6 a6);
impl_call!(A1 a1, A2 a2, A3 a3, A4 a4, A5 a5, A6 a6, A7 a7);
impl_call!(A1 a1, A2 a2, A3 a3, A4 a4, A5 a5, A6 a6, A7 a7, A8 a8);
