//! The composition root: what the service is made of, in which order it starts and stops.

mod builder;
mod stack;

use std::{convert::Infallible, fmt, time::Duration};

use tokio::{sync::mpsc, time::Instant};
use tokio_util::sync::CancellationToken;

pub use self::builder::AppBuilder;
use self::stack::stack;
use crate::{
    Config, Result,
    db::Database,
    dialogue::Move,
    intake::{Leader, Poller, Publisher},
    nats::Nats,
    routing::Route,
    startup::{StartError, Streams},
    tasks::{POLLER, RunError, Tasks},
    telegram::{Bot, Menu, UpdateKind},
    unit_of_work::{self, Inbox},
    users::{TrackerDriver, UserTracker},
    worker::{self, Health, Worker},
};

/// How long partitions may take to be given back after the time for what is in flight.
const GIVING_BACK: Duration = Duration::from_secs(3);

/// A service that is connected to everything it needs, and waits to be run.
pub struct App {
    config: Config,
    parts: Parts,
    handlers: Route,
    kinds: Vec<UpdateKind>,
    driver: TrackerDriver,
    menu: Menu,
}

struct Parts {
    bot: Bot,
    database: Database,
    tracker: UserTracker,
    nats: Nats,
    streams: Streams,
}

impl App {
    /// The bundled bot, connected.
    ///
    /// # Errors
    ///
    /// See [`AppBuilder::build`].
    pub async fn build(config: Config) -> Result<Self, StartError> {
        Self::builder(config).build().await
    }

    /// Begins to compose a service.
    pub fn builder(config: Config) -> AppBuilder {
        AppBuilder::new(config)
    }

    /// Runs until `stop` is cancelled, then finishes what is in flight and closes everything. Of all
    /// processes with the same bot and `nats.prefix` one polls; all of them handle updates.
    ///
    /// # Errors
    ///
    /// [`RunError`]: Telegram takes the token no more, or a task that the service cannot do without
    /// ended. It is logged at once, and everything is closed then, too.
    pub async fn run(self, stop: CancellationToken) -> Result<(), RunError> {
        let Self {
            config,
            parts,
            handlers,
            kinds,
            driver,
            menu,
        } = self;
        let Parts {
            bot,
            database,
            tracker,
            nats,
            streams,
        } = parts;
        let Streams {
            queue,
            dead_letters,
            dialogues,
            seats,
            handle,
            changes,
        } = streams;
        let (storage, bot_id) = (dialogues.clone(), bot.id());
        bot.when_moved(move |from, to| {
            let storage = storage.clone();
            async move { storage.record_move(bot_id, Move { from, to }).await }
        });
        let inbox = Inbox::new(database.clone());
        let service = stack(
            &config,
            database.clone(),
            inbox.clone(),
            tracker.clone(),
            dialogues.clone(),
            dead_letters.clone(),
            handlers,
        );
        let publisher = Publisher::new(
            queue.clone(),
            dead_letters.clone(),
            dialogues.clone(),
            handle.clone(),
            stop.clone(),
        );
        let hold = Duration::from_secs(config.telegram.poll_timeout_s);
        let poller = Poller::new(bot.clone(), publisher, kinds, hold);
        let health = Health::default();
        let (polls, told) = mpsc::unbounded_channel();
        let leader = Leader::new(queue.clone(), handle.clone(), told);
        let parts = worker::Parts {
            queue: queue.clone(),
            dead_letters,
            inbox: inbox.clone(),
            dialogues: dialogues.clone(),
            health: health.clone(),
            bot,
            polls,
        };
        let worker = Worker::new(
            &config.delivery,
            parts,
            handle.clone(),
            changes,
            service,
            stop.clone(),
        );
        let (probed, probed_nats) = (tracker.clone(), nats.clone());
        let probe = async move || {
            let probing = async {
                // What the server lost is not its being away: it is recreated.
                if probed_nats.restore_all().await? {
                    queue.epoch().await?;
                }
                probed.ping().await?;
                dialogues.ping().await
            };
            let found = probing.await;
            handle.found_servers(found.is_ok());
            found
        };

        let (mut polling, mut working, mut tracking) =
            (Tasks::default(), Tasks::default(), Tasks::default());
        tracking.spawn("user tracker", always(driver.run()));
        working.spawn("worker", always(worker.run()));
        working.spawn("seats", always(seats.run(stop.clone())));
        working.spawn("health", health.watch(probe, stop.clone()));
        let days = config.delivery.inbox_days;
        working.spawn(
            "purge",
            always(unit_of_work::purge(inbox, days, stop.clone())),
        );
        let leading = stop.clone();
        polling.spawn(
            POLLER,
            async move { leader.run(poller, menu, &leading).await },
        );
        tracing::info!(event = "running", "the bot is running");

        let early = tokio::select! {
            biased;
            () = stop.cancelled() => None,
            ended = polling.early_end() => Some(ended),
            ended = working.early_end() => Some(ended),
            ended = tracking.early_end() => Some(ended),
        };
        let mut failures = Failures::default();
        failures.extend(early);
        stop.cancel();
        let grace = Duration::from_millis(config.delivery.shutdown_grace_ms);
        let begun = Instant::now();
        // What is not done by then is dropped, and its partitions are given back.
        let finishing = working.finish(grace + GIVING_BACK);
        let (polled, worked) = tokio::join!(finish_polling(polling), finishing);
        failures.extend(polled);
        let (failed, in_time) = worked;
        failures.extend(failed);
        if in_time && begun.elapsed() < grace {
            tracing::info!(event = "drained", "all updates in flight are finished");
        } else {
            tracing::warn!(
                event = "grace_over",
                grace_ms = grace.as_millis(),
                "updates in flight were not finished in time: they will be delivered again"
            );
        }
        failures.extend(close(database, tracker, nats, tracking).await);
        failures.first.map_or(Ok(()), Err)
    }
}

/// The result of a task that has none: only a panic can make it fail.
async fn always(task: impl Future<Output = ()>) -> Result<(), Infallible> {
    task.await;
    Ok(())
}

/// What went wrong with the tasks: each failure is logged when it is learnt of, the first is the
/// service's own.
#[derive(Default)]
struct Failures {
    first: Option<RunError>,
}

impl Failures {
    fn extend(&mut self, failures: impl IntoIterator<Item = RunError>) {
        for failure in failures {
            let problem = match &failure {
                RunError::Poll(error) => crate::chain(error),
                RunError::Task { problem, .. } => problem.clone(),
            };
            tracing::error!(
                event = "cannot_run",
                task = failure.task(),
                error = problem,
                "the service cannot run"
            );
            self.first.get_or_insert(failure);
        }
    }
}

/// Waits for the poller, which gives back its seat; it limits itself what it waits for.
async fn finish_polling(polling: Tasks) -> Vec<RunError> {
    let (failures, in_time) = polling.finish(Duration::from_secs(10)).await;
    if in_time {
        tracing::info!(event = "polling_stopped", "polling has stopped");
    } else {
        tracing::warn!(event = "polling_late", "polling did not stop in time");
    }
    failures
}

/// Closes the database, then NATS.
async fn close(
    database: Database,
    tracker: UserTracker,
    nats: Nats,
    tracking: Tasks,
) -> Vec<RunError> {
    // The tracker's driver ends once the last handle is gone and all is written.
    drop(tracker);
    let (failures, in_time) = tracking.finish(Duration::from_secs(3)).await;
    if !in_time {
        tracing::warn!(
            event = "tracker_late",
            "the user tracker did not finish in time"
        );
    }
    drop(database);
    tracing::info!(event = "database_closed", "the database pool is closed");
    if nats.close().await {
        tracing::info!(event = "nats_closed", "NATS is closed");
    } else {
        tracing::warn!(event = "nats_late", "NATS was not closed in time");
    }
    failures
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
