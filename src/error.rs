//! The one error of the library: what a handler, an extractor or a layer fails with. Here it is
//! decided what the user may read and what stays in the log.

mod origin;

use std::{borrow::Cow, error::Error as StdError, time::Duration};

pub use self::origin::Origin;
use crate::telegram::PayloadError;

/// Any error, boxed: what the source of an [`Error`] is kept as.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// A result whose error is [`Error`] unless said otherwise.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an update was not handled.
///
/// [`Error::User`] is said to the user as it is; every other variant is logged once, with its
/// chain of sources and, where code may be wrong, with a backtrace, and answered with the common apology. Any of them, from a
/// handler or from a layer inside of the session, rolls the database session back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Roll back and say this to the user. The text is HTML, as all texts of a reply are.
    #[error("{0}")]
    User(Cow<'static, str>),
    /// The update has no such part (a text, a sender, …). `Option<T>` turns it into `None`.
    #[error("the update carries no {0}")]
    Mismatch(&'static str),
    /// The part of the update does not fit its type: Telegram sent what the type does not know.
    /// `Option<T>` turns it into `None`.
    #[error("the {part} of the update does not fit its type")]
    Payload {
        /// What was asked for.
        part: &'static str,
        /// Where in the JSON it does not fit.
        source: PayloadError,
    },
    /// The layer that adds the extension is not in the stack.
    #[error("missing extension `{0}`: add the layer that inserts it to the stack")]
    MissingExtension(&'static str),
    /// A server that the service depends on is away. Updates nobody waits for are tried again.
    #[error("{service} is unavailable")]
    Unavailable {
        /// The name of the server, such as `"PostgreSQL"`.
        service: &'static str,
        /// What was tried and how it failed.
        source: BoxError,
    },
    /// There is nothing more to do for this run of the handler: what becomes of the update is known
    /// otherwise. A handler passes it on; whatever it makes of it counts for nothing.
    #[error("the update was applied before")]
    Aborted,
    /// The handler was cut short.
    #[error("the handler took longer than {0:?}")]
    Timeout(Duration),
    /// The handler panicked.
    #[error("the handler panicked: {message}")]
    Panic {
        /// The payload of the panic, with the place in the source where known.
        message: String,
        /// Where it happened.
        origin: Origin,
    },
    /// Everything else.
    #[error("{message}")]
    Internal {
        /// What was being done, as a lower-case phrase.
        message: Cow<'static, str>,
        /// What went wrong, if another error was behind it.
        source: Option<BoxError>,
        /// Where it happened.
        origin: Origin,
    },
}

impl Error {
    /// An error whose text the user reads; the session is rolled back.
    pub fn user(text: impl Into<Cow<'static, str>>) -> Self {
        Self::User(text.into())
    }

    /// An internal error caused by another one: `.map_err(Error::other)`.
    pub fn other(source: impl Into<BoxError>) -> Self {
        source.into().into()
    }

    /// An internal error in words.
    pub fn message(message: impl Into<Cow<'static, str>>) -> Self {
        Self::Internal {
            message: message.into(),
            source: None,
            origin: Origin::here(),
        }
    }

    /// An internal error in words, and what was behind it.
    pub fn context(message: impl Into<Cow<'static, str>>, source: impl Into<BoxError>) -> Self {
        Self::Internal {
            message: message.into(),
            source: Some(source.into()),
            origin: Origin::here(),
        }
    }

    /// `service` is away; `source` says how that showed.
    pub fn unavailable(service: &'static str, source: impl Into<BoxError>) -> Self {
        Self::Unavailable {
            service,
            source: source.into(),
        }
    }

    /// Whether the same update would succeed once a server is back.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }

    /// The short word for logs: `user`, `mismatch`, `payload`, `unavailable`, `aborted`, `timeout`, `panic`,
    /// `internal`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Mismatch(_) => "mismatch",
            Self::Payload { .. } => "payload",
            Self::Unavailable { .. } => "unavailable",
            Self::Aborted => "aborted",
            Self::Timeout(_) => "timeout",
            Self::Panic { .. } => "panic",
            Self::MissingExtension(_) | Self::Internal { .. } => "internal",
        }
    }

    /// Where the error was made, for the variants that tell of wrong code. What is unavailable is
    /// nobody's fault here, and of what took too long nothing is left to be looked at.
    #[must_use]
    pub fn origin(&self) -> Option<&Origin> {
        match self {
            Self::Panic { origin, .. } | Self::Internal { origin, .. } => Some(origin),
            Self::User(_)
            | Self::Mismatch(_)
            | Self::Unavailable { .. }
            | Self::Timeout(_)
            | Self::Payload { .. }
            | Self::MissingExtension(_)
            | Self::Aborted => None,
        }
    }

    /// The error and its sources as one line: `a: b: c`.
    #[must_use]
    pub fn chain(&self) -> String {
        chain(self)
    }
}

/// An error and its sources as one line: `a: b: c`. A source whose text its parent repeats at its
/// end is left out.
#[must_use]
pub fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut line = error.to_string();
    for text in sources(error).skip(1).map(ToString::to_string) {
        if !line.ends_with(&text) {
            line.push_str(": ");
            line.push_str(&text);
        }
    }
    line
}

/// An error and its sources, from the outside in.
pub(crate) fn sources<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&cause| cause.source())
}

/// Where JSON could not be read, without the words of the decoder: they quote what users write.
pub(crate) fn json_location(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    format!(
        "{:?} error at line {line}, column {column}",
        error.classify()
    )
    .to_lowercase()
}

impl From<std::convert::Infallible> for Error {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::message(format!(
            "JSON could not be read or written: {}",
            json_location(&error)
        ))
    }
}

/// Of a payload that a handler decodes itself.
impl From<PayloadError> for Error {
    fn from(source: PayloadError) -> Self {
        let part = "payload";
        Self::Payload { part, source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chain_names_every_cause_once() {
        let io = std::io::Error::other("disk on fire");
        let error = Error::context("the form was not saved", io);
        assert_eq!(error.chain(), "the form was not saved: disk on fire");
    }

    #[test]
    fn an_internal_error_carries_a_backtrace_whatever_the_environment_says() {
        let error = Error::message("x");
        let trace = error
            .origin()
            .expect("internal errors have one")
            .to_string();
        assert!(
            trace.contains("an_internal_error_carries_a_backtrace"),
            "{trace}"
        );
    }
}
