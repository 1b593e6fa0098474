//! How an update ended, as it is told from layer to layer on the way out: nothing of it is kept
//! anywhere else.

use std::{fmt, time::Duration};

use futures_util::future::BoxFuture;

use crate::{Error, Reply, Result};

/// How an update ended, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Handled, and all replies were sent.
    Ok,
    /// The handler refused with a text for the user.
    Refused,
    /// The handler failed; where somebody waits, the apology was said.
    Failed,
    /// Handled, but a reply could not be sent.
    Unsent,
    /// Nobody is told of a failure, or the result is open: it is tried again.
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

/// What becomes of an update that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is over: whoever waits is told.
    Answer,
    /// It is given to the handler again, and nothing is said.
    Retry,
    /// It was kept as a dead letter; whoever waits is told.
    DeadLetter,
}

/// An update that was handled: what is to be said, and what is to be done after that.
#[derive(Debug, Default)]
pub struct Handled {
    /// What is to be said.
    pub reply: Reply,
    #[doc(hidden)]
    pub record: Recorded,
}

/// An update that failed.
#[derive(Debug)]
pub struct Failure {
    /// Why.
    pub error: Error,
    /// What becomes of it, if that is no matter of the error alone.
    #[doc(hidden)]
    pub verdict: Option<Verdict>,
    #[doc(hidden)]
    pub record: Recorded,
}

/// What is remembered of an update by the time its reply is to be sent.
#[derive(Debug, Default)]
pub struct Recorded {
    /// A copy of the update would be known as applied, whatever process met it.
    pub is_applied: bool,
    /// All was done before, replies included: nothing is to be said.
    pub is_complete: bool,
    /// What strikes the reply out after it was sent.
    pub receipt: Option<Receipt>,
}

/// Records, once a reply was sent, that it is not to be sent again.
pub struct Receipt(Box<dyn FnOnce() -> BoxFuture<'static, Result<()>> + Send>);

/// An update with a reply that is still to be sent; it cannot fail any more.
#[derive(Debug)]
#[non_exhaustive]
pub struct Settled {
    /// How the handler ended.
    pub outcome: Outcome,
    /// What is to be said.
    pub reply: Reply,
    #[doc(hidden)]
    pub record: Recorded,
    #[doc(hidden)]
    pub trouble: Option<Trouble>,
}

/// What the top of the stack answers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conclusion {
    /// How the update ended.
    pub outcome: Outcome,
    /// A copy of the update would be known as applied, whatever process met it.
    #[doc(hidden)]
    pub is_recorded: bool,
    /// What went wrong, where that matters for what is done next.
    #[doc(hidden)]
    pub trouble: Option<Trouble>,
}

/// Why an update has no result, or which server was away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The error and its causes.
    pub error: String,
    /// Whether it may succeed when it is tried again soon.
    pub is_passing: bool,
    /// How long to wait before that, if it is known.
    pub pause: Option<Duration>,
}

impl Handled {
    /// Nothing is left to do: it was handled before.
    #[doc(hidden)]
    #[must_use]
    pub fn before() -> Self {
        let record = Recorded {
            is_applied: true,
            is_complete: true,
            receipt: None,
        };
        Self {
            reply: Reply::none(),
            record,
        }
    }
}

impl From<Reply> for Handled {
    fn from(reply: Reply) -> Self {
        Self {
            reply,
            record: Recorded::default(),
        }
    }
}

impl Failure {
    /// It is not known whether the update was applied, or not all of it is brought about.
    #[doc(hidden)]
    #[must_use]
    pub fn retry(error: Error) -> Self {
        Self {
            error,
            verdict: Some(Verdict::Retry),
            record: Recorded::default(),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            error,
            verdict: None,
            record: Recorded::default(),
        }
    }
}

impl Recorded {
    /// It would be known, and this strikes out what is to be said.
    #[must_use]
    pub fn applied(receipt: Option<Receipt>) -> Self {
        Self {
            is_applied: true,
            is_complete: false,
            receipt,
        }
    }
}

impl Settled {
    /// An update that ended so, and of which nothing is remembered.
    #[must_use]
    pub fn new(outcome: Outcome, reply: Reply) -> Self {
        Self {
            outcome,
            reply,
            record: Recorded::default(),
            trouble: None,
        }
    }
}

impl Conclusion {
    /// An update that ended so, and of which nothing is remembered.
    #[must_use]
    pub fn new(outcome: Outcome) -> Self {
        Self {
            outcome,
            is_recorded: false,
            trouble: None,
        }
    }
}

impl Receipt {
    /// What is done once it was sent.
    pub fn new<F>(confirm: impl FnOnce() -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        Self(Box::new(|| Box::pin(confirm())))
    }

    /// The reply was sent.
    pub async fn confirm(self) {
        if let Err(error) = (self.0)().await {
            tracing::warn!(
                event = "mark_failed",
                error = error.chain(),
                "it was not recorded that the replies were sent: they may be sent again"
            );
        }
    }
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receipt")
    }
}
