//! How an update ended: what the top of the stack answers, and what the queue is told.

use crate::Reply;

/// How an update ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Handled, and all replies were sent.
    Ok,
    /// The handler refused with a text for the user.
    Refused,
    /// The handler failed; where somebody waits, the apology was said.
    Failed,
    /// Handled, but a reply could not be sent.
    Unsent,
    /// Nobody is told of a failure, or the result is open: give it to a worker again later.
    Retry,
}

impl Outcome {
    /// The word for logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Unsent => "unsent",
            Self::Retry => "retry",
        }
    }
}

/// An outcome with the reply that is still to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Settled {
    /// How the handler ended.
    pub outcome: Outcome,
    /// What is to be said.
    pub reply: Reply,
}
