//! Handles the updates that are answered within seconds, past all that waits in the partitions: a lane for
//! payments, and one for inline queries, each with a budget of its own.

mod answering;
mod hold;
mod newest;
mod timely;

use std::{
    convert::Infallible,
    panic::resume_unwind,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use async_nats::jetstream::{AckKind, Message};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::{JoinError, JoinSet},
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tower::Service;
use tracing::Instrument;

use self::{
    answering::{Arrival, Ended},
    hold::Hold,
    newest::Newest,
};
use super::{Health, attempt::Attempts, sharing::LAST_WORDS, watchdog::Watchdog};
use crate::{
    Request, Result,
    config::DeliveryConfig,
    dead_letters::DeadLetters,
    outcome::Conclusion,
    queue::{ExpressQueue, Puller, SeatsHandle},
    telegram::{Bot, backoff::Backoff, internal::Express},
};

pub(super) use timely::AnswerBy;
pub(crate) use timely::timely;

/// The most updates of a lane that a process handles at once.
const MOST: usize = 64;

/// How often the clock of the server is looked at.
const LOOK: Duration = Duration::from_secs(60);

/// What an express lane is made of.
#[derive(Clone, Debug)]
pub(crate) struct ExpressParts {
    /// Where its updates come from.
    pub(crate) queue: ExpressQueue,
    /// Where those go that cannot be handled.
    pub(crate) dead_letters: DeadLetters,
    /// Whether the servers are there.
    pub(crate) health: Health,
    /// Whether another process could take them.
    pub(crate) seats: SeatsHandle,
    /// Whose they are.
    pub(crate) bot: Bot,
}

/// Gives the updates of an express lane to a service. Any number of processes do so side by side.
pub(crate) struct ExpressWorker<S> {
    shared: Arc<Shared<S>>,
    grace: Duration,
}

struct Shared<S> {
    express: Express,
    queue: ExpressQueue,
    dead_letters: DeadLetters,
    health: Health,
    seats: SeatsHandle,
    attempts: Attempts<S>,
    newest: Newest,
    budget: Arc<Semaphore>,
    /// By how many milliseconds the server's clock is ahead of that of this process.
    ahead_ms: AtomicI64,
    /// How many came too late.
    expired: AtomicU64,
    /// It was told that updates cannot be pulled, or that their places cannot be read.
    is_failing: AtomicBool,
    is_blind: AtomicBool,
    stop: CancellationToken,
}

impl<S> ExpressWorker<S>
where
    S: Service<Request, Response = Conclusion, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send,
{
    /// A worker of that lane; what is under way at `stop` has the configured grace.
    pub(crate) fn new(
        express: Express,
        config: &DeliveryConfig,
        parts: ExpressParts,
        service: S,
        stop: CancellationToken,
    ) -> Self {
        let ExpressParts {
            queue,
            dead_letters,
            health,
            seats,
            bot,
        } = parts;
        let shared = Shared {
            express,
            queue,
            dead_letters,
            health: health.clone(),
            seats,
            attempts: Attempts {
                service,
                bot,
                health,
                watchdog: Watchdog::start(2 * config.handler_timeout() + LAST_WORDS),
                max_deliveries: config.max_deliveries,
            },
            newest: Newest::default(),
            budget: Arc::new(Semaphore::new(MOST)),
            ahead_ms: AtomicI64::new(0),
            expired: AtomicU64::new(0),
            is_failing: AtomicBool::new(false),
            is_blind: AtomicBool::new(false),
            stop,
        };
        Self {
            shared: Arc::new(shared),
            grace: Duration::from_millis(config.shutdown_grace_ms),
        }
    }

    /// Works until it is stopped, and what is under way then has ended. What has not by the end of the grace is
    /// dropped: another process gets it, unless it is too late for it.
    pub(crate) async fn run(self) {
        let Self { shared, grace } = self;
        let mut tasks = JoinSet::new();
        let stop = shared.stop.clone();
        stop.run_until_cancelled(shared.pull_on(&mut tasks)).await;
        let ending = async {
            while let Some(ended) = tasks.join_next().await {
                propagate(ended);
            }
        };
        // Dropped with the tasks that are left.
        let _ = timeout(grace, ending).await;
    }
}

impl<S> Shared<S>
where
    S: Service<Request, Response = Conclusion, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send,
{
    /// Pulls for as long as nobody stops it.
    async fn pull_on(self: &Arc<Self>, tasks: &mut JoinSet<()>) {
        // Not long: what waits meanwhile is soon too late.
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1));
        loop {
            match self.pull(tasks).await {
                Ok(()) => backoff.reset(),
                Err(error) => {
                    if self.health.is_well() && !self.is_failing.swap(true, Ordering::Relaxed) {
                        tracing::warn!(
                            event = "pull_failed",
                            lane = self.express.as_str(),
                            error = error.chain(),
                            "an express lane cannot be pulled"
                        );
                        self.health.suspect();
                    }
                    sleep(backoff.next()).await;
                }
            }
        }
    }

    /// Pulls until the queue is to be opened again.
    async fn pull(self: &Arc<Self>, tasks: &mut JoinSet<()>) -> Result<()> {
        let (queue, express) = (&self.queue, self.express);
        let consumer = queue.consumer(express).await?;
        let stream = queue.stream(express);
        let mut puller = Puller::one_by_one(queue.nats(), &stream, &consumer).await?;
        let mut looked_at = None::<Instant>;
        loop {
            if looked_at.is_none_or(|at| at.elapsed() > LOOK) {
                let ahead = queue.clock_ahead(express, &consumer).await?;
                self.ahead_ms.store(ahead, Ordering::Relaxed);
                looked_at = Some(Instant::now());
            }
            // Before it is asked for an update: one that this process cannot begin is for another.
            let budget = self.budget.clone().acquire_owned();
            let permit = budget.await.expect("it is never closed");
            self.is_of_use().await;
            let Ok(next) = timeout(LOOK, puller.next()).await else {
                continue;
            };
            let Some(message) = next? else { return Ok(()) };
            if self.is_failing.swap(false, Ordering::Relaxed) {
                let lane = express.as_str();
                tracing::info!(
                    event = "pull_recovered",
                    lane,
                    "an express lane is pulled again"
                );
            }
            while let Some(ended) = tasks.try_join_next() {
                propagate(ended);
            }
            tasks.spawn(self.clone().take(message, permit).in_current_span());
        }
    }

    /// Waits while a server is away from this process, and another one could do the work.
    async fn is_of_use(&self) {
        while !self.health.is_well() && self.seats.has_well_peers() {
            let _ = timeout(Duration::from_secs(1), self.health.well()).await;
        }
    }

    /// Brings an update to an end, and tells the queue of it.
    async fn take(self: Arc<Self>, message: Message, permit: OwnedSemaphorePermit) {
        let Some(arrival) = Arrival::of(&message) else {
            if !self.is_blind.swap(true, Ordering::Relaxed) {
                tracing::error!(
                    event = "place_unknown",
                    "the age of a message in the queue cannot be read: such messages are not handled"
                );
            }
            return tell(&message, AckKind::Nak(Some(Duration::from_secs(2)))).await;
        };
        let hold = Hold::new();
        let ended = tokio::select! {
            ended = Box::pin(self.answer(&arrival, &hold)) => ended,
            never = hold.keep(&message) => match never {},
        };
        drop(permit);
        match ended {
            Ended::Over => tell(&message, AckKind::Ack).await,
            Ended::Left => tell(&message, AckKind::Nak(None)).await,
            Ended::Lost => {}
        }
    }
}

/// Tells the queue; without a connection the message comes again by itself.
async fn tell(message: &Message, what: AckKind) {
    let told = timeout(Duration::from_secs(2), message.double_ack_with(what)).await;
    if !matches!(told, Ok(Ok(()))) {
        tracing::debug!("the queue was not told");
    }
}

/// A task that panicked takes the worker with it.
fn propagate(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && let Ok(panic) = error.try_into_panic()
    {
        resume_unwind(panic);
    }
}
