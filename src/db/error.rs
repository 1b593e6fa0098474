//! What errors of diesel's are as errors of the library, also where they come boxed.

use super::{Blame, Meaning};
use crate::{BoxError, Error, error::sources};

impl Error {
    /// Whether the same may succeed when it is tried again soon: a server was away or slow, or others
    /// were in the way. Looked for in all causes, however they were wrapped.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        sources(self).any(|cause| {
            let of_database = cause
                .downcast_ref::<diesel::result::Error>()
                .is_some_and(|error| Meaning::of(error).blame != Blame::Statement);
            let of_ours = cause
                .downcast_ref::<Self>()
                .is_some_and(|error| matches!(error, Self::Unavailable { .. } | Self::Timeout(..)));
            of_database || of_ours
        })
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        match Meaning::of(&error).blame {
            Blame::Server => Self::unavailable("PostgreSQL", error),
            Blame::Moment | Blame::Statement => Self::context("the database query failed", error),
        }
    }
}

impl From<BoxError> for Error {
    fn from(error: BoxError) -> Self {
        let error = match error.downcast::<Self>() {
            Ok(error) => return *error,
            Err(error) => error,
        };
        match error.downcast::<diesel::result::Error>() {
            Ok(error) => (*error).into(),
            Err(error) => Self::context(error.to_string(), error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boxed_error_of_ours_keeps_its_variant() {
        let boxed: BoxError = Box::new(Error::user("нет"));
        assert!(matches!(Error::from(boxed), Error::User(text) if text == "нет"));
    }

    #[test]
    fn what_is_passing_is_found_however_it_is_wrapped() {
        let says = |message: &str| {
            let kind = diesel::result::DatabaseErrorKind::Unknown;
            diesel::result::Error::DatabaseError(kind, Box::new(message.to_owned()))
        };
        let away = Error::other(says("57P01: x"));
        assert!(away.is_unavailable() && away.is_passing(), "{away:?}");
        let locked = Error::context("the form was not saved", Error::from(says("55P03: x")));
        assert!(
            !locked.is_unavailable() && locked.is_passing(),
            "{locked:?}"
        );
        let wrapped = Error::context("x", Error::unavailable("NATS", "x"));
        assert!(wrapped.is_passing());
        for lasting in [Error::from(says("23505: x")), Error::message("57P01: x")] {
            assert!(!lasting.is_passing(), "{lasting:?}");
        }
    }
}
