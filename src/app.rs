//! The composition root: what the service is made of, in which order it starts and stops.

use std::{convert::Infallible, fmt, time::Duration};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::{Layer, Service, ServiceBuilder};

use crate::{
    Config, Error, Outcome, Reply, Request, Result, Router,
    db::{self, Database, Inbox, TrackerDriver, UserTracker},
    delivery::{
        DeadLetters, Election, Health, Publisher, QuarantineLayer, Queue, Retries, Supervisor,
        Worker,
    },
    fsm::NatsStorage,
    handlers,
    layers::{
        CatchPanicLayer, DbSessionLayer, ErrorReplyLayer, FsmLayer, OnceLayer, OwnMessageLayer,
        SendReplyLayer, TimeoutLayer, TraceLayer, TrackUserLayer,
    },
    nats::Nats,
    routing::Route,
    startup::{self, StartError},
    telegram::{Bot, Call, PollError, Poller, UpdateKind},
};

/// Every layer an update passes, from the outside in. The types keep what may fail below
/// `ErrorReplyLayer`; the reasons for the rest of the order are in `docs/layers.md`.
fn stack(
    config: &Config,
    database: Database,
    tracker: UserTracker,
    dialogues: NatsStorage,
    dead_letters: DeadLetters,
    handlers: Route,
) -> impl Service<Request, Response = Outcome, Error = Infallible, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static {
    let inbox = Inbox::new(database.clone());
    ServiceBuilder::new()
        .layer(TraceLayer::new())
        .layer(SendReplyLayer::new(tracker.clone()))
        .layer(ErrorReplyLayer::new())
        .layer(OwnMessageLayer::new())
        .layer(QuarantineLayer::new(dead_letters, inbox.clone()))
        .layer(OnceLayer::new(inbox.clone(), dialogues.clone()))
        .layer(FsmLayer::new(dialogues))
        .layer(DbSessionLayer::new(database, inbox))
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
    /// [`PollError`]: Telegram takes the token no more. Everything is closed then, too.
    pub async fn run(self, stop: CancellationToken) -> Result<(), PollError> {
        let Self {
            config,
            parts,
            handlers,
            kinds,
            driver,
            election,
        } = self;
        let service = stack(
            &config,
            parts.database.clone(),
            parts.tracker.clone(),
            parts.dialogues.clone(),
            parts.dead_letters.clone(),
            handlers,
        );
        let publisher = Publisher::new(
            parts.queue.clone(),
            parts.dead_letters.clone(),
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
        let probe = async move || {
            tracker.ping().await?;
            dialogues.ping().await
        };

        let mut tracking = JoinSet::new();
        tracking.spawn(driver.run());
        let mut working = JoinSet::new();
        working.spawn(worker.run(stop.clone()));
        working.spawn(health.watch(probe, stop.clone()));
        let inbox = Inbox::new(parts.database.clone());
        working.spawn(db::purge(inbox, config.delivery.inbox_days, stop.clone()));
        working.spawn(supervisor.run(stop.clone()));
        tracing::info!("the bot is running");

        let polled = election.run(poller, &stop).await;
        tracing::info!("polling has stopped");
        stop.cancel();
        finish(
            working,
            Duration::from_millis(config.delivery.shutdown_grace_ms),
        )
        .await;
        close(parts, tracking).await;
        polled
    }
}

/// Waits for the worker, but not for ever.
async fn finish(mut working: JoinSet<()>, grace: Duration) {
    let all = async { while working.join_next().await.is_some() {} };
    if tokio::time::timeout(grace, all).await.is_ok() {
        tracing::info!("all updates in flight are finished");
    } else {
        working.shutdown().await;
        tracing::warn!(
            grace_ms = grace.as_millis(),
            "updates in flight were not finished in time: they will be delivered again"
        );
    }
}

/// Closes the database, then NATS.
async fn close(parts: Parts, mut tracking: JoinSet<()>) {
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
    if tokio::time::timeout(Duration::from_secs(3), tracking.join_next())
        .await
        .is_err()
    {
        tracing::warn!("the user tracker did not finish in time");
    }
    tracking.shutdown().await;
    drop(database);
    tracing::info!("the database pool is closed");
    drop((queue, dead_letters, dialogues, retries));
    if nats.close().await {
        tracing::info!("NATS is closed");
    } else {
        tracing::warn!("NATS was not closed in time");
    }
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
        if !menu.is_empty() {
            show_menu(&bot, menu).await;
        }
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
        })
    }
}

/// The menu is a convenience: without it the bot works as well.
async fn show_menu(bot: &Bot, menu: Vec<(String, String)>) {
    let commands: Vec<_> = menu
        .into_iter()
        .map(|(command, description)| serde_json::json!({"command": command, "description": description}))
        .collect();
    if let Err(error) = bot
        .send(Call::new("setMyCommands").param("commands", commands))
        .await
    {
        tracing::warn!(
            error = crate::chain(&error),
            "the menu of commands was not set"
        );
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
