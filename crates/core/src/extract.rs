//! How a handler's arguments are made of a request, and the arguments that need no layer.

use std::{fmt, future::Future, ops::Deref, str::FromStr, sync::Arc};

use serde::de::DeserializeOwned;

use crate::{
    Error, Request, Result,
    telegram::{Bot, Content, Membership, PreCheckoutQuery, SuccessfulPayment, Update, User},
    types::{CallbackQuery, ChatMemberUpdated, Message},
};

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
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a handler",
    note = "arguments implement `FromRequest`: `Text`, `User`, `DbSession`, `Fsm`, `Bot`, `Option<T>`, …",
    note = "a value of your own comes as `Extension<T>`, inserted by a layer"
)]
pub trait FromRequest: Sized {
    /// Makes the argument.
    ///
    /// # Errors
    ///
    /// [`Error::Mismatch`] if the update has no such part, [`Error::Payload`] if it does not fit its
    /// type; `Option<Self>` is `None` then.
    fn from_request(request: &Request) -> impl Future<Output = Result<Self>> + Send;
}

impl FromRequest for Update {
    async fn from_request(request: &Request) -> Result<Self> {
        Ok(request.update.clone())
    }
}

impl FromRequest for Bot {
    async fn from_request(request: &Request) -> Result<Self> {
        Ok(request.bot.clone())
    }
}

impl FromRequest for User {
    async fn from_request(request: &Request) -> Result<Self> {
        let person = request.update.person().cloned();
        person.ok_or(Error::Mismatch("person as its sender"))
    }
}

impl FromRequest for Membership {
    async fn from_request(request: &Request) -> Result<Self> {
        match &request.update.content {
            Content::ChatMember(change) => Ok(Self::clone(change)),
            _ => Err(Error::Mismatch("membership change")),
        }
    }
}

impl FromRequest for PreCheckoutQuery {
    async fn from_request(request: &Request) -> Result<Self> {
        match &request.update.content {
            Content::PreCheckoutQuery(query) => Ok(Self::clone(query)),
            _ => Err(Error::Mismatch("checkout")),
        }
    }
}

impl FromRequest for SuccessfulPayment {
    async fn from_request(request: &Request) -> Result<Self> {
        let payment = match &request.update.content {
            Content::Message(message) => message.successful_payment.clone(),
            _ => None,
        };
        payment.ok_or(Error::Mismatch("payment"))
    }
}

/// Decoded when it is asked for: it is an error if Telegram sent what the type does not know.
impl FromRequest for Arc<Message> {
    async fn from_request(request: &Request) -> Result<Self> {
        match &request.update.content {
            Content::Message(_) => payload(request, "message"),
            _ => Err(Error::Mismatch("message")),
        }
    }
}

/// Decoded when it is asked for: it is an error if Telegram sent what the type does not know.
impl FromRequest for Arc<CallbackQuery> {
    async fn from_request(request: &Request) -> Result<Self> {
        match &request.update.content {
            Content::CallbackQuery(_) => payload(request, "callback query"),
            _ => Err(Error::Mismatch("callback query")),
        }
    }
}

/// Decoded when it is asked for: it is an error if Telegram sent what the type does not know.
impl FromRequest for Arc<ChatMemberUpdated> {
    async fn from_request(request: &Request) -> Result<Self> {
        match &request.update.content {
            Content::ChatMember(_) => payload(request, "membership change"),
            _ => Err(Error::Mismatch("membership change")),
        }
    }
}

fn payload<T: DeserializeOwned>(request: &Request, part: &'static str) -> Result<Arc<T>> {
    let decoded = request.update.payload().map(Arc::new);
    decoded.map_err(|source| Error::Payload { part, source })
}

impl<T: FromRequest> FromRequest for Option<T> {
    async fn from_request(request: &Request) -> Result<Self> {
        match T::from_request(request).await {
            Ok(value) => Ok(Some(value)),
            Err(Error::Mismatch(_)) => Ok(None),
            // Whoever asks like this can do without, but somebody should know.
            Err(error @ Error::Payload { .. }) => {
                tracing::warn!(
                    event = "part_unreadable",
                    error = error.chain(),
                    "a handler does without a part"
                );
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// A value that a layer inserted into the extensions of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension<T>(pub T);

impl<T: Clone + Send + Sync + 'static> FromRequest for Extension<T> {
    async fn from_request(request: &Request) -> Result<Self> {
        request.extension().map(Extension)
    }
}

/// The text of the message, or the caption of its media, as the user wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(pub String);

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromRequest for Text {
    async fn from_request(request: &Request) -> Result<Self> {
        let text = request.update.text().ok_or(Error::Mismatch("text"))?;
        Ok(Self(text.to_owned()))
    }
}

/// What follows the command: `7` of `/start 7`. Typed by `FromStr`; as a `String` it is the rest
/// of the text, trimmed, possibly empty.
///
/// Arguments that do not parse are a mismatch, so `Option<CommandArgs<u32>>` is `None` for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandArgs<T = String>(pub T);

impl<T: FromStr + Send> FromRequest for CommandArgs<T> {
    async fn from_request(request: &Request) -> Result<Self> {
        let command = request.update.command();
        let command = command.ok_or(Error::Mismatch("command"))?;
        command
            .args
            .parse()
            .map(Self)
            .map_err(|_| Error::Mismatch("command arguments of that form"))
    }
}

/// The data of the pressed button behind the prefix of the route: `7` where the route is
/// `form:pay:` and the data `form:pay:7`. Typed by `FromStr`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackData<T = String>(pub T);

/// The prefix that the route of a callback matched; the router inserts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CallbackPrefix(pub(crate) Arc<str>);

impl<T: FromStr + Send> FromRequest for CallbackData<T> {
    async fn from_request(request: &Request) -> Result<Self> {
        let query = request.update.callback_query();
        let data = query.and_then(|query| query.data.as_deref());
        let data = data.ok_or(Error::Mismatch("callback data"))?;
        let prefix = request
            .extensions
            .get::<CallbackPrefix>()
            .map_or("", |prefix| &prefix.0);
        let rest = data.strip_prefix(prefix).unwrap_or(data);
        rest.parse()
            .map(Self)
            .map_err(|_| Error::Mismatch("callback data of that form"))
    }
}
