//! How far the process has come, and what it can be asked about meanwhile.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, PoisonError, RwLock},
};

use tokio::sync::watch;

#[cfg(feature = "admin")]
use super::admin::Means;
use crate::{
    Clock,
    db::Database,
    dead_letters::DeadLetters,
    intake::Pulse,
    maintenance::Maintenance,
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
    pub(crate) webhook: Option<Pulse>,
    pub(crate) seats: SeatsHandle,
    pub(crate) queue: Queue,
    pub(crate) express: ExpressQueue,
    pub(crate) dead_letters: DeadLetters,
    pub(crate) database: Database,
    pub(crate) redis: Option<Redis>,
    pub(crate) maintenance: Maintenance,
    /// What is wrong with the files that were to override the texts.
    pub(crate) texts_refused: Arc<[String]>,
    #[cfg(feature = "admin")]
    pub(crate) admin: Means,
}

/// The servers that a process is asked about.
#[derive(Clone)]
pub(crate) struct Servers {
    pub(crate) health: Health,
    pub(crate) database: Database,
    pub(crate) redis: Option<Redis>,
}

impl Sources {
    /// Those of a bot alone.
    pub(super) fn servers(&self) -> Servers {
        Servers {
            health: self.health.clone(),
            database: self.database.clone(),
            redis: self.redis.clone(),
        }
    }

    /// How many partitions belong to no process.
    pub(super) fn orphans(&self) -> usize {
        let partitions = usize::from(self.queue.partitions());
        partitions.saturating_sub(self.seats.owned_by_any())
    }
}

/// How far the process has come; a clone shares it.
#[derive(Clone)]
pub(crate) struct Progress(watch::Sender<Stage>);

/// How far the process has come.
#[derive(Clone)]
pub(crate) enum Stage {
    /// It waits for what is away.
    Starting,
    /// It handles updates.
    Running(Arc<Sources>),
    /// It was told to end.
    Stopping,
    /// One of several bots does not run, while the process does.
    Stopped(Arc<Trouble>),
}

/// Why one of several bots does not run.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) problem: String,
    /// It is started again by itself.
    pub(crate) is_passing: bool,
}

impl Progress {
    pub(crate) fn new() -> Self {
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

    pub(crate) fn is(&self, stage: Stage) {
        self.0.send_replace(stage);
    }
}

/// Who a process is asked about; a clone shares it.
#[derive(Clone)]
pub(super) enum Told {
    /// One bot.
    Alone(Progress),
    /// Several, by their names.
    Several(Fleet),
}

/// Several bots in one process; a clone shares it.
#[derive(Clone)]
pub(crate) struct Fleet(Arc<Several>);

struct Several {
    /// Of the process.
    progress: watch::Sender<Process>,
    members: RwLock<Members>,
    /// It may have none for a while: bots are added while it runs.
    takes_added: bool,
}

#[derive(Default)]
struct Members {
    bots: BTreeMap<Arc<str>, Progress>,
    /// Those that were among them and are not any more.
    gone: BTreeSet<Arc<str>>,
}

/// How far the process of several bots has come.
#[derive(Clone)]
pub(super) enum Process {
    Starting,
    Running(Servers),
    Stopping,
}

impl Fleet {
    /// Bots of these names, none of which runs yet. Others may come and go where the process `takes_added`.
    pub(crate) fn of(names: impl IntoIterator<Item = Arc<str>>, takes_added: bool) -> Self {
        let bots = names.into_iter().map(|name| (name, Progress::new()));
        let members = Members {
            bots: bots.collect(),
            gone: BTreeSet::new(),
        };
        Self(Arc::new(Several {
            progress: watch::Sender::new(Process::Starting),
            members: RwLock::new(members),
            takes_added,
        }))
    }

    /// How far that bot has come.
    pub(crate) fn bot(&self, name: &str) -> Progress {
        let members = self.0.members.read();
        let members = members.unwrap_or_else(PoisonError::into_inner);
        let progress = members.bots.get(name);
        progress.cloned().unwrap_or_else(Progress::new)
    }

    /// There is a bot of that name from now on, which does not run yet.
    pub(crate) fn add(&self, name: &Arc<str>) {
        let members = self.0.members.write();
        let mut members = members.unwrap_or_else(PoisonError::into_inner);
        members.gone.remove(name);
        members.bots.insert(name.clone(), Progress::new());
    }

    /// There is none any more.
    pub(crate) fn remove(&self, name: &Arc<str>) {
        let members = self.0.members.write();
        let mut members = members.unwrap_or_else(PoisonError::into_inner);
        if members.bots.remove(name).is_some() {
            members.gone.insert(name.clone());
        }
    }

    /// The names of bots that were there, and are not any more.
    pub(super) fn gone(&self) -> BTreeSet<Arc<str>> {
        let members = self.0.members.read();
        members.unwrap_or_else(PoisonError::into_inner).gone.clone()
    }

    /// Whether it is as it is to be without any bot.
    pub(super) fn takes_added(&self) -> bool {
        self.0.takes_added
    }

    /// The process is connected to what its bots share.
    pub(crate) fn runs(&self, servers: Servers) {
        self.0.progress.send_replace(Process::Running(servers));
    }

    /// The process was told to end.
    pub(crate) fn stops(&self) {
        self.0.progress.send_replace(Process::Stopping);
    }

    pub(super) fn process(&self) -> Process {
        self.0.progress.borrow().clone()
    }

    pub(super) fn bots(&self) -> Vec<(Arc<str>, Stage)> {
        let members = self.0.members.read();
        let members = members.unwrap_or_else(PoisonError::into_inner);
        let bots = members.bots.iter();
        bots.map(|(name, progress)| (name.clone(), progress.now()))
            .collect()
    }
}
