//! Composes a service, and connects it to everything it needs.

use std::fmt;

use tower::{Layer, Service};

use super::{App, StartError, resources::Resources};
use crate::{
    Config, IntoError, Reply, Request, Result, Router, handlers,
    routing::Route,
    telegram::{Menu, UpdateKind},
    users,
};

/// Collects what an [`App`] is made of.
#[must_use = "a builder does nothing until `build` is called"]
pub struct AppBuilder {
    config: Config,
    router: Option<Router>,
    layers: Vec<Box<dyn FnOnce(Route) -> Route + Send>>,
    menu: Vec<(String, String)>,
}

impl AppBuilder {
    pub(super) fn new(config: Config) -> Self {
        Self {
            config,
            router: None,
            layers: Vec::new(),
            menu: Vec::new(),
        }
    }

    /// The routes; without them the bundled bot's. A router that takes no `my_chat_member` gets
    /// [`users::membership`], so that every bot knows who blocked it.
    pub fn router(mut self, router: Router) -> Self {
        self.router = Some(router);
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
            router = router.merge(users::membership());
        }
        kinds.extend([UpdateKind::Message, UpdateKind::CallbackQuery]);
        let handlers = layers
            .into_iter()
            .rev()
            .fold(Route::new(router), |route, wrap| wrap(route));

        let (resources, drivers) = Resources::connect(&config).await?;
        let menu = Menu::new(resources.bot.clone(), menu);
        Ok(App {
            config,
            resources,
            drivers,
            handlers,
            kinds: kinds.into_iter().collect(),
            menu,
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
