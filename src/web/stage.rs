//! How far the process has come, and what it can be asked about meanwhile.

use std::sync::Arc;

use tokio::sync::watch;

#[cfg(feature = "admin")]
use super::admin::Means;
use crate::{
    Clock,
    db::Database,
    dead_letters::DeadLetters,
    intake::{Outlook, Pulse},
    queue::{ExpressQueue, Queue, SeatsHandle},
    redis::Redis,
    worker::Health,
};

/// What a process that runs is asked about.
pub(crate) struct Sources {
    pub(crate) bot_id: i64,
    pub(crate) clock: Clock,
    pub(crate) health: Health,
    pub(crate) pulse: Pulse,
    /// Where Telegram posts updates.
    pub(crate) outlook: Option<Outlook>,
    pub(crate) seats: SeatsHandle,
    pub(crate) queue: Queue,
    pub(crate) express: ExpressQueue,
    pub(crate) dead_letters: DeadLetters,
    pub(crate) database: Database,
    pub(crate) redis: Option<Redis>,
    /// What is wrong with the files that were to override the texts.
    pub(crate) texts_refused: Arc<[String]>,
    #[cfg(feature = "admin")]
    pub(crate) admin: Means,
}

impl Sources {
    /// How many partitions belong to no process.
    pub(super) fn orphans(&self) -> usize {
        let partitions = usize::from(self.queue.partitions());
        partitions.saturating_sub(self.seats.owned_by_any())
    }
}

/// How far the process has come; a clone shares it.
#[derive(Clone)]
pub(super) struct Progress(watch::Sender<Stage>);

/// How far the process has come.
#[derive(Clone)]
pub(super) enum Stage {
    /// It waits for what is away.
    Starting,
    /// It handles updates.
    Running(Arc<Sources>),
    /// It was told to end.
    Stopping,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(Stage::Starting))
    }

    pub(super) fn now(&self) -> Stage {
        self.0.borrow().clone()
    }

    /// Tells of what it becomes.
    #[cfg(feature = "admin")]
    pub(super) fn follow(&self) -> watch::Receiver<Stage> {
        self.0.subscribe()
    }

    pub(super) fn is(&self, stage: Stage) {
        self.0.send_replace(stage);
    }
}
