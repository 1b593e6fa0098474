//! Arguments that a handler can do without: `None`, or why there is none.

use std::{borrow::Cow, fmt};

use super::FromRequest;
use crate::{Error, Html, Needs, Request, Result};

/// Why the update does not have what a handler asks for as `Result<T, Rejection>`.
///
/// It is no [`Error`] yet: the handler answers in words of its own, or passes it on by `?`.
///
/// ```
/// use ostankino_core::{CommandArgs, Result, extract::Rejection};
///
/// /// `/remind 15`
/// async fn remind(minutes: Result<CommandArgs<u32>, Rejection>) -> Result<String> {
///     let CommandArgs(minutes) = minutes.map_err(|no| no.say("Напишите, через сколько минут: /remind 15"))?;
///     Ok(format!("Напомню через {minutes} мин."))
/// }
/// ```
pub struct Rejection(Error);

impl Rejection {
    /// What was asked for, as in "the update carries no photo".
    #[must_use]
    pub fn part(&self) -> &'static str {
        match &self.0 {
            Error::Mismatch(part) | Error::Unparsed { part, .. } | Error::Payload { part, .. } => {
                part
            }
            _ => unreachable!("no other error is a rejection"),
        }
    }

    /// What is wrong with it: the words of `FromStr`'s error, or the place in the JSON. `None` if the
    /// update simply has no such part.
    ///
    /// The words of `FromStr` may quote what the user wrote.
    #[must_use]
    pub fn reason(&self) -> Option<Cow<'_, str>> {
        match &self.0 {
            Error::Unparsed { reason, .. } => Some(Cow::Borrowed(reason)),
            Error::Payload { source, .. } => Some(Cow::Owned(source.to_string())),
            _ => None,
        }
    }

    /// An error whose text the user reads, in place of the apology: how the command is used, say.
    pub fn say(self, text: impl Into<Html>) -> Error {
        Error::user(text)
    }

    /// The rejection that this error is; others are no matter of the update.
    fn of(error: Error) -> Result<Self> {
        match error {
            Error::Mismatch(_) | Error::Unparsed { .. } | Error::Payload { .. } => Ok(Self(error)),
            other => Err(other),
        }
    }
}

impl fmt::Debug for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rejection").field(&self.0).finish()
    }
}

/// As the log has it: without the reason, which may quote what the user wrote.
impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<Rejection> for Error {
    fn from(Rejection(error): Rejection) -> Self {
        error
    }
}

impl<T: FromRequest> FromRequest for Result<T, Rejection> {
    async fn from_request(request: &Request) -> Result<Self> {
        match T::from_request(request).await {
            Ok(value) => Ok(Ok(value)),
            Err(error) => Rejection::of(error).map(Err),
        }
    }

    fn needs(needs: &mut Needs) {
        T::needs(needs);
    }
}

impl<T: FromRequest> FromRequest for Option<T> {
    async fn from_request(request: &Request) -> Result<Self> {
        let asked = Result::<T, Rejection>::from_request(request).await?;
        // Whoever asks like this can do without, but somebody should know.
        if let Err(Rejection(error @ Error::Payload { .. })) = &asked {
            tracing::warn!(
                event = "part_unreadable",
                error = error.chain(),
                "a handler does without a part"
            );
        }
        Ok(asked.ok())
    }

    fn needs(needs: &mut Needs) {
        T::needs(needs);
    }
}
