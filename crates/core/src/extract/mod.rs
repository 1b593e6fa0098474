//! How a handler's arguments are made of a request.

mod button;
mod command;
mod extension;
mod parts;
mod rejection;
#[cfg(test)]
mod tests;
mod text;
mod update;

use std::future::Future;

pub use ostankino_macros::FromRequest;

pub(crate) use self::button::CallbackPrefix;
#[doc(no_inline)]
pub use self::parts::*;
pub use self::{
    button::ButtonData,
    command::CommandArgs,
    extension::Extension,
    rejection::Rejection,
    text::{Caption, Text},
};
use crate::{Needs, Request, Result};

/// A type that can be an argument of a handler.
///
/// ```
/// use ostankino_core::{FromRequest, Request, Result};
///
/// /// Whether the update came from a private chat.
/// struct Private(bool);
///
/// impl FromRequest for Private {
///     async fn from_request(request: &Request) -> Result<Self> {
///         Ok(Self(request.update.is_private()))
///     }
/// }
/// ```
///
/// What many handlers take is derived, an argument made of arguments:
///
/// ```
/// # extern crate ostankino_core as ostankino;
/// use ostankino::{Bot, FromRequest, Html, User, html};
///
/// #[derive(FromRequest)]
/// struct Visit {
///     user: User,
///     bot: Bot,
/// }
///
/// async fn greet(Visit { user, bot }: Visit) -> Html {
///     html!("{}, я {}", user.first_name, bot.username().unwrap_or_default())
/// }
/// # use ostankino::Handler; drop(greet.into_service());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a handler",
    note = "arguments implement `FromRequest`: `Text`, `User`, `DbSession`, `Fsm`, `Bot`, `Photo`, `Option<T>`, …",
    note = "a value of your own comes as `State<T>`, given to the app by `AppBuilder::state`, or as `Extension<T>`, inserted by a layer"
)]
pub trait FromRequest: Sized {
    /// Makes the argument.
    ///
    /// # Errors
    ///
    /// [`Mismatch`](crate::Error::Mismatch) if the update has no such part, [`Payload`](crate::Error::Payload) or
    /// [`Unparsed`](crate::Error::Unparsed) if
    /// it does not fit its type; `Option<Self>` is `None` then, `Result<Self, Rejection>` the reason.
    fn from_request(request: &Request) -> impl Future<Output = Result<Self>> + Send;

    /// What it needs besides the update, such as a [`State`](crate::State): an argument that is made of
    /// other arguments passes on theirs.
    fn needs(needs: &mut Needs) {
        let _ = needs;
    }
}
