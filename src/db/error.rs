//! What errors of diesel's are as errors of the library: those of our own queries at once, those of
//! handlers at the boundary of the session.

use std::error::Error as StdError;

use super::{Blame, Meaning};
use crate::Error;
use ostankino_core::internal::Passing;

/// A query of ours that failed.
pub(crate) fn failed(error: diesel::result::Error) -> Error {
    match Meaning::of(&error).blame {
        Blame::Server => Error::unavailable("PostgreSQL", error),
        Blame::Moment => Error::context(
            "the database query failed",
            Error::other(Passing(error.into())),
        ),
        Blame::Statement => Error::context("the database query failed", error),
    }
}

/// The same error, told whether the server was away or others were in the way: `?` in a handler cannot
/// know what an error of diesel's means.
pub(crate) fn classified(error: Error) -> Error {
    if error.is_passing() {
        return error;
    }
    let Some(blame) = error.sources().find_map(blame) else {
        return error;
    };
    match (blame, error) {
        (
            Blame::Server,
            Error::Internal {
                source: Some(source),
                ..
            },
        ) if is_query(&*source) => Error::unavailable("PostgreSQL", source),
        (
            Blame::Server | Blame::Moment,
            Error::Internal {
                message,
                source: Some(source),
                origin,
            },
        ) => Error::Internal {
            message,
            source: Some(Box::new(Passing(source))),
            origin,
        },
        (_, error) => error,
    }
}

fn is_query(error: &(dyn StdError + 'static)) -> bool {
    error.is::<diesel::result::Error>()
}

fn blame(error: &(dyn StdError + 'static)) -> Option<Blame> {
    error.downcast_ref().map(|error| Meaning::of(error).blame)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(message: &str) -> diesel::result::Error {
        let kind = diesel::result::DatabaseErrorKind::Unknown;
        diesel::result::Error::DatabaseError(kind, Box::new(message.to_owned()))
    }

    #[test]
    fn what_a_handler_met_is_classified_however_it_is_wrapped() {
        let away = classified(says("57P01: x").into());
        assert!(away.is_unavailable() && away.is_passing(), "{away:?}");
        let locked = Error::context("the form was not saved", says("55P03: x"));
        let locked = classified(locked);
        assert!(
            !locked.is_unavailable() && locked.is_passing(),
            "{locked:?}"
        );
        assert!(locked.chain().starts_with("the form was not saved: "));
        for lasting in [Error::from(says("23505: x")), Error::message("57P01: x")] {
            assert!(!classified(lasting).is_passing());
        }
    }

    #[test]
    fn queries_of_our_own_are_known_at_once() {
        assert!(failed(says("57P01: x")).is_unavailable());
        assert!(failed(says("55P03: x")).is_passing());
        assert!(!failed(says("23505: x")).is_passing());
    }
}
