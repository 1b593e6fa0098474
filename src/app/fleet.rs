//! Runs several bots in one process. What befalls one of them leaves the others alone: a bot whose token is refused or whose
//! schema is another's stops, one whose task failed is started again, and the process ends with the last of them.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::{FutureExt, StreamExt, stream::FuturesUnordered};
use tokio::{
    sync::Semaphore,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::{
    RunError, StartError,
    bots::OneOf,
    host::Host,
    running::always,
    tasks::{Failures, Tasks, words},
};
use crate::{Config, telegram::backoff::Backoff};
#[cfg(feature = "web")]
use crate::{
    config::Intake,
    intake::{Door, Hook, serve},
    web::{Endpoint, Fleet, Stage, Trouble},
};

/// How many bots are started side by side: all at once would ask the servers for everything at once.
const STARTS: usize = 8;

/// A start that takes longer waits for something, and lets others begin.
const PATIENCE: Duration = Duration::from_secs(10);

/// When a bot that failed is started again, the first time and at the most.
const AGAIN: Duration = Duration::from_secs(1);
const LATEST: Duration = Duration::from_secs(5 * 60);

/// Runs them until `stop`, or until none is left.
///
/// # Errors
///
/// What all of them need cannot be had; no bot is left, or a task of the process ended: then it is logged already.
pub(crate) async fn run(
    config: &Config,
    bots: Vec<OneOf>,
    stop: CancellationToken,
    is_connected: impl FnOnce(),
) -> Result<(), Option<StartError>> {
    #[cfg(feature = "web")]
    let fleet = Fleet::of(bots.iter().map(|bot| bot.name.clone()));
    #[cfg(feature = "web")]
    let mut web = Endpoint::open_for(config, fleet.clone())
        .await
        .map_err(|error| StartError::of(&error.to_string(), &"choose another address"))?;
    #[cfg(feature = "web")]
    let door = door_of(config, &bots)?;
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
    for bot in bots {
        let span = tracing::error_span!("bot", bot = &*bot.name);
        living.push(Box::pin(live(bot, &host, &starts, &stop)).instrument(span));
    }
    let mut failures = Failures::default();
    let mut is_told = false;
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled(), if !is_told => {
                is_told = true;
                #[cfg(feature = "web")]
                fleet.stops();
            }
            ended = living.next() => if ended.is_none() { break },
            early = working.early_end(), if !stop.is_cancelled() => {
                failures.extend([early]);
                stop.cancel();
            }
            early = linking.early_end() => {
                failures.extend([early]);
                stop.cancel();
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

/// Whether Telegram is to post what is for this bot.
#[cfg(feature = "web")]
fn is_posted_to(bot: &OneOf) -> bool {
    bot.config.telegram.intake == Intake::Webhook
}

/// The port at which Telegram posts, if it is to for any of them.
#[cfg(feature = "web")]
fn door_of(config: &Config, bots: &[OneOf]) -> Result<Option<Door>, StartError> {
    let posted_to = bots.iter().find(|bot| is_posted_to(bot));
    super::taking::door(posted_to.map_or(config, |bot| &bot.config))
}

/// The whole life of one bot in this process.
async fn live(mut bot: OneOf, host: &Host, starts: &Semaphore, stop: &CancellationToken) {
    let mut backoff = Backoff::new(AGAIN, LATEST);
    while !stop.is_cancelled() {
        let ended = AssertUnwindSafe(Box::pin(once(&mut bot, host, starts, stop)))
            .catch_unwind()
            .await;
        let problem = match ended {
            Ok(Ok(())) => return,
            Ok(Err(End::Stays(problem))) => {
                let (key, variable) = bot.config.token_key();
                tracing::error!(
                    event = "bot_stopped",
                    error = problem,
                    advice = format!(
                        "mend it ({key}, or {variable}, if it is the token), then restart the process"
                    ),
                    "a bot has stopped: the others of this process go on"
                );
                tell(host, &bot, problem, false);
                return;
            }
            Ok(Err(End::Passes(problem))) => problem,
            Err(panic) => format!("it panicked: {}", words(&*panic)),
        };
        if stop.is_cancelled() {
            return;
        }
        let wait = backoff.next();
        tracing::error!(
            event = "bot_failed",
            error = problem,
            wait_ms = wait.as_millis(),
            "a bot has failed, and is started again: the others of this process go on"
        );
        tell(host, &bot, problem, true);
        let _ = stop.run_until_cancelled(sleep(wait)).await;
    }
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
fn tell(host: &Host, bot: &OneOf, problem: String, is_passing: bool) {
    let trouble = Trouble {
        problem,
        is_passing,
    };
    let progress = host.fleet.bot(&bot.name);
    progress.is(Stage::Stopped(trouble.into()));
}

#[cfg(not(feature = "web"))]
fn tell(_: &Host, _: &OneOf, _: String, _: bool) {}
