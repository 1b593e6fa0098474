//! How an update came from the queue: where it stood, and who else may have had it.

use std::{fmt, sync::Arc, time::Duration};

use tokio::time::sleep;

/// How often it is looked whether an update is this process's again.
const LOOK: Duration = Duration::from_millis(50);

/// How an update came from the queue. The worker inserts it into the extensions of every request.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Where the update stands in the queue.
    pub place: Place,
    /// How often it was begun in this process, from 1.
    pub attempt: u32,
    /// Another process may have had it before, and may have applied it.
    pub is_inherited: bool,
    /// Why it is not given to a handler any more.
    pub poison: Option<Poison>,
    /// Whether it is certain that nobody else has it by now.
    pub ownership: Ownership,
}

/// Tells whether an update is still this process's, at the moment it is asked: who stood still for long
/// may find its updates begun by another one. A clone tells the same.
#[derive(Clone)]
pub struct Ownership(Arc<dyn Fn() -> bool + Send + Sync>);

impl Ownership {
    /// That of which `holds` tells.
    #[must_use]
    pub fn new(holds: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(holds))
    }

    /// Whether it is certain now.
    #[must_use]
    pub fn holds(&self) -> bool {
        (self.0)()
    }

    /// Waits until it is certain: at once, unless the process stood still or lost a connection.
    pub async fn until_held(&self) {
        while !self.holds() {
            sleep(LOOK).await;
        }
    }
}

impl fmt::Debug for Ownership {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ownership")
    }
}

impl Delivery {
    /// Whether the update may be applied already, or be about to be: by who had it before, or by an
    /// attempt whose end is not known.
    #[must_use]
    pub fn may_be_applied(&self) -> bool {
        self.is_inherited || self.attempt > 1
    }
}

/// A place in the queue; later updates of a user are greater, also after the queue was recreated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The number of the stream: a recreated one has a greater number.
    pub epoch: i64,
    /// The sequence of the message in it, from 1.
    pub sequence: u64,
    /// Which update of the message, from 0.
    pub index: u32,
}

/// The name of the update at that place, under which it becomes one dead letter.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            epoch,
            sequence,
            index,
        } = self;
        write!(f, "{epoch}.{sequence}.{index}")
    }
}

/// An update that was begun too often without a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poison {
    /// How often it was begun.
    pub attempts: u32,
    /// What the last attempt said, if it could say anything.
    pub error: Option<String>,
}

impl fmt::Display for Poison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unknown = "no error was recorded: every attempt ended its process, or hung";
        let (attempts, last) = (self.attempts, self.error.as_deref());
        let last = last.unwrap_or(unknown);
        write!(f, "it was begun {attempts} times without a result: {last}")
    }
}
