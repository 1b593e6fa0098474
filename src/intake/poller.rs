//! The long-poll loop: fetches updates, stores them, and only then confirms them to Telegram. Who
//! may poll is decided elsewhere.

use std::time::Duration;

use metrics::{counter, histogram};
use serde::Deserialize;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::{
    Hook, Publisher,
    conflicts::{Conflict, Conflicts},
    pace::Pace,
    pulse::Pulse,
    seat::PollSeat,
};
use crate::{
    chain,
    telegram::backoff::Backoff,
    telegram::{
        ApiError, Bot, Call, UpdateKind,
        internal::{RawUpdate, Sent},
    },
};

/// Polling cannot go on; waiting does not mend it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PollError {
    /// Telegram does not know the token.
    #[error(
        "Telegram refuses the token (401 Unauthorized): set telegram.token to the one that @BotFather shows"
    )]
    Unauthorized,
}

/// The loop over `getUpdates`.
#[derive(Debug)]
pub(crate) struct Poller {
    bot: Bot,
    publisher: Publisher,
    pulse: Pulse,
    hook: Hook,
    allowed_updates: Vec<&'static str>,
    timeout: Duration,
    offset: Option<i64>,
    /// The last offset that Telegram was told for certain.
    told: Option<i64>,
}

impl Poller {
    /// A poller for `bot` that asks for updates of these kinds and holds each request `timeout`. The webhook at `hook` is its to remove.
    pub(crate) fn new(
        bot: Bot,
        publisher: Publisher,
        pulse: Pulse,
        hook: Hook,
        kinds: impl IntoIterator<Item = UpdateKind>,
        timeout: Duration,
    ) -> Self {
        let allowed_updates = kinds.into_iter().map(UpdateKind::as_str).collect();
        Self {
            bot,
            publisher,
            pulse,
            hook,
            allowed_updates,
            timeout,
            offset: None,
            told: None,
        }
    }

    /// Polls until `stop`, beginning with the earliest update that is not confirmed; then confirms
    /// what was stored last, if no poll did so yet, so that the next poller does not get it again.
    ///
    /// It may be dropped at any moment and run again: what it did not confirm comes again, and the
    /// publisher knows it.
    ///
    /// # Errors
    ///
    /// [`PollError`], if waiting cannot help. Everything else is waited out.
    pub(super) async fn run(
        &mut self,
        seat: &PollSeat,
        stop: &CancellationToken,
    ) -> Result<(), PollError> {
        let _beating = self.pulse.begin();
        // Another process may have polled since: only Telegram knows where to go on.
        (self.offset, self.told) = (None, None);
        self.publisher.begin().await;
        let mut pace = Pace::new(self.timeout);
        let mut conflicts = Conflicts::new();
        let mut backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(15));
        loop {
            let (sent, begun) = (Sent::default(), Instant::now());
            let Some(fetched) = stop.run_until_cancelled(self.fetch(&sent)).await else {
                if sent.is_set() {
                    self.told = self.offset;
                }
                break;
            };
            count(&fetched, begun);
            match &fetched {
                Ok(_) => {
                    self.told = self.offset;
                    self.pulse.answered();
                }
                Err(error) => self.pulse.failed(&problem_of(error)),
            }
            let failure = match fetched {
                Ok(updates) if updates.is_empty() => {
                    self.publisher.rest();
                    conflicts.reset();
                    backoff.reset();
                    rest(pace.pause(begun), stop).await;
                    continue;
                }
                Ok(updates) => match self.accept(updates).await {
                    Accepted::Stored => {
                        backoff.reset();
                        pace.reset();
                        continue;
                    }
                    Accepted::KnownAlready => {
                        rest(pace.pause(begun), stop).await;
                        continue;
                    }
                    Accepted::Stopped => break,
                    Accepted::Stuck => "no update of the batch has an update_id",
                },
                Err(error) if error.code() == Some(401) => return Err(PollError::Unauthorized),
                Err(error) if Conflict::of(&error) == Some(Conflict::OtherPoller) => {
                    // A successor of this process, or somebody who knows nothing of seats?
                    let confirmed = stop.run_until_cancelled(seat.confirm()).await;
                    if confirmed.is_some() {
                        give_way(&error, &mut conflicts, stop).await;
                    }
                    continue;
                }
                Err(error) if Conflict::of(&error) == Some(Conflict::Webhook) => {
                    // Of a process that looks after it by now?
                    let removed = async {
                        seat.confirm().await;
                        self.remove_webhook().await
                    };
                    if stop.run_until_cancelled(removed).await == Some(false) {
                        report(&error, &mut backoff, stop).await;
                    }
                    continue;
                }
                Err(error) => {
                    report(&error, &mut backoff, stop).await;
                    continue;
                }
            };
            pause(failure, backoff.next(), stop).await;
        }
        self.confirm().await;
        Ok(())
    }

    async fn fetch(&self, sent: &Sent) -> Result<Vec<RawUpdate>, ApiError> {
        let call = self.get_updates(self.timeout, 100);
        let fetched = self.bot.try_once_telling(call, self.timeout, sent);
        RawUpdate::split(&fetched.await?)
    }

    fn get_updates(&self, timeout: Duration, limit: u8) -> Call {
        let call = Call::new("getUpdates")
            .param("timeout", timeout.as_secs())
            .param("limit", limit)
            .param("allowed_updates", self.allowed_updates.clone());
        match self.offset {
            Some(offset) => call.param("offset", offset),
            None => call,
        }
    }

    /// Removes the webhook if it is one that this bot itself set, so that it can be polled. What waits at Telegram is fetched then. False if
    /// it is somebody else's, or could not be removed.
    async fn remove_webhook(&self) -> bool {
        #[derive(Deserialize)]
        struct Info {
            url: String,
        }
        let removed = async {
            let told = self
                .bot
                .try_once(Call::new("getWebhookInfo"), Duration::ZERO);
            let told: Info = serde_json::from_slice(&told.await.ok()?).ok()?;
            if told.url.is_empty() {
                return Some(());
            }
            let is_ours = self.hook.is_at(&told.url);
            let removal = Call::new("deleteWebhook");
            let removal = is_ours.then(|| self.bot.try_once(removal, Duration::ZERO))?;
            removal.await.ok()?;
            tracing::info!(
                event = "webhook_removed",
                "the webhook that this bot had is removed: what Telegram kept for it is fetched"
            );
            Some(())
        };
        removed.await.is_some()
    }

    /// Stores a batch and moves the offset behind its last update: the last, not the greatest,
    /// since ids start over from a random number after a silent week.
    async fn accept(&mut self, updates: Vec<RawUpdate>) -> Accepted {
        let last = updates.iter().rev().find_map(|update| update.id);
        let begun = Instant::now();
        if !self.publisher.store(updates).await {
            return Accepted::Stopped;
        }
        histogram!("ostankino_store_seconds").record(begun.elapsed());
        let Some(last) = last else {
            return Accepted::Stuck;
        };
        let offset = Some(last + 1);
        if offset == self.offset {
            // The server does not heed what it is told.
            return Accepted::KnownAlready;
        }
        self.offset = offset;
        Accepted::Stored
    }

    /// Tells Telegram the last offset, without waiting for updates, unless it has it: one that is
    /// told again is held for 3 s.
    async fn confirm(&self) {
        if self.offset == self.told {
            return;
        }
        let call = self
            .bot
            .try_once(self.get_updates(Duration::ZERO, 1), Duration::ZERO);
        match tokio::time::timeout(Duration::from_secs(2), call).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => {
                tracing::warn!(
                    event = "unconfirmed",
                    error = chain(&error),
                    "the last updates were not confirmed"
                );
            }
            Err(_) => tracing::debug!("the confirmation of the last updates was not answered"),
        }
    }
}

/// Waits before the next poll.
async fn rest(pause: Option<Duration>, stop: &CancellationToken) {
    if let Some(pause) = pause {
        stop.run_until_cancelled(sleep(pause)).await;
    }
}

async fn report(error: &ApiError, backoff: &mut Backoff, stop: &CancellationToken) {
    let problem = problem_of(error);
    match Conflict::of(error) {
        Some(_) => {
            let wait = Duration::from_secs(5).mul_f64(1.0 + fastrand::f64());
            pause(&problem, wait, stop).await;
        }
        None => {
            let wait = error.retry_after().unwrap_or_else(|| backoff.next());
            pause(&problem, wait, stop).await;
        }
    }
}

/// What is wrong, and what to do about it if that is known.
fn problem_of(error: &ApiError) -> String {
    let problem = chain(error);
    match Conflict::of(error) {
        Some(conflict) => format!("{problem}: {}", conflict.advice()),
        None => problem,
    }
}

/// Counts a poll.
fn count(fetched: &Result<Vec<RawUpdate>, ApiError>, begun: Instant) {
    let outcome = match fetched {
        Ok(updates) if updates.is_empty() => "empty",
        Ok(updates) => {
            counter!("ostankino_polled_updates_total").increment(updates.len() as u64);
            "answered"
        }
        Err(error) if Conflict::of(error).is_some() => "conflict",
        Err(_) => "failed",
    };
    counter!("ostankino_polls_total", "outcome" => outcome).increment(1);
    histogram!("ostankino_poll_seconds").record(begun.elapsed());
}

async fn pause(problem: &str, wait: Duration, stop: &CancellationToken) {
    tracing::warn!(
        event = "poll_failed",
        error = problem,
        wait_ms = wait.as_millis(),
        "polling failed and is tried again"
    );
    stop.run_until_cancelled(sleep(wait)).await;
}

/// Somebody who should not polls as well: nobody but the operator can mend that.
async fn give_way(error: &ApiError, conflicts: &mut Conflicts, stop: &CancellationToken) {
    let (count, wait) = conflicts.next();
    tracing::error!(
        event = "poll_failed",
        error = problem_of(error),
        conflicts = count,
        wait_ms = wait.as_millis(),
        "polling failed and is tried again"
    );
    stop.run_until_cancelled(sleep(wait)).await;
}

enum Accepted {
    Stored,
    /// They were confirmed, and came again.
    KnownAlready,
    Stopped,
    Stuck,
}
