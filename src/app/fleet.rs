//! Runs several bots in one process. What befalls one of them leaves the others alone: a bot whose token is refused or whose
//! schema is another's stops, one whose task failed is started again, and the process ends with the last of them, unless others may be
//! added while it runs.

use std::{future::pending, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::{FutureExt, StreamExt, stream::FuturesUnordered};
use tokio::{
    sync::{Semaphore, watch},
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::{
    RunError, StartError,
    added::{self, Added},
    bots::{OneOf, Several},
    host::Host,
    running::always,
    tasks::{Failures, Tasks, words},
};
#[cfg(feature = "web")]
use crate::{
    Config,
    config::Intake,
    intake::{Door, Hook, serve},
    web::{Endpoint, Fleet, Stage, Trouble},
};
use crate::{
    registry::{self, Registry, Row},
    telegram::backoff::Backoff,
};

/// How many bots are started side by side: all at once would ask the servers for everything at once.
const STARTS: usize = 8;

/// A start that takes longer waits for something, and lets others begin.
const PATIENCE: Duration = Duration::from_secs(10);

/// When a bot that failed is started again, the first time and at the most.
const AGAIN: Duration = Duration::from_secs(1);
const LATEST: Duration = Duration::from_secs(5 * 60);

/// A bot whose life is over in this process.
pub(super) struct Lived {
    pub(super) name: Arc<str>,
    /// It was told to end, and ended in order.
    pub(super) is_told: bool,
}

/// Runs them until `stop`, or until none is left and none may be added.
///
/// # Errors
///
/// What all of them need cannot be had; no bot is left, or a task of the process ended: then it is logged already.
pub(crate) async fn run(
    several: Several,
    stop: CancellationToken,
    is_connected: impl FnOnce(),
) -> Result<(), Option<StartError>> {
    let Several {
        config,
        bots,
        added,
    } = several;
    let config = &*config;
    let mut added = Added::new(config, added);
    #[cfg(feature = "web")]
    let fleet = Fleet::of(bots.iter().map(|bot| bot.name.clone()), added.is_some());
    #[cfg(feature = "web")]
    let mut web = Endpoint::open_for(config, fleet.clone())
        .await
        .map_err(|error| StartError::of(&error.to_string(), &"choose another address"))?;
    #[cfg(feature = "web")]
    let door = door_of(config, &bots, added.is_some())?;
    let connecting = Host::connect(
        config,
        #[cfg(feature = "web")]
        fleet.clone(),
    );
    let Some(connected) = stop.run_until_cancelled(Box::pin(connecting)).await else {
        return Ok(());
    };
    let (host, prober, redis) = connected?;
    is_connected();

    // Those of the process end after those of the bots.
    let (mut working, mut linking) = (Tasks::default(), Tasks::default());
    let closing = CancellationToken::new();
    let prober = Arc::new(prober);
    let probe = async move || prober.clone().probe().await;
    working.spawn("health", host.health.clone().watch(probe, closing.clone()));
    if let Some(redis) = redis {
        linking.spawn("redis", always(redis.run()));
    }
    #[cfg(feature = "web")]
    {
        fleet.runs(host.servers());
        linking.spawn("web", always(web.ended()));
        if let Some(door) = door {
            let webhooks = bots.iter().filter(|bot| is_posted_to(bot));
            webhooks.for_each(|bot| host.receivers.expect(&Hook::of(&bot.config)));
            let receivers = host.receivers.clone();
            working.spawn("webhook", serve(door, receivers, stop.child_token()));
        }
    }
    tracing::info!(
        event = "bots_start",
        bots = bots.len(),
        "the process is connected, and starts its bots"
    );
    // In this task: what a bot does is done by tasks of its own, and this one only waits for their ends.
    let starts = Semaphore::new(STARTS);
    let mut living = FuturesUnordered::new();
    let begin = |bot: OneOf, stop: CancellationToken| {
        let span = tracing::error_span!("bot", bot = &*bot.name);
        Box::pin(live(bot, &host, &starts, stop)).instrument(span)
    };
    for bot in bots {
        living.push(begin(bot, stop.clone()));
    }
    let (telling, mut told) = watch::channel(None);
    if added.is_some() {
        let registry = Registry::new(&host.database, config);
        let wake = registry::wake(&host.nats, config);
        let following = registry::follow(registry, wake, telling, stop.clone());
        working.spawn("table of bots", always(following));
    }
    let mut failures = Failures::default();
    let mut is_told = false;
    while !living.is_empty() || (added.is_some() && !stop.is_cancelled()) {
        tokio::select! {
            biased;
            () = stop.cancelled(), if !is_told => {
                is_told = true;
                #[cfg(feature = "web")]
                fleet.stops();
            }
            Some(lived) = living.next() => if let Some(added) = &mut added {
                added.ended(lived, &host);
            },
            rows = next(&mut told) => if let Some(added) = &mut added {
                added.learn(&rows);
            },
            early = working.early_end(&stop) => {
                failures.extend([early]);
                stop.cancel();
            }
            early = linking.early_end(&stop) => {
                failures.extend([early]);
                stop.cancel();
            }
        }
        if let Some(added) = &mut added {
            for (bot, ending) in added.settle(&host, &stop) {
                living.push(begin(bot, ending));
            }
        }
    }
    drop(living);
    if !stop.is_cancelled() {
        tracing::error!(
            event = "cannot_run",
            task = "bots",
            error = "no bot is left",
            "the service cannot run"
        );
    }
    let is_orderly = stop.is_cancelled() && failures.is_empty();
    stop.cancel();
    closing.cancel();
    failures.extend(working.finish(Duration::from_secs(7)).await.0);
    #[cfg(feature = "web")]
    web.close();
    failures.extend(host.close(linking).await);
    super::traced::end().await;
    if is_orderly { Ok(()) } else { Err(None) }
}

/// What the table says that it did not say before.
async fn next(told: &mut watch::Receiver<Option<Vec<Row>>>) -> Vec<Row> {
    match told.changed().await {
        Ok(()) => told.borrow_and_update().clone().unwrap_or_default(),
        // Nobody reads it.
        Err(_) => pending().await,
    }
}

/// Whether Telegram is to post what is for this bot.
#[cfg(feature = "web")]
fn is_posted_to(bot: &OneOf) -> bool {
    bot.config.telegram.intake == Intake::Webhook
}

/// The port at which Telegram posts, if it is to for any of them; and for those that may be added, if one is configured.
#[cfg(feature = "web")]
fn door_of(config: &Config, bots: &[OneOf], takes_added: bool) -> Result<Option<Door>, StartError> {
    let mut posted_to = bots
        .iter()
        .find(|bot| is_posted_to(bot))
        .map(|bot| bot.config.clone());
    if takes_added {
        posted_to
            .get_or_insert_with(|| config.clone())
            .telegram
            .intake = Intake::Webhook;
    }
    super::taking::door(posted_to.as_ref().unwrap_or(config))
}

/// The whole life of one bot in this process.
async fn live(mut bot: OneOf, host: &Host, starts: &Semaphore, stop: CancellationToken) -> Lived {
    let lived = |bot: &OneOf, is_told| Lived {
        name: bot.name.clone(),
        is_told,
    };
    let mut backoff = Backoff::new(AGAIN, LATEST);
    while !stop.is_cancelled() {
        let ended = AssertUnwindSafe(Box::pin(once(&mut bot, host, starts, &stop)))
            .catch_unwind()
            .await;
        let problem = match ended {
            Ok(Ok(())) => return lived(&bot, true),
            Ok(Err(End::Stays(problem))) => {
                tracing::error!(
                    event = "bot_stopped",
                    error = problem,
                    advice = advice(&bot),
                    "a bot has stopped: the others of this process go on"
                );
                tell(host, &bot.name, problem, false);
                return lived(&bot, stop.is_cancelled());
            }
            Ok(Err(End::Passes(problem))) => problem,
            Err(panic) => format!("it panicked: {}", words(&*panic)),
        };
        if stop.is_cancelled() {
            break;
        }
        let wait = backoff.next();
        tracing::error!(
            event = "bot_failed",
            error = problem,
            wait_ms = wait.as_millis(),
            "a bot has failed, and is started again: the others of this process go on"
        );
        tell(host, &bot.name, problem, true);
        let _ = stop.run_until_cancelled(sleep(wait)).await;
    }
    lived(&bot, true)
}

/// What to do about a bot that has stopped.
fn advice(bot: &OneOf) -> String {
    if bot.config.is_added() {
        return added::advice(&bot.name);
    }
    let (key, variable) = bot.config.token_place();
    format!("mend it ({key}, or {variable}, if it is the token), then restart the process")
}

/// Why a bot came to an end nobody asked for.
enum End {
    /// Until somebody mends it.
    Stays(String),
    /// It may be better the next time.
    Passes(String),
}

/// Starts a bot, and runs it to its end.
async fn once(
    bot: &mut OneOf,
    host: &Host,
    starts: &Semaphore,
    stop: &CancellationToken,
) -> Result<(), End> {
    #[cfg(feature = "web")]
    host.fleet.bot(&bot.name).is(Stage::Starting);
    let first = bot.first.take().map(|first| *first);
    let builder = first.unwrap_or_else(|| (bot.compose)(bot.config.clone()));
    let starting = async {
        let mut building = Box::pin(builder.build_in(host));
        let begun = {
            let _turn = starts.acquire().await;
            timeout(PATIENCE, &mut building).await
        };
        match begun {
            Ok(built) => built,
            Err(_) => building.await,
        }
    };
    let Some(built) = stop.run_until_cancelled(starting).await else {
        return Ok(());
    };
    let app = built.map_err(|error| End::Stays(error.to_string()))?;
    // It is cancelled by an early end, which is the bot's alone.
    match Box::pin(app.run(stop.child_token())).await {
        Ok(()) => Ok(()),
        Err(error @ RunError::Poll(_)) => Err(End::Stays(error.to_string())),
        Err(error) => Err(End::Passes(error.to_string())),
    }
}

/// Has it told to whoever asks how the bot does.
#[cfg(feature = "web")]
pub(super) fn tell(host: &Host, bot: &str, problem: String, is_passing: bool) {
    let trouble = Trouble {
        problem,
        is_passing,
    };
    let progress = host.fleet.bot(bot);
    progress.is(Stage::Stopped(trouble.into()));
}

#[cfg(not(feature = "web"))]
pub(super) fn tell(_: &Host, _: &str, _: String, _: bool) {}
