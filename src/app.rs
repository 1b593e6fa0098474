//! The composition root: what the service is made of, in which order it starts and stops.

mod added;
mod bots;
mod builder;
mod connecting;
mod context;
mod declaring;
mod fleet;
mod hooks;
mod host;
mod menus;
#[cfg(feature = "cli")]
pub(crate) mod process;
mod provide;
mod purging;
mod resources;
mod running;
mod stack;
mod taking;
mod tasks;
mod traced;
mod waiting;

use std::fmt;

use http::Extensions;
use tokio_util::sync::CancellationToken;

#[cfg(feature = "cli")]
pub(crate) use self::bots::{Served, Several};
pub use self::{
    bots::Bots, builder::AppBuilder, context::Context, tasks::RunError, waiting::StartError,
};
use self::{
    hooks::Hooks,
    host::Host,
    resources::{Drivers, Resources},
    running::Running,
};
use crate::{
    Config, Result,
    jobs::JobsDriver,
    mailings::MailingsDriver,
    routing::Route,
    telegram::{Menu, UpdateKind},
};

/// A service that is connected to everything it needs, and waits to be run.
pub struct App {
    config: Config,
    resources: Resources,
    drivers: Drivers,
    handlers: Route,
    jobs: JobsDriver,
    mailings: MailingsDriver,
    provided: Extensions,
    kinds: Vec<UpdateKind>,
    menu: Menu,
    hooks: Hooks,
    context: Context,
    /// What the bot has for the admin page.
    #[cfg(feature = "admin")]
    for_admins: crate::web::admin::Offered,
    #[cfg(feature = "web")]
    web: crate::web::Endpoint,
    /// Where Telegram posts updates, if it does.
    #[cfg(feature = "web")]
    entrance: Option<taking::Entrance>,
    /// What it shares with the other bots of the process, if it is one of several.
    host: Option<Host>,
}

impl App {
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
        let mut running = Running::begin(self, &stop);
        running.until(&stop).await;
        running.finish().await
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
