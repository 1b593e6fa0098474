//! Composes a service, and connects it to everything it needs.

use std::fmt;

use diesel::{migration::MigrationSource, pg::Pg};
use http::Extensions;
use ostankino_core::{Need, State, apology::OnError, texts::Speech};
use tokio_util::sync::CancellationToken;
use tower::{Layer, Service};

use super::{
    App, Context, StartError, connecting,
    hooks::{self, Hooks},
    host::Host,
    menus,
    resources::Resources,
};
use crate::{
    Config, Error, Event, IntoError, Reply, Request, Result, Router, Update, actions, albums,
    config::ConfigError,
    db::BotMigrations,
    jobs::{self, JobsDriver},
    mailings::{self, MailingClickLayer, MailingMoved, Mailings, MailingsDriver, Telling},
    personal,
    routing::Route,
    telegram::{Menu, MenuOf, MenuScope, UpdateKind},
    texts::Bundle,
    users,
};

/// Collects what an [`App`] is made of.
#[must_use = "a builder does nothing until `build` is called"]
pub struct AppBuilder {
    config: Config,
    router: Router,
    layers: Vec<Box<dyn FnOnce(Route) -> Route + Send>>,
    menus: Vec<MenuOf>,
    migrations: BotMigrations,
    provided: Extensions,
    states: Extensions,
    /// Whether a layer gives what a handler needs, of each layer.
    gives: Vec<fn(&Need) -> bool>,
    hooks: Hooks,
    pub(super) mailings: Option<Mailings>,
    pub(super) personal: personal::Declared,
}

impl AppBuilder {
    pub(super) fn new(config: Config) -> Self {
        Self {
            config,
            router: Router::new(),
            layers: Vec::new(),
            menus: Vec::new(),
            migrations: BotMigrations::default(),
            provided: Extensions::new(),
            states: Extensions::new(),
            gives: Vec::new(),
            hooks: Hooks::default(),
            mailings: None,
            personal: personal::Declared::default(),
        }
    }

    /// The routes. A router that takes no `my_chat_member` gets
    /// [`users::membership`], so that every bot knows who blocked it.
    pub fn router(mut self, router: Router) -> Self {
        self.router = router;
        self
    }

    /// Wraps the routes in a layer, inside of all others: it finds the session, the dialogues and
    /// the tracked user, and may fail with [`Error`](crate::Error). It gets every update, also those no route
    /// takes. The layer added first is the outermost.
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + Send + 'static,
        L::Service: Service<Request, Response = Reply> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Error: IntoError,
        <L::Service as Service<Request>>::Future: Send,
    {
        self.layers
            .push(Box::new(move |route| Route::new(layer.layer(route))));
        self.gives.push(Need::is_met_within::<L>);
        self
    }

    /// A value for all handlers, tasks and layers, which ask for it by its type: `State<T>`. A second one
    /// of the same type takes the place of the first.
    pub fn state<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.states.insert(State(value));
        self
    }

    /// The texts of the bot, which handlers take as arguments in the language of the user: what
    /// [`texts!`](crate::texts!) made. With them the library speaks the user's language, too. If files were to override them
    /// and one is wrong, the log says so.
    pub fn texts(mut self, texts: impl Bundle) -> Self {
        self.provided.insert(Speech::of(&texts));
        self.states.insert(State(texts));
        self
    }

    /// The tables of the bot: migrations that run after the library's own, under the same lock, when the
    /// service starts and by the command `migrate`. They are noted in the table
    /// `__bot_schema_migrations`, so that no version of theirs meets one of ours. Parts of a bot may each
    /// add theirs; their versions must differ.
    ///
    /// ```ignore
    /// const MIGRATIONS: EmbeddedMigrations = diesel_migrations::embed_migrations!();
    /// App::builder(config).migrations(MIGRATIONS)
    /// ```
    pub fn migrations(mut self, source: impl MigrationSource<Pg> + Send + Sync + 'static) -> Self {
        self.migrations.0.push(Box::new(source));
        self
    }

    /// Work in the background, beside the handling of updates, in every copy of the service. It ends when
    /// [`Context::stopped`] says so, and then has `delivery.shutdown_grace_ms` for it; if it ends
    /// before, by itself, by an error or by a panic, the service does.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use ostankino::{App, Config, Context, Result, users};
    ///
    /// async fn count(context: Context) -> Result<()> {
    ///     loop {
    ///         let session = context.database().session();
    ///         let users = users::count(&mut *session.conn().await?).await?.users;
    ///         println!("{users}");
    ///         tokio::select! {
    ///             () = context.stopped() => return Ok(()),
    ///             () = tokio::time::sleep(Duration::from_secs(60)) => {}
    ///         }
    ///     }
    /// }
    /// # let config = Config::default();
    /// let app = App::builder(config).task("count", count);
    /// # drop(app);
    /// ```
    pub fn task<F>(
        mut self,
        name: &'static str,
        task: impl FnOnce(Context) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.hooks.tasks.push((name, hooks::work(task)));
        self
    }

    /// Has it done when everything is connected, before the first update. An error ends the start.
    pub fn on_start<F>(mut self, work: impl FnOnce(Context) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.hooks.at_start.push(hooks::work(work));
        self
    }

    /// Has it done at the end, after the last update and before connections are closed. It has five
    /// seconds; an error is logged.
    pub fn on_stop<F>(mut self, work: impl FnOnce(Context) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.hooks.at_stop.push(hooks::work(work));
        self
    }

    /// What to say of a failure in place of «Что-то пошло не так», where somebody waits for an answer:
    /// a reply, or `None` for silence. It is asked about every error but [`Error::User`], whose text is
    /// said as it is, and must not take long. [`tell`](crate::apology::tell) makes a reply of a text for
    /// any kind of update.
    ///
    /// ```
    /// use ostankino::{App, Config, apology};
    ///
    /// # let config = Config::default();
    /// let app = App::builder(config).on_error(|error, update| {
    ///     let text = if error.is_passing() { "Зайдите попозже" } else { apology::APOLOGY };
    ///     Some(apology::tell(update, text))
    /// });
    /// # drop(app);
    /// ```
    pub fn on_error(
        mut self,
        decide: impl Fn(&Error, &Update) -> Option<Reply> + Send + Sync + 'static,
    ) -> Self {
        self.provided.insert(OnError::new(decide));
        self
    }

    /// The commands that Telegram shows in the bot's menu: name without slash, description.
    pub fn menu<N: Into<String>, D: Into<String>>(
        self,
        commands: impl IntoIterator<Item = (N, D)>,
    ) -> Self {
        self.menu_for(MenuScope::Everywhere, None, commands)
    }

    /// The menu for some chats, for users of a language, or both: Telegram shows the one that says most,
    /// first of the chat, then of the language (two letters, ISO 639-1).
    pub fn menu_for<N: Into<String>, D: Into<String>>(
        mut self,
        scope: MenuScope,
        language: Option<&str>,
        commands: impl IntoIterator<Item = (N, D)>,
    ) -> Self {
        self.menus.push(MenuOf::new(scope, language, commands));
        self
    }

    /// Brings the database's schema up to date, and does nothing else.
    ///
    /// # Errors
    ///
    /// [`StartError`]: what waiting cannot mend, and what to change.
    pub async fn migrate(self) -> Result<(), StartError> {
        connecting::migrate(&self.config, &self.migrations).await
    }

    /// Connects to PostgreSQL, NATS and Telegram, in this order, and brings the schema up to date.
    /// Waits for what is away, but not for Redis.
    ///
    /// # Errors
    ///
    /// [`StartError`]: what waiting cannot mend, and what to change.
    ///
    /// # Panics
    ///
    /// If a handler takes a [`State`] that neither [`state`](Self::state) nor a layer gives, or texts that
    /// [`texts`](Self::texts) does not; if the menu is described by such.
    pub async fn build(self) -> Result<App, StartError> {
        let alone = self.is_alone();
        alone.map_err(|error| StartError::of("the configuration cannot be used", &error))?;
        Box::pin(self.connect(None)).await
    }

    /// The same beside other bots.
    pub(super) async fn build_in(self, host: &Host) -> Result<App, StartError> {
        // On the heap, here and below: the state of a start would take much of a thread's stack.
        Box::pin(self.connect(Some(host))).await
    }

    /// Whether it is the only bot of its configuration, as it is composed.
    pub(super) fn is_alone(&self) -> Result<(), ConfigError> {
        let config = &self.config;
        if !config.is_of_several() {
            return Ok(());
        }
        Err(ConfigError::of(
            "there are [bots.NAME], or fleet.key, and this program has one bot: set telegram.token, or compose it by `Bots`".into(),
        ))
    }

    async fn connect(self, host: Option<&Host>) -> Result<App, StartError> {
        let Self {
            config,
            mut router,
            layers,
            mut menus,
            migrations,
            mut provided,
            states,
            gives,
            mut hooks,
            mailings,
            personal,
        } = self;
        for (route, need) in router.needs() {
            let is_given = need.is_met_by(&states) || gives.iter().any(|gives| gives(need));
            assert!(
                is_given,
                "the route `{route}` takes `{need}`, which the app does not have: add it by `{}`",
                need.given_by()
            );
        }
        menus::described(router.menu(), provided.get(), &mut menus);
        let sections = config.check_own();
        sections.map_err(|error| StartError::of("the configuration cannot be used", &error))?;
        super::traced::begin(&config)?;
        let refused = provided.get::<Speech>().map_or(&[][..], Speech::refused);
        if !refused.is_empty() {
            tracing::error!(
                event = "texts_refused",
                problems = refused.join("; "),
                "files that override the texts are wrong: the bot says what it was built with"
            );
        }
        let refused = refused.to_vec();
        #[cfg(feature = "web")]
        let (web, entrance) = super::taking::ports(&config, host).await?;
        let (resources, drivers) = Box::pin(Resources::connect(&config, migrations, host)).await?;
        let specs = router.jobs().to_vec();
        router = jobs::routes(router, &specs, &resources.jobs, &resources.job_words());
        let running = JobsDriver::new(
            specs,
            &resources.jobs,
            &resources.events,
            resources.job_words(),
            &resources.bot,
            |event| router.takes_event(event),
        )
        .with_texts(provided.get(), &resources.tracker);
        let is_heard = router.takes_event(MailingMoved::NAME);
        if let Some(mailings) = &mailings {
            router = router.merge(mailings::routes());
            provided.insert(resources.desk(mailings, &config));
        }
        #[cfg(feature = "admin")]
        let for_admins = crate::web::admin::Offered::of(&router, personal.clone());
        router = router.merge(personal::routes(personal, resources.personal_stores()));
        #[cfg(feature = "admin")]
        {
            router = crate::web::admin::command(&config)
                .merge(router)
                .merge(crate::dialogue::reset_routes());
        }
        if !router.actions().is_empty() {
            provided.insert(actions::settler(&resources.database));
        }
        if albums::are_taken_by(&router) {
            provided.insert(albums::keeper());
        }
        // Whatever a bot does, it must know its users, and who of them blocked it.
        let mut kinds = router.update_kinds();
        kinds.remove(&UpdateKind::Event);
        if kinds.insert(UpdateKind::MyChatMember) {
            router = router.merge(users::membership());
        }
        kinds.extend([UpdateKind::Message, UpdateKind::CallbackQuery]);
        let handlers = layers
            .into_iter()
            .rev()
            .fold(Route::new(router), |route, wrap| wrap(route));
        let handlers = Route::new(MailingClickLayer::new().layer(handlers));

        let context = Context {
            config: config.clone(),
            clock: resources.clock.clone(),
            timing: resources.timing.clone(),
            bot: resources.bot.clone(),
            limits: resources.limits.clone(),
            desk: resources.desk(&mailings.clone().unwrap_or_default(), &config),
            database: resources.database.clone(),
            states: states.clone(),
            texts_refused: refused.into(),
            stop: CancellationToken::new(),
        };
        for work in std::mem::take(&mut hooks.at_start) {
            work(context.clone()).await.map_err(|error| {
                StartError::of("what the bot does at the start failed", &error.chain())
            })?;
        }
        let mailings = MailingsDriver::new(
            resources.mailings.clone(),
            mailings.unwrap_or_default(),
            Telling {
                events: resources.events.clone(),
                is_heard,
            },
            context.clone(),
        );
        provided.extend(states);
        let menu = Menu::new(resources.bot.clone(), menus);
        Ok(App {
            config,
            resources,
            drivers,
            handlers,
            jobs: running,
            mailings,
            provided,
            kinds: kinds.into_iter().collect(),
            menu,
            hooks,
            context,
            #[cfg(feature = "admin")]
            for_admins,
            #[cfg(feature = "web")]
            web,
            #[cfg(feature = "web")]
            entrance,
            host: host.cloned(),
        })
    }
}

impl fmt::Debug for AppBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppBuilder")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
