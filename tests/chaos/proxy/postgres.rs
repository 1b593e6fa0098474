//! PostgreSQL's protocol: messages of a type and a length. Statements are prepared once and then
//! only named, so the names of those that matter are remembered.

use std::collections::{HashMap, HashSet, VecDeque};

use memchr::memmem;

use super::{Dialect, Side};
use crate::point::Point;

/// One connection. There is no TLS on it.
#[derive(Debug, Default)]
pub(crate) struct PostgresDialect {
    has_started: bool,
    in_transaction: bool,
    /// The prepared statements that mark updates as finished.
    marks: HashSet<Vec<u8>>,
    /// Those that mark other points, by their names.
    others: HashMap<Vec<u8>, Point>,
    mark_is_bound: bool,
    /// What the next "ready for query" answers.
    asked: VecDeque<Asked>,
    has_failed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Commit,
    Mark,
    Other,
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
                let name = name.map(<[u8]>::to_vec);
                if let Some(point) = sql.and_then(point_of) {
                    self.others.extend(name.map(|name| (name, point)));
                } else if sql.is_some_and(is_mark) {
                    self.marks.extend(name);
                }
                vec![]
            }
            b'B' => {
                let statement = body.split(|byte| *byte == 0).nth(1).unwrap_or_default();
                if self.marks.contains(statement) {
                    self.mark_is_bound = true;
                    vec![Point::BeforeMark]
                } else if let Some(point) = self.others.get(statement) {
                    vec![*point]
                } else if self.in_transaction {
                    vec![Point::InsideTransaction]
                } else {
                    vec![]
                }
            }
            b'S' => {
                let is_mark = std::mem::take(&mut self.mark_is_bound);
                let asked = if is_mark { Asked::Mark } else { Asked::Other };
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
            self.in_transaction = true;
            return (Asked::Other, Some(Point::BeforeTransaction));
        }
        if self.in_transaction && has("COMMIT") {
            self.in_transaction = false;
            return (Asked::Commit, Some(Point::BeforeCommit));
        }
        if self.in_transaction && sql.starts_with(b"ROLLBACK") {
            self.in_transaction = false;
            return (Asked::Other, None);
        }
        if is_mark(sql) {
            return (Asked::Mark, Some(Point::BeforeMark));
        }
        let inside = self.in_transaction.then_some(Point::InsideTransaction);
        (Asked::Other, inside)
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

/// The point that a statement is in itself, wherever it stands.
fn point_of(sql: &[u8]) -> Option<Point> {
    let statements = [
        (
            "UPDATE timers SET fired_at = $1 WHERE id IN",
            Point::BeforeFired,
        ),
        ("INSERT INTO noted_messages", Point::BeforeNote),
        ("INSERT INTO owed_calls", Point::BeforeOwed),
        ("DELETE FROM owed_calls WHERE id = $1", Point::BeforeMade),
    ];
    let found = statements
        .into_iter()
        .find(|(begin, _)| memmem::find(sql, begin.as_bytes()).is_some());
    found.map(|(_, point)| point)
}
