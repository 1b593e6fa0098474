//! Sets the webhook, and looks again and again what Telegram says of it. Of all processes one does: the one that would poll.

use std::time::Duration;

use serde::Deserialize;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::{
    Clock, chain,
    config::{TelegramConfig, WebhookOrder},
    intake::{Hook, PollError, Pulse},
    telegram::{ApiError, Bot, Call, UpdateKind, backoff::Backoff},
};

/// A failure that Telegram met so long ago, in seconds, is over, be it that nobody looked since.
const OVER: i64 = 120;

/// Keeps the webhook as it is to be.
#[derive(Debug)]
pub(crate) struct Keeper {
    bot: Bot,
    hook: Hook,
    pulse: Pulse,
    clock: Clock,
    terms: Terms,
    /// It was told that updates are not taken.
    is_told: bool,
}

/// What Telegram is asked for.
#[derive(Debug)]
pub(crate) struct Terms {
    allowed_updates: Vec<&'static str>,
    order: WebhookOrder,
    /// How long it is left alone.
    interval: Duration,
}

/// What `getWebhookInfo` tells. What it does not tell is as if there were none.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Info {
    #[serde(flatten)]
    settings: Settings,
    pending_update_count: u64,
    /// Unix time in seconds.
    last_error_date: Option<i64>,
    last_error_message: Option<String>,
}

/// How the webhook is set, in Telegram's words: it writes hosts its own way, and leaves out kinds that it does not know. So
/// what it says is compared with what it said.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Settings {
    url: String,
    max_connections: Option<u32>,
    allowed_updates: Option<Vec<String>>,
}

impl Terms {
    /// Updates of these kinds, in the order of the configuration.
    pub(crate) fn new(
        kinds: impl IntoIterator<Item = UpdateKind>,
        config: &TelegramConfig,
    ) -> Self {
        Self {
            allowed_updates: kinds.into_iter().map(UpdateKind::as_str).collect(),
            order: config.webhook_order,
            interval: Duration::from_secs(config.webhook_check_s),
        }
    }
}

impl Keeper {
    /// Keeps the webhook of `bot` at `hook`, and tells `pulse` how it does.
    pub(crate) fn new(bot: Bot, hook: Hook, pulse: Pulse, clock: Clock, terms: Terms) -> Self {
        Self {
            bot,
            hook,
            pulse,
            clock,
            terms,
            is_told: false,
        }
    }

    /// Sets the webhook, and looks after it until `stop`. It stays: Telegram posts to the other processes, and keeps what none takes.
    ///
    /// # Errors
    ///
    /// [`PollError`], if waiting cannot help. Everything else is waited out.
    pub(in super::super) async fn run(
        &mut self,
        stop: &CancellationToken,
    ) -> Result<(), PollError> {
        let pulse = self.pulse.clone();
        let _beating = pulse.begin();
        let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(30));
        let (mut set, mut is_told) = (None, false);
        self.is_told = false;
        while let Some(looked) = stop.run_until_cancelled(self.look(&mut set)).await {
            let wait = match looked {
                Ok(()) => {
                    is_told = false;
                    backoff.reset();
                    self.terms.interval
                }
                Err(error) if error.code() == Some(401) => return Err(PollError::Unauthorized),
                Err(error) => {
                    let problem = chain(&error);
                    pulse.failed(&problem);
                    let wait = error.retry_after().unwrap_or_else(|| backoff.next());
                    if !std::mem::replace(&mut is_told, true) {
                        tracing::warn!(
                            event = "webhook_failed",
                            error = problem,
                            wait_ms = wait.as_millis(),
                            "the webhook cannot be set, or Telegram does not tell how it does: it is tried again until it works"
                        );
                    }
                    wait
                }
            };
            if stop.run_until_cancelled(sleep(wait)).await.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// `set` is how the webhook was set, once it is.
    async fn look(&mut self, set: &mut Option<Settings>) -> Result<(), ApiError> {
        if let Some(set) = &*set {
            let info = self.ask().await?;
            if info.settings == *set {
                self.tell(&info);
                return Ok(());
            }
            self.tell_drift(info.settings.url != set.url);
        }
        *set = None;
        self.set().await?;
        let info = self.ask().await?;
        self.tell(&info);
        if self.hook.is_at(&info.settings.url) {
            *set = Some(info.settings);
        } else {
            self.tell_drift(true);
        }
        Ok(())
    }

    fn tell_drift(&self, is_elsewhere: bool) {
        tracing::warn!(
            event = "webhook_drifted",
            is_elsewhere,
            "somebody else changed the webhook of this bot: it is set again. Stop whoever does that, or revoke the token with @BotFather"
        );
    }

    /// What waits at Telegram is never dropped.
    async fn set(&self) -> Result<(), ApiError> {
        let Terms {
            allowed_updates,
            order,
            ..
        } = &self.terms;
        let call = Call::new("setWebhook")
            .param("url", self.hook.url())
            .param("secret_token", self.hook.secret())
            .param("max_connections", order.connections())
            .param("allowed_updates", allowed_updates.clone());
        self.bot.try_once(call, Duration::ZERO).await?;
        tracing::info!(
            event = "webhook_set",
            order = order.as_str(),
            "Telegram posts updates to web.public_url"
        );
        Ok(())
    }

    async fn ask(&self) -> Result<Info, ApiError> {
        let call = Call::new("getWebhookInfo");
        let told = self.bot.try_once(call, Duration::ZERO).await?;
        // What cannot be read is not as it is to be.
        Ok(serde_json::from_slice(&told).unwrap_or_default())
    }

    /// Tells what is wrong once, and once that it is over.
    fn tell(&mut self, info: &Info) {
        let pending = info.pending_update_count;
        // Telegram never takes back what it said last: what nothing waits for is over.
        let now = self.clock.now().as_second();
        let is_recent = |date: &i64| pending > 0 && now - date < OVER;
        let failing = info.last_error_date.filter(is_recent);
        let failure = failing.map(|_| info.last_error_message.clone().unwrap_or_default());
        match (&failure, self.is_told) {
            (Some(error), false) => tracing::warn!(
                event = "webhook_troubled",
                error,
                pending,
                "Telegram cannot deliver updates to web.public_url, and keeps them"
            ),
            (None, true) => tracing::info!(
                event = "webhook_recovered",
                pending,
                "Telegram delivers updates again"
            ),
            _ => {}
        }
        self.is_told = failure.is_some();
        self.pulse.told(pending, failure);
    }
}
