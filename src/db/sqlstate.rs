//! What an error of PostgreSQL means: decided by its SQLSTATE, never by its words, which are in the
//! language of the server.

use diesel::result::{DatabaseErrorKind as Kind, Error as DbError};

/// What an error means for the update, and for the connection it came on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// Whose fault it is.
    pub blame: Blame,
    /// Whether the connection is of no use any more, and is to be closed.
    pub ends_connection: bool,
}

/// Whose fault an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// The server is away, goes away, or cannot work: the same succeeds once it is back.
    Server,
    /// Others were in the way: the same may succeed at once.
    Moment,
    /// The statement itself: the same fails again.
    Statement,
}

impl Meaning {
    const GONE: Self = Self {
        blame: Blame::Server,
        ends_connection: true,
    };
    const STATEMENT: Self = Self {
        blame: Blame::Statement,
        ends_connection: false,
    };

    /// Of a SQLSTATE, as PostgreSQL's appendix "Error Codes" lists them.
    #[must_use]
    pub fn of_code(code: &str) -> Self {
        let class = code.get(..2).unwrap_or_default();
        let (blame, ends_connection) = match (class, code) {
            // A connection exception; the server is going down or coming up; a fault of its disk.
            ("08" | "58", _) | (_, "57P01" | "57P02" | "57P03" | "57P04" | "57P05") => {
                return Self::GONE;
            }
            // Read-only: it was made a standby, and another server is to be found.
            (_, "25006") => return Self::GONE,
            // Ended since it stood still for too long: the process did not get to run.
            (_, "25P03" | "25P04") => (Blame::Moment, true),
            // Disk, memory or connections are used up.
            ("53", _) => (Blame::Server, false),
            // An integrity constraint, of all things that roll a transaction back.
            (_, "40002") => (Blame::Statement, false),
            // A deadlock, a serialization failure; a lock not to be had, an object in use; cancelled
            // by statement_timeout, or by the operator.
            ("40", _) | (_, "55P03" | "55006") | ("57", _) => (Blame::Moment, false),
            // The statements prepared on this connection are gone, or are of another schema.
            (_, "26000" | "0A000") => (Blame::Statement, true),
            _ => (Blame::Statement, false),
        };
        Self {
            blame,
            ends_connection,
        }
    }

    /// Of an error as diesel gives it.
    #[must_use]
    pub fn of(error: &DbError) -> Self {
        match error {
            DbError::BrokenTransactionManager
            | DbError::DatabaseError(Kind::ClosedConnection | Kind::UnableToSendCommand, _) => {
                Self::GONE
            }
            DbError::DatabaseError(kind, _) => match (sqlstate(error), kind) {
                (Some(code), _) => Self::of_code(code),
                // Of a connection that is not ours.
                (None, Kind::SerializationFailure) => Self::of_code("40001"),
                (None, Kind::ReadOnlyTransaction) => Self::of_code("25006"),
                (None, _) => Self::STATEMENT,
            },
            _ => Self::STATEMENT,
        }
    }
}

/// The SQLSTATE of an error that PostgreSQL reported on a connection of [`Database`](super::Database)
/// or of a session: its message begins with it, `23505: duplicate key …`, since diesel has no other
/// place for it.
///
/// ```
/// # use diesel::result::{DatabaseErrorKind, Error};
/// use ostankino::db::sqlstate;
///
/// let message = "55P03: canceling statement due to lock timeout".to_owned();
/// let error = Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(message));
/// assert_eq!(sqlstate(&error), Some("55P03"));
/// assert_eq!(sqlstate(&Error::NotFound), None);
/// ```
#[must_use]
pub fn sqlstate(error: &DbError) -> Option<&str> {
    let DbError::DatabaseError(_, information) = error else {
        return None;
    };
    let (code, _) = information.message().split_once(": ")?;
    let is_code = |c: u8| c.is_ascii_digit() || c.is_ascii_uppercase();
    (code.len() == 5 && code.bytes().all(is_code)).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means(codes: &[&str], blame: Blame, ends_connection: bool) {
        for code in codes {
            let expected = Meaning {
                blame,
                ends_connection,
            };
            assert_eq!(Meaning::of_code(code), expected, "{code}");
        }
    }

    #[test]
    fn every_class_is_blamed_on_whom_it_concerns() {
        let gone = [
            "08000", "08006", "08P01", "25006", "57P01", "57P02", "57P03", "57P05", "58000",
            "58030",
        ];
        means(&gone, Blame::Server, true);
        means(&["53000", "53100", "53200", "53300"], Blame::Server, false);
        let moment = [
            "40001", "40003", "40P01", "55P03", "55006", "57014", "57000",
        ];
        means(&moment, Blame::Moment, false);
        means(&["25P03", "25P04"], Blame::Moment, true);
        let statement = [
            "22021", "23503", "23505", "25P02", "40002", "42P01", "55000", "P0001", "XX000", "",
        ];
        means(&statement, Blame::Statement, false);
        means(&["26000", "0A000"], Blame::Statement, true);
    }

    #[test]
    fn the_words_decide_nothing() {
        let said = |message: &str| {
            DbError::DatabaseError(Kind::Unknown, Box::new(message.to_owned()) as _)
        };
        let russian = said("57P01: закрытие подключения по команде администратора");
        assert_eq!(Meaning::of(&russian), Meaning::GONE);
        let english = said("terminating connection due to administrator command");
        assert_eq!(Meaning::of(&english), Meaning::STATEMENT);
        let forged = said("P0001: 57P01: terminating connection");
        assert_eq!(Meaning::of(&forged), Meaning::STATEMENT);
        let closed = DbError::DatabaseError(Kind::UnableToSendCommand, Box::new(String::new()));
        assert_eq!(Meaning::of(&closed), Meaning::GONE);
        for odd in ["", "57P01", "57p01: x", "57P01:x", "ФФФФФ: x"] {
            assert_eq!(sqlstate(&said(odd)), None, "{odd}");
        }
    }
}
