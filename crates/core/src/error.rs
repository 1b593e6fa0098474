//! The one error of the library: what a handler, an extractor or a layer fails with. Here it is
//! decided what the user may read and what stays in the log.

mod origin;

use std::{borrow::Cow, convert::Infallible, error::Error as StdError, fmt, time::Duration};

pub use self::origin::Origin;
pub use crate::telegram::BoxError;
use crate::{
    Html,
    telegram::{
        ApiError, PayloadError,
        internal::{json_location, sources, with_sources},
    },
};

/// A result whose error is [`Error`] unless said otherwise.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an update was not handled.
///
/// [`Error::User`] is said to the user as it is; every other variant is logged once, with its
/// chain of sources and, where code may be wrong, with a backtrace, and answered with the common apology. Any of them, from a
/// handler or from a layer inside of the session, rolls the database session back.
///
/// `?` makes one of every error there is. To allow that, it is no [`std::error::Error`] itself, as in
/// the crate `anyhow`; where one is wanted, it becomes a [`BoxError`].
///
/// ```
/// use ostankino_core::Result;
///
/// async fn price(text: &str) -> Result<u32> {
///     Ok(text.parse()?)
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// Roll back and say this to the user.
    User(Html),
    /// The update has no such part (a text, a sender, …). `Option<T>` turns it into `None`.
    Mismatch(&'static str),
    /// What the user wrote is not of the form asked for. `Option<T>` turns it into `None`.
    Unparsed {
        /// What was asked for.
        part: &'static str,
        /// What is wrong with it, as `FromStr` says it. It may quote the user, so it is not logged.
        reason: String,
    },
    /// The part of the update does not fit its type: Telegram sent what the type does not know.
    /// `Option<T>` turns it into `None`.
    Payload {
        /// What was asked for.
        part: &'static str,
        /// Where in the JSON it does not fit.
        source: PayloadError,
    },
    /// The layer that adds the extension is not in the stack.
    MissingExtension(&'static str),
    /// A server that the service depends on is away. Updates nobody waits for are tried again.
    Unavailable {
        /// The name of the server, such as `"PostgreSQL"`.
        service: &'static str,
        /// What was tried and how it failed.
        source: BoxError,
    },
    /// There is nothing more to do for this run of the handler: what becomes of the update is known
    /// otherwise. A handler passes it on; whatever it makes of it counts for nothing.
    Aborted,
    /// The handler was cut short.
    Timeout(Duration),
    /// The handler panicked.
    Panic {
        /// The payload of the panic, with the place in the source where known.
        message: String,
        /// Where it happened.
        origin: Origin,
    },
    /// Everything else.
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
    /// An error whose text the user reads; the session is rolled back. As in a reply a literal is
    /// markup, a `String` is escaped.
    pub fn user(text: impl Into<Html>) -> Self {
        Self::User(text.into())
    }

    /// An internal error caused by another one, also by one that is boxed: `.map_err(Error::other)`.
    pub fn other(source: impl Into<BoxError>) -> Self {
        let source = match source.into().downcast::<Boxed>() {
            Ok(ours) => return ours.0,
            Err(source) => source,
        };
        if let Some(error) = source.downcast_ref::<serde_json::Error>() {
            // The words of the decoder quote what users write.
            let place = json_location(error);
            return Self::message(format!("JSON could not be read or written: {place}"));
        }
        let source = match source.downcast::<PayloadError>() {
            Ok(source) => {
                let (part, source) = ("payload", *source);
                return Self::Payload { part, source };
            }
            Err(source) => source,
        };
        if source.is::<ApiError>() {
            return Self::context("a call of the Bot API failed", source);
        }
        Self::context(source.to_string(), source)
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
            Self::Mismatch(_) | Self::Unparsed { .. } => "mismatch",
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
            | Self::Unparsed { .. }
            | Self::Unavailable { .. }
            | Self::Timeout(_)
            | Self::Payload { .. }
            | Self::MissingExtension(_)
            | Self::Aborted => None,
        }
    }

    /// What was behind it.
    #[must_use]
    pub fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Payload { source, .. } => Some(source),
            Self::Unavailable { source, .. } => Some(&**source),
            Self::Internal { source, .. } => source.as_ref().map(|source| &**source as _),
            _ => None,
        }
    }

    /// All that was behind it, from the outside in.
    pub fn sources(&self) -> impl Iterator<Item = &(dyn StdError + 'static)> {
        self.source().into_iter().flat_map(sources)
    }

    /// The error of ours that another error is, if it is one: see [`sources`](Self::sources).
    #[must_use]
    pub fn of_source<'a>(source: &'a (dyn StdError + 'static)) -> Option<&'a Self> {
        source.downcast_ref::<Boxed>().map(|boxed| &boxed.0)
    }

    /// Whether the same may succeed when it is tried again soon: a server was away or slow, or others
    /// were in the way. Looked for in all causes, however they were wrapped.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        let is_ours = |error: &Self| matches!(error, Self::Unavailable { .. } | Self::Timeout(..));
        is_ours(self)
            || self
                .sources()
                .any(|cause| cause.is::<Passing>() || Self::of_source(cause).is_some_and(is_ours))
    }

    /// The error and its sources as one line: `a: b: c`.
    #[must_use]
    pub fn chain(&self) -> String {
        with_sources(self.to_string(), self.sources())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(text) => f.write_str(text),
            Self::Mismatch(part) => write!(f, "the update carries no {part}"),
            Self::Unparsed { part, .. } => write!(f, "the {part} do not parse"),
            Self::Payload { part, .. } => {
                write!(f, "the {part} of the update does not fit its type")
            }
            Self::MissingExtension(name) => write!(
                f,
                "missing extension `{name}`: add the layer that inserts it to the stack"
            ),
            Self::Unavailable { service, .. } => write!(f, "{service} is unavailable"),
            Self::Aborted => f.write_str("the update was applied before"),
            Self::Timeout(limit) => write!(f, "the handler took longer than {limit:?}"),
            Self::Panic { message, .. } => write!(f, "the handler panicked: {message}"),
            Self::Internal { message, .. } => f.write_str(message),
        }
    }
}

impl<E: StdError + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        Self::other(error)
    }
}

impl From<Error> for BoxError {
    fn from(error: Error) -> Self {
        Box::new(Boxed(error))
    }
}

/// What the services of layers fail with: [`Error`], or any error in a box, as most of tower's do.
pub trait IntoError {
    /// The error of ours that it is.
    fn into_error(self) -> Error;
}

impl IntoError for Error {
    fn into_error(self) -> Error {
        self
    }
}

impl IntoError for BoxError {
    fn into_error(self) -> Error {
        Error::other(self)
    }
}

impl IntoError for Infallible {
    fn into_error(self) -> Error {
        match self {}
    }
}

/// An [`Error`] among other errors.
struct Boxed(Error);

impl fmt::Debug for Boxed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Boxed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl StdError for Boxed {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}

/// Marks what may succeed when it is tried again soon, where the kernel cannot know it by itself:
/// others were in the way, in a server of which it knows nothing.
#[doc(hidden)]
#[derive(Debug)]
pub struct Passing(pub BoxError);

impl fmt::Display for Passing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Passing {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
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
    fn an_error_of_ours_keeps_its_variant_in_a_box() {
        let boxed: BoxError = Error::user("нет").into();
        assert!(matches!(boxed.into_error(), Error::User(text) if text == "нет"));
    }

    #[test]
    fn what_is_passing_is_found_however_it_is_wrapped() {
        let away = Error::context("x", Error::unavailable("NATS", "x"));
        let locked = Error::context("x", Error::other(Passing("locked".into())));
        assert!(away.is_passing() && locked.is_passing());
        assert_eq!(locked.chain(), "x: locked");
        assert!(!Error::context("x", Error::message("y")).is_passing());
    }

    #[test]
    fn json_that_cannot_be_read_is_not_quoted() {
        let read = || -> Result<u8> { Ok(serde_json::from_str("\"тайна\"")?) };
        let error = read().expect_err("no number");
        assert!(!format!("{error:?} {}", error.chain()).contains("тайна"));
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
