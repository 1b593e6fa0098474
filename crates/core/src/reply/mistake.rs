//! A mistake that a handler made with its reply, kept until the reply is returned.

use std::panic::Location;

use super::checks::Checked;
use crate::Error;

/// Why no calls of the Bot API can be made of what a handler wanted, and where it wanted it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mistake {
    problem: String,
    line: Option<&'static Location<'static>>,
}

impl Mistake {
    #[track_caller]
    pub(super) fn here(problem: String) -> Self {
        Self {
            problem,
            line: Some(Location::caller()),
        }
    }

    /// The problem if there is one, at this line.
    #[track_caller]
    pub(super) fn of(checked: Checked) -> Option<Self> {
        match checked {
            Ok(()) => None,
            Err(problem) => Some(Self::here(problem)),
        }
    }

    pub(super) fn somewhere(problem: String) -> Self {
        Self {
            problem,
            line: None,
        }
    }

    /// At this line, unless it knows a better one.
    pub(super) fn or_at(self, line: &'static Location<'static>) -> Self {
        Self {
            line: self.line.or(Some(line)),
            ..self
        }
    }
}

impl From<Mistake> for Error {
    fn from(Mistake { problem, line }: Mistake) -> Self {
        match line {
            Some(line) => Self::message(format!(
                "the reply made at {}:{} cannot be sent: {problem}",
                line.file(),
                line.line()
            )),
            None => Self::message(format!("the handler's reply cannot be sent: {problem}")),
        }
    }
}
