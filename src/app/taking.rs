//! What takes updates in: a poller; or a port to which Telegram posts them, and who looks after that.

#[cfg(feature = "web")]
use std::convert::Infallible;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

#[cfg(feature = "web")]
use super::{host::Host, waiting::StartError};
use super::{resources::Resources, tasks::Tasks};
use crate::{
    Config,
    intake::{Flood, Hook, Poller, Publisher, Pulse, Source, Store},
    telegram::UpdateKind,
};
#[cfg(feature = "web")]
use crate::{
    config::Intake,
    intake::{Door, Keeper, Receiver, Receivers, Terms, serve},
    web::Endpoint,
    worker::Health,
};

/// The port at which Telegram posts, if it is to.
///
/// # Errors
///
/// It cannot be had.
#[cfg(feature = "web")]
pub(super) fn door(config: &Config) -> Result<Option<Door>, StartError> {
    Door::take(config)
        .map_err(|error| StartError::of(&error.to_string(), &"choose another address"))
}

/// The port of the operator, and that at which Telegram posts; of one of several bots those of its process.
///
/// # Errors
///
/// One of them cannot be had.
#[cfg(feature = "web")]
pub(super) async fn ports(
    config: &Config,
    host: Option<&Host>,
) -> Result<(Endpoint, Option<Entrance>), StartError> {
    let Some(host) = host else {
        let web = Endpoint::open(config).await;
        let web =
            web.map_err(|error| StartError::of(&error.to_string(), &"choose another address"))?;
        return Ok((web, door(config)?.map(Entrance::Door)));
    };
    let web = Endpoint::of_bot(host.fleet.bot(config.bot_name().unwrap_or_default()));
    let is_posted_to = config.telegram.intake == Intake::Webhook;
    let entrance = is_posted_to.then(|| Entrance::Shared(host.receivers.clone()));
    Ok((web, entrance))
}

/// What it is made of.
pub(super) struct Parts<'a> {
    pub(super) config: &'a Config,
    pub(super) resources: &'a Resources,
    pub(super) kinds: Vec<UpdateKind>,
    pub(super) flood: Option<Flood>,
    #[cfg(feature = "web")]
    pub(super) health: &'a Health,
    /// The port, if Telegram is to post.
    #[cfg(feature = "web")]
    pub(super) entrance: Option<Entrance>,
    pub(super) stop: &'a CancellationToken,
}

/// Where Telegram posts.
#[cfg(feature = "web")]
pub(super) enum Entrance {
    /// A port of one's own.
    Door(Door),
    /// That of the process.
    Shared(Receivers),
}

/// How updates come in.
pub(super) struct Taking {
    /// What whoever has the seat of the poller does.
    pub(super) source: Source,
    /// How polling goes.
    #[cfg(feature = "web")]
    pub(super) pulse: Pulse,
    /// How the webhook does, if there is one.
    #[cfg(feature = "web")]
    pub(super) webhook: Option<Pulse>,
    /// Ends the taking of what Telegram posts.
    #[cfg(feature = "web")]
    pub(super) stop_posts: CancellationToken,
}

impl Taking {
    /// Begins to take what is posted, if it is, as one of these tasks.
    #[cfg_attr(
        not(feature = "web"),
        expect(unused_variables, reason = "only what is posted is such a task")
    )]
    pub(super) fn begin(parts: Parts<'_>, tasks: &mut Tasks) -> Self {
        let Parts {
            config,
            resources,
            kinds,
            flood,
            #[cfg(feature = "web")]
            health,
            #[cfg(feature = "web")]
            entrance,
            stop,
        } = parts;
        let store = Store::new(
            resources.queue.clone(),
            resources.express.clone(),
            resources.dead_letters.clone(),
            resources.dialogues.clone(),
        );
        let (bot, hook, pulse) = (resources.bot.clone(), Hook::of(config), Pulse::default());
        #[cfg(feature = "web")]
        let stop_posts = CancellationToken::new();
        #[cfg(feature = "web")]
        if let Some(entrance) = entrance {
            let webhook = Pulse::default();
            let receiver = Receiver::new(hook.clone(), store, flood, health.clone());
            match entrance {
                Entrance::Door(door) => {
                    let receivers = Receivers::alone(receiver);
                    tasks.spawn("webhook", serve(door, receivers, stop_posts.clone()));
                }
                Entrance::Shared(receivers) => {
                    receivers.set(receiver);
                    left_with(tasks, receivers, hook.clone(), stop_posts.clone());
                }
            }
            let terms = Terms::new(kinds, &config.telegram);
            let clock = resources.clock.clone();
            let keeper = Keeper::new(bot, hook, webhook.clone(), clock, terms);
            return Self {
                source: Source::Webhook(Box::new(keeper)),
                pulse,
                webhook: Some(webhook),
                stop_posts,
            };
        }
        let publisher = Publisher::new(store, flood, resources.seats.clone(), stop.clone());
        let hold = Duration::from_secs(config.telegram.poll_timeout_s);
        let poller = Poller::new(bot, publisher, pulse.clone(), hook, kinds, hold);
        Self {
            source: Source::Poller(Box::new(poller)),
            #[cfg(feature = "web")]
            pulse,
            #[cfg(feature = "web")]
            webhook: None,
            #[cfg(feature = "web")]
            stop_posts,
        }
    }
}

/// The bot takes nothing any more once it ends: what comes is left to other processes.
#[cfg(feature = "web")]
fn left_with(tasks: &mut Tasks, receivers: Receivers, hook: Hook, stop: CancellationToken) {
    tasks.spawn("webhook", async move {
        stop.cancelled().await;
        receivers.expect(&hook);
        Ok::<_, Infallible>(())
    });
}
