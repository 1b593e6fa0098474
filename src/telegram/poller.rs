//! The long-poll loop: fetches updates, stores them, and only then confirms them to Telegram.

use std::{future::Future, time::Duration};

use bytes::Bytes;
use tokio_util::sync::CancellationToken;

use super::{ApiError, Bot, Call, Envelope, UpdateKind, scan};
use crate::{backoff::Backoff, error::chain};

/// One element of what `getUpdates` returned, undecoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawUpdate {
    /// Its `update_id`; `None` if it has none and so cannot be confirmed by itself.
    pub id: Option<i64>,
    /// Its bytes.
    pub bytes: Bytes,
}

/// Where fetched updates go. `store` returns only when all of them are safe: after it they are
/// confirmed, and Telegram forgets them for ever.
pub trait UpdateSink: Send + Sync {
    /// Stores the updates in their order, retrying for as long as it takes. False if it was told
    /// to stop before all were stored: then nothing is confirmed.
    fn store(&self, updates: Vec<RawUpdate>) -> impl Future<Output = bool> + Send;
}

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
pub struct Poller<S> {
    bot: Bot,
    sink: S,
    allowed_updates: Vec<&'static str>,
    timeout: Duration,
    offset: Option<i64>,
}

impl<S: UpdateSink> Poller<S> {
    /// A poller for `bot` that asks for updates of these kinds and holds each request `timeout`.
    pub fn new(
        bot: Bot,
        sink: S,
        kinds: impl IntoIterator<Item = UpdateKind>,
        timeout: Duration,
    ) -> Self {
        let allowed_updates = kinds.into_iter().map(UpdateKind::as_str).collect();
        Self {
            bot,
            sink,
            allowed_updates,
            timeout,
            offset: None,
        }
    }

    /// Polls until `stop`; then confirms what was stored last, so that the next poller does not
    /// get it again.
    ///
    /// # Errors
    ///
    /// [`PollError`], if waiting cannot help. Everything else is waited out.
    pub async fn run(mut self, stop: CancellationToken) -> Result<(), PollError> {
        let mut backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(15));
        loop {
            let Some(fetched) = stop.run_until_cancelled(self.fetch()).await else {
                break;
            };
            let failure = match fetched {
                Ok(updates) if updates.is_empty() => {
                    backoff.reset();
                    continue;
                }
                Ok(updates) => match self.accept(updates).await {
                    Accepted::Stored => {
                        backoff.reset();
                        continue;
                    }
                    Accepted::Stopped => break,
                    Accepted::Stuck => "no update of the batch has an update_id".into(),
                },
                Err(error) if error.code() == Some(401) => return Err(PollError::Unauthorized),
                Err(error) => {
                    self.report(error, &mut backoff, &stop).await;
                    continue;
                }
            };
            self.pause(failure, backoff.next(), &stop).await;
        }
        self.confirm().await;
        Ok(())
    }

    async fn fetch(&self) -> Result<Vec<RawUpdate>, ApiError> {
        let result = self
            .bot
            .try_once(self.get_updates(self.timeout, 100), self.timeout)
            .await?;
        let split: Result<Vec<_>, _> = scan::elements(&result)
            .map(|element| {
                let bytes = result.slice_ref(element?);
                let id = Envelope::peek(&bytes).map(|envelope| envelope.update_id);
                Ok(RawUpdate { id, bytes })
            })
            .collect();
        let status = 200;
        split.map_err(|scan::Malformed| ApiError::Decode {
            status,
            length: result.len(),
            source: None,
        })
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

    /// Stores a batch and moves the offset behind its last update: the last, not the greatest,
    /// since ids begin anew at random after a silent week.
    async fn accept(&mut self, updates: Vec<RawUpdate>) -> Accepted {
        let last = updates.iter().rev().find_map(|update| update.id);
        if !self.sink.store(updates).await {
            return Accepted::Stopped;
        }
        let Some(last) = last else {
            return Accepted::Stuck;
        };
        self.offset = Some(last + 1);
        Accepted::Stored
    }

    /// Tells Telegram the last offset without waiting for updates.
    async fn confirm(&self) {
        if self.offset.is_none() {
            return;
        }
        let call = self
            .bot
            .try_once(self.get_updates(Duration::ZERO, 1), Duration::ZERO);
        match tokio::time::timeout(Duration::from_secs(2), call).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => {
                tracing::warn!(error = chain(&error), "the last updates were not confirmed");
            }
            // Telegram may hold an offset that it got a moment before for 3 s: it has it by then.
            Err(_) => tracing::debug!("the confirmation of the last updates was not answered"),
        }
    }

    async fn report(&self, error: ApiError, backoff: &mut Backoff, stop: &CancellationToken) {
        let mut wait = error.retry_after().unwrap_or_else(|| backoff.next());
        let mut problem = chain(&error);
        if let ApiError::Api {
            code: 409,
            description,
            ..
        } = &error
        {
            wait = Duration::from_secs(5).mul_f64(1.0 + fastrand::f64());
            problem = if description.to_lowercase().contains("webhook") {
                format!("{problem}: this bot has a webhook, remove it with deleteWebhook to poll")
            } else {
                format!("{problem}: another process polls with the same token, stop one of them")
            };
        }
        self.pause(problem, wait, stop).await;
    }

    async fn pause(&self, problem: String, wait: Duration, stop: &CancellationToken) {
        tracing::warn!(
            error = problem,
            wait_ms = wait.as_millis(),
            "polling failed and is tried again"
        );
        stop.run_until_cancelled(tokio::time::sleep(wait)).await;
    }
}

enum Accepted {
    Stored,
    Stopped,
    Stuck,
}
