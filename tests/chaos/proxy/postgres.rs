//! PostgreSQL's protocol: messages of a type and a length. Statements are prepared once and then
//! only named, so the names of those that matter are remembered.

use std::collections::{HashMap, VecDeque};

use memchr::memmem;

use super::{Dialect, Side};
use crate::point::Point;

/// One connection. There is no TLS on it.
#[derive(Debug, Default)]
pub(crate) struct PostgresDialect {
    has_started: bool,
    in_transaction: bool,
    /// Whether that transaction claims for a mailing.
    claims: bool,
    /// The prepared statements that matter, by their names.
    known: HashMap<Vec<u8>, Known>,
    /// What the statement that was bound last is asked for.
    bound: Option<Asked>,
    /// What the next "ready for query" answers.
    asked: VecDeque<Asked>,
    has_failed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Commit,
    Mark,
    Claim,
    Mailed,
    Other,
}

/// A statement that matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    /// It marks updates as finished.
    Mark,
    /// It begins a claim for a mailing.
    Claim,
    /// It notes what became of a mailing's messages.
    Mailed,
    /// It is that point, and its answer is none.
    Point(Point),
}

impl Dialect for PostgresDialect {
    fn length(&mut self, side: Side, bytes: &[u8]) -> Option<usize> {
        // The first message of a client has no type.
        let kind = usize::from(side == Side::Server || self.has_started);
        let length = bytes.get(kind..kind + 4)?;
        let length = u32::from_be_bytes(length.try_into().expect("four bytes"));
        let whole = kind + usize::try_from(length).expect("at least 32 bits");
        (bytes.len() >= whole).then_some(whole)
    }

    fn read(&mut self, side: Side, message: &mut [u8]) -> Vec<Point> {
        match side {
            Side::Client if !self.has_started => {
                self.has_started = true;
                vec![]
            }
            Side::Client => self.read_client(message[0], &message[5..]),
            Side::Server => self.read_server(message[0]),
        }
    }
}

impl PostgresDialect {
    fn read_client(&mut self, kind: u8, body: &[u8]) -> Vec<Point> {
        match kind {
            b'Q' => {
                let (asked, point) = self.read_query(body);
                self.asked.push_back(asked);
                point.into_iter().collect()
            }
            b'P' => {
                let mut parts = body.split(|byte| *byte == 0);
                let (name, sql) = (parts.next(), parts.next());
                // A name may be given to another statement; that of the unnamed one is.
                let name = name.unwrap_or_default().to_vec();
                match sql.and_then(known) {
                    Some(known) => self.known.insert(name, known),
                    None => self.known.remove(&name),
                };
                vec![]
            }
            b'B' => {
                let statement = body.split(|byte| *byte == 0).nth(1).unwrap_or_default();
                match self.known.get(statement) {
                    Some(Known::Mark) => {
                        self.bound = Some(Asked::Mark);
                        vec![Point::BeforeMark]
                    }
                    Some(Known::Mailed) => {
                        self.bound = Some(Asked::Mailed);
                        vec![Point::BeforeMailed]
                    }
                    Some(Known::Point(point)) => vec![*point],
                    Some(Known::Claim) => {
                        self.claims = true;
                        vec![]
                    }
                    None => self.inside().into_iter().collect(),
                }
            }
            b'S' => {
                let asked = self.bound.take().unwrap_or(Asked::Other);
                self.asked.push_back(asked);
                vec![]
            }
            _ => vec![],
        }
    }

    /// A simple query, possibly of several statements.
    fn read_query(&mut self, sql: &[u8]) -> (Asked, Option<Point>) {
        let has = |part: &str| memmem::find(sql, part.as_bytes()).is_some();
        if sql.starts_with(b"BEGIN") {
            (self.in_transaction, self.claims) = (true, false);
            return (Asked::Other, Some(Point::BeforeTransaction));
        }
        if self.in_transaction && has("COMMIT") {
            self.in_transaction = false;
            return match self.claims {
                true => (Asked::Claim, Some(Point::InsideClaim)),
                false => (Asked::Commit, Some(Point::BeforeCommit)),
            };
        }
        if self.in_transaction && sql.starts_with(b"ROLLBACK") {
            self.in_transaction = false;
            return (Asked::Other, None);
        }
        if is_mark(sql) {
            return (Asked::Mark, Some(Point::BeforeMark));
        }
        (Asked::Other, self.inside())
    }

    /// A statement that is no point in itself.
    fn inside(&self) -> Option<Point> {
        let inside = match self.claims {
            true => Point::InsideClaim,
            false => Point::InsideTransaction,
        };
        self.in_transaction.then_some(inside)
    }

    fn read_server(&mut self, kind: u8) -> Vec<Point> {
        match kind {
            b'E' => {
                self.has_failed = true;
                vec![]
            }
            b'Z' => {
                let failed = std::mem::take(&mut self.has_failed);
                // The first one of a connection answers nothing.
                match self.asked.pop_front() {
                    Some(Asked::Commit) if !failed => {
                        vec![Point::CommitUnknown, Point::AfterCommit]
                    }
                    Some(Asked::Mark) => vec![Point::AfterMark],
                    Some(Asked::Claim) if !failed => vec![Point::AfterClaim],
                    Some(Asked::Mailed) if !failed => vec![Point::AfterMailed],
                    _ => vec![],
                }
            }
            _ => vec![],
        }
    }
}

fn is_mark(sql: &[u8]) -> bool {
    memmem::find(sql, b"UPDATE inbox SET effects = NULL").is_some()
}

/// What a statement is in itself, wherever it stands.
fn known(sql: &[u8]) -> Option<Known> {
    let statements = [
        (
            "UPDATE timers SET fired_at = $1 WHERE id IN",
            Known::Point(Point::BeforeFired),
        ),
        (
            "INSERT INTO noted_messages",
            Known::Point(Point::BeforeNote),
        ),
        ("INSERT INTO owed_calls", Known::Point(Point::BeforeOwed)),
        (
            "DELETE FROM owed_calls WHERE id = $1",
            Known::Point(Point::BeforeMade),
        ),
        ("SELECT cursor_id, upper_at, is_through", Known::Claim),
        ("WITH told AS (SELECT * FROM unnest", Known::Mailed),
    ];
    let found = statements
        .into_iter()
        .find(|(begin, _)| memmem::find(sql, begin.as_bytes()).is_some());
    let found = found.map(|(_, known)| known);
    found.or_else(|| is_mark(sql).then_some(Known::Mark))
}
