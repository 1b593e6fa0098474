//! A mistake that a handler made with its reply, kept until the reply is returned.

use std::panic::Location;

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

    pub(super) fn somewhere(problem: String) -> Self {
        Self {
            problem,
            line: None,
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
