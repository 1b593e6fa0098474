//! What all lanes and partitions of this process use.

use std::{
    any::Any,
    convert::Infallible,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::FutureExt;
use tokio::sync::{RwLock, Semaphore, mpsc};
use tokio_util::task::TaskTracker;
use tower::Service;
use tracing::Instrument;

use super::{
    Health,
    attempt::Attempts,
    batch::{Batch, Item, Untraced},
    held::Held,
    lanes::{LaneKey, Lanes},
    partition::Partition,
    sharing::LAST_WORDS,
    suspects::Suspects,
    trouble::Trouble,
    watchdog::Watchdog,
};
use crate::{
    Request,
    config::DeliveryConfig,
    dead_letters::DeadLetters,
    dialogue::NatsStorage,
    outcome::Conclusion,
    queue::{Change, Queue, SeatsHandle},
    request::UpdateKey,
    telegram::Bot,
    unit_of_work::Inbox,
};

/// What a task panicked with.
pub(super) type Panic = Box<dyn Any + Send>;

/// What a worker is made of.
#[derive(Debug)]
pub(crate) struct Parts {
    /// Where updates come from.
    pub(crate) queue: Queue,
    /// Where those go that cannot be handled.
    pub(crate) dead_letters: DeadLetters,
    /// What is known of updates.
    pub(crate) inbox: Inbox,
    /// Where suspects are counted.
    pub(crate) dialogues: NatsStorage,
    /// Whether the servers are there.
    pub(crate) health: Health,
    /// Whose updates they are.
    pub(crate) bot: Bot,
    /// Who is told what becomes of the seat of the poller.
    pub(crate) polls: mpsc::UnboundedSender<Change>,
}

/// What all lanes use.
pub(super) struct Shared<S> {
    pub(super) queue: Queue,
    pub(super) dead_letters: DeadLetters,
    pub(super) inbox: Inbox,
    pub(super) suspects: Suspects,
    pub(super) health: Health,
    pub(super) attempts: Attempts<S>,
    pub(super) seats: SeatsHandle,
    /// Updates that are under way.
    pub(super) budget: Semaphore,
    pub(super) alone: RwLock<()>,
    pub(super) held: Held,
    pub(super) trouble: Trouble,
    bot: i64,
    lanes: Mutex<Lanes<Item, Untraced>>,
    /// Lanes that run, and what else works beside them.
    tasks: TaskTracker,
    panics: mpsc::UnboundedSender<Panic>,
    to_acknowledge: mpsc::UnboundedSender<Arc<Batch>>,
}

impl<S> Shared<S>
where
    S: Service<Request, Response = Conclusion, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send,
{
    /// Runs a lane.
    pub(super) fn start(self: Arc<Self>, lane: LaneKey) {
        let shared = self.clone();
        self.spawn(shared.run_lane(lane));
    }
}

impl<S> Shared<S> {
    pub(super) fn new(
        config: &DeliveryConfig,
        parts: Parts,
        seats: SeatsHandle,
        to_acknowledge: mpsc::UnboundedSender<Arc<Batch>>,
        panics: mpsc::UnboundedSender<Panic>,
        service: S,
    ) -> Self {
        let Parts {
            queue,
            dead_letters,
            inbox,
            dialogues,
            health,
            bot,
            polls: _,
        } = parts;
        let most = config.max_in_flight;
        Self {
            queue,
            dead_letters,
            inbox,
            suspects: Suspects::new(dialogues, bot.id(), config.max_deliveries),
            health: health.clone(),
            seats,
            budget: Semaphore::new(most),
            alone: RwLock::new(()),
            held: Held::new(),
            trouble: Trouble::default(),
            bot: bot.id(),
            lanes: Mutex::new(Lanes::new()),
            tasks: TaskTracker::new(),
            panics,
            to_acknowledge,
            attempts: Attempts {
                service,
                bot,
                health,
                watchdog: Watchdog::start(2 * config.handler_timeout() + LAST_WORDS),
                max_deliveries: config.max_deliveries,
            },
        }
    }

    pub(super) fn key(&self, update_id: i64) -> UpdateKey {
        UpdateKey {
            bot_id: self.bot,
            update_id,
        }
    }

    pub(super) fn lanes(&self) -> MutexGuard<'_, Lanes<Item, Untraced>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All updates of a batch are done.
    pub(super) fn finished(&self, batch: Arc<Batch>) {
        // Without a worker it is of no use.
        let _ = self.to_acknowledge.send(batch);
    }

    pub(super) fn is_acknowledged(&self, batch: &Batch) {
        batch.partition.finished(batch.sequence);
        let untraced = batch.untraced();
        let mut lanes = self.lanes();
        for (index, lane, key) in untraced {
            lanes.acknowledged(lane, |update| {
                update.key == key && update.item.place().index == index
            });
        }
    }

    /// A partition is another process's, or may be: what is under way ends at once.
    pub(super) fn lose(&self, partition: &Partition) {
        partition.lose();
        self.drop_unbegun(partition);
    }

    pub(super) fn drop_unbegun(&self, partition: &Partition) {
        let is_of = |item: &Item| std::ptr::eq(&*item.batch.partition, partition);
        let is_lost = partition.lost.is_cancelled();
        self.lanes()
            .retain(|item| !is_of(item), |update| is_lost && is_of(&update.item));
    }

    /// Runs a task beside all others. A lane that panicked would stand still for ever: the worker is told
    /// of it, and goes down.
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let panics = self.panics.clone();
        // Combinators, where an async block would hold the task twice.
        let task = AssertUnwindSafe(task).catch_unwind().map(move |ended| {
            if let Err(panic) = ended {
                // Without a worker it goes down anyhow.
                let _ = panics.send(panic);
            }
        });
        self.tasks.spawn(task.in_current_span());
    }
}
