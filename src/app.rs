//! The composition root: what the service is made of, in which order it starts and stops.

use std::{convert::Infallible, fmt, time::Duration};

use tokio_util::sync::CancellationToken;
use tower::{Layer, Service, ServiceBuilder};

use crate::{
    Config, Error, Reply, Request, Result, Router,
    db::{Database, TrackerDriver, UserTracker},
    delivery::{
        DeadLetters, Election, Health, Publisher, Queue, Retries, Supervisor,
        Worker,
    },
    fsm::{Move, NatsStorage},
    handlers,
    layers::{
        CatchPanicLayer, DbSessionLayer, ErrorReplyLayer, OwnMessageLayer,
        SendReplyLayer, TimeoutLayer, TraceLayer, TrackUserLayer,
    },
    nats::Nats,
    outcome::Conclusion,
    routing::Route,
    startup::{self, StartError},
    tasks::{POLLER, RunError, Tasks},
    telegram::{Bot, Menu, Poller, UpdateKind},
    unit_of_work::{self, Inbox},
};

/// Every layer an update passes, from the outside in. The types keep what may fail below
/// `ErrorReplyLayer`; the reasons for the rest of the order are in `docs/layers.md`.
fn stack(
    config: &Config,
    database: Database,
    inbox: Inbox,
    tracker: UserTracker,
    dialogues: NatsStorage,
    dead_letters: DeadLetters,
    handlers: Route,
) -> impl Service<Request, Response = Conclusion, Error = Infallible, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static {
    ServiceBuilder::new()
        .layer(TraceLayer::new())
        .layer(SendReplyLayer::new(tracker.clone()))
        .layer(ErrorReplyLayer::new())
        .layer(OwnMessageLayer::new())
        .layer(
            DbSessionLayer::new(database)
                .with_inbox(inbox)
                .with_dialogues(dialogues)
                .with_dead_letters(dead_letters),
        )
        .layer(TimeoutLayer::new(config.delivery.handler_timeout()))
        .layer(CatchPanicLayer::new())
        .layer(TrackUserLayer::new(tracker))
        .service(handlers)
}

/// A service that is connected to everything it needs, and waits to be run.
pub struct App {
    config: Config,
    parts: Parts,
    handlers: Route,
    kinds: Vec<UpdateKind>,
    driver: TrackerDriver,
    election: Election,
    menu: Menu,
}

struct Parts {
    bot: Bot,
    database: Database,
    tracker: UserTracker,
    nats: Nats,
    queue: Queue,
    dead_letters: DeadLetters,
    dialogues: NatsStorage,
    retries: Retries,
}

/// Collects what an [`App`] is made of.
#[must_use = "a builder does nothing until `build` is called"]
pub struct AppBuilder {
    config: Config,
    router: Option<Router>,
    layers: Vec<Box<dyn FnOnce(Route) -> Route + Send>>,
    menu: Vec<(String, String)>,
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
        AppBuilder {
            config,
            router: None,
            layers: Vec::new(),
            menu: Vec::new(),
        }
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
            election,
            menu,
        } = self;
        let (storage, bot) = (parts.dialogues.clone(), parts.bot.id());
        parts.bot.when_moved(move |from, to| {
            let storage = storage.clone();
            async move { storage.record_move(bot, Move { from, to }).await }
        });
        let inbox = Inbox::new(parts.database.clone());
        let service = stack(
            &config,
            parts.database.clone(),
            inbox.clone(),
            parts.tracker.clone(),
            parts.dialogues.clone(),
            parts.dead_letters.clone(),
            handlers,
        );
        let publisher = Publisher::new(
            parts.queue.clone(),
            parts.dead_letters.clone(),
            parts.dialogues.clone(),
            parts.bot.id(),
            stop.clone(),
        );
        let hold = Duration::from_secs(config.telegram.poll_timeout_s);
        let poller = Poller::new(parts.bot.clone(), publisher, kinds, hold);
        let health = Health::default();
        let worker = Worker::new(
            &config.delivery,
            parts.queue.clone(),
            parts.dead_letters.clone(),
            parts.retries.clone(),
            health.clone(),
            parts.bot.clone(),
            service,
        );
        let supervisor = Supervisor::new(parts.queue.clone(), config.delivery.handler_timeout());
        let (tracker, dialogues) = (parts.tracker.clone(), parts.dialogues.clone());
        let (nats, queue) = (parts.nats.clone(), parts.queue.clone());
        let probe = async move || {
            // What the server lost is not its being away: it is recreated.
            if nats.restore_all().await? {
                queue.epoch().await?;
            }
            tracker.ping().await?;
            dialogues.ping().await
        };

        let (mut polling, mut working, mut tracking) =
            (Tasks::default(), Tasks::default(), Tasks::default());
        tracking.spawn("user tracker", always(driver.run()));
        working.spawn("worker", always(worker.run(stop.clone())));
        working.spawn("health", health.watch(probe, stop.clone()));
        let days = config.delivery.inbox_days;
        working.spawn("purge", always(unit_of_work::purge(inbox, days, stop.clone())));
        working.spawn("supervisor", always(supervisor.run(stop.clone())));
        let told = stop.clone();
        polling.spawn(
            POLLER,
            async move { election.run(poller, menu, &told).await },
        );
        tracing::info!("the bot is running");

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
        let (polled, worked) = tokio::join!(finish_polling(polling), working.finish(grace));
        failures.extend(polled);
        let (failed, in_time) = worked;
        failures.extend(failed);
        if in_time {
            tracing::info!("all updates in flight are finished");
        } else {
            tracing::warn!(
                grace_ms = grace.as_millis(),
                "updates in flight were not finished in time: they will be delivered again"
            );
        }
        failures.extend(close(parts, tracking).await);
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
                task = failure.task(),
                error = problem,
                "the service cannot run"
            );
            self.first.get_or_insert(failure);
        }
    }
}

/// Waits for the poller, which gives back its lease; it limits itself what it waits for.
async fn finish_polling(polling: Tasks) -> Vec<RunError> {
    let (failures, in_time) = polling.finish(Duration::from_secs(10)).await;
    if in_time {
        tracing::info!("polling has stopped");
    } else {
        tracing::warn!("polling did not stop in time");
    }
    failures
}

/// Closes the database, then NATS.
async fn close(parts: Parts, tracking: Tasks) -> Vec<RunError> {
    let Parts {
        bot: _,
        database,
        tracker,
        nats,
        queue,
        dead_letters,
        dialogues,
        retries,
    } = parts;
    // The tracker's driver ends once the last handle is gone and all is written.
    drop(tracker);
    let (failures, in_time) = tracking.finish(Duration::from_secs(3)).await;
    if !in_time {
        tracing::warn!("the user tracker did not finish in time");
    }
    drop(database);
    tracing::info!("the database pool is closed");
    drop((queue, dead_letters, dialogues, retries));
    if nats.close().await {
        tracing::info!("NATS is closed");
    } else {
        tracing::warn!("NATS was not closed in time");
    }
    failures
}

impl AppBuilder {
    /// The routes; without them the bundled bot's. A router that takes no `my_chat_member` gets
    /// [`handlers::membership`], so that every bot knows who blocked it.
    pub fn router(mut self, router: Router) -> Self {
        self.router = Some(router);
        self
    }

    /// Wraps the routes in a layer, inside of all others: it finds the session, the dialogues and
    /// the tracked user, and may fail with [`Error`]. It gets every update, also those no route
    /// takes. The layer added first is the outermost.
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + Send + 'static,
        L::Service: Service<Request, Response = Reply> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Error: Into<Error>,
        <L::Service as Service<Request>>::Future: Send,
    {
        self.layers
            .push(Box::new(move |route| Route::new(layer.layer(route))));
        self
    }

    /// The commands that Telegram shows in the bot's menu: name without slash, description.
    pub fn menu<N: Into<String>, D: Into<String>>(
        mut self,
        commands: impl IntoIterator<Item = (N, D)>,
    ) -> Self {
        self.menu = commands
            .into_iter()
            .map(|(name, does)| (name.into(), does.into()))
            .collect();
        self
    }

    /// Connects to PostgreSQL, NATS and Telegram, in this order, and brings the schema up to date.
    /// Waits for what is away.
    ///
    /// # Errors
    ///
    /// [`StartError`]: what waiting cannot mend, and what to change.
    pub async fn build(self) -> Result<App, StartError> {
        let Self {
            config,
            router,
            layers,
            mut menu,
        } = self;
        let mut router = router.unwrap_or_else(|| {
            menu = handlers::MENU
                .map(|(name, does)| (name.into(), does.into()))
                .into();
            handlers::router(&config.bot)
        });
        // Whatever a bot does, it must know its users, and who of them blocked it.
        let mut kinds = router.update_kinds();
        if kinds.insert(UpdateKind::MyChatMember) {
            router = router.merge(handlers::membership());
        }
        kinds.extend([UpdateKind::Message, UpdateKind::CallbackQuery]);
        let handlers = layers
            .into_iter()
            .rev()
            .fold(Route::new(router), |route, wrap| wrap(route));

        startup::migrate(&config.database).await?;
        let (tracker, driver) = UserTracker::new(&config.database);
        let nats = startup::connect_nats(&config.nats).await?;
        let (queue, dead_letters, retries, dialogues, election) =
            startup::open_streams(&nats, &config).await?;
        let bot = Bot::new(&config.telegram);
        if let Some(proxy) = config.telegram.proxy_shown() {
            tracing::info!(proxy, "Telegram is called through a proxy");
        }
        startup::identify(&bot, &config.telegram).await?;
        let menu = Menu::new(bot.clone(), menu);
        let database = Database::new(&config.database);
        let parts = Parts {
            bot,
            database,
            tracker,
            nats,
            queue,
            dead_letters,
            dialogues,
            retries,
        };
        Ok(App {
            config,
            parts,
            handlers,
            kinds: kinds.into_iter().collect(),
            driver,
            election,
            menu,
        })
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AppBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppBuilder")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
