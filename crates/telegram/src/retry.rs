//! When a failed call is made again: a policy for tower's retry layer.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::Bytes;
use tower::retry::Policy;

use super::{ApiError, http::Prepared};
use crate::{backoff::Backoff, chain};

/// Is told of each 429: the chat that the call is for, and how long it is to be left alone.
type WhenLimited = Box<dyn Fn(i64, Duration) + Send + Sync>;

/// Whom to tell of each 429, once that is known. A clone shares it.
#[derive(Clone, Default)]
pub(super) struct Limited(Arc<OnceLock<WhenLimited>>);

/// Honours the `retry_after` of a 429 up to a limit; waits longer and longer after 5xx, network
/// faults and garbled answers; gives up after a number of tries.
#[derive(Clone, Debug)]
pub(super) struct RetryPolicy {
    left: u32,
    longest_wait: Duration,
    backoff: Backoff,
    limited: Limited,
}

impl Limited {
    /// Only the first one is told.
    pub(super) fn tell(&self, act: impl Fn(i64, Duration) + Send + Sync + 'static) {
        let _ = self.0.set(Box::new(act));
    }

    fn note(&self, call: &Prepared, error: &ApiError) {
        // A limit of a call without a chat is one of its method: of changing the bot's name, for hours.
        if let Some(act) = self.0.get()
            && error.code() == Some(429)
            && let (Some(chat), Some(wait)) = (call.chat(), error.retry_after())
        {
            act(chat, wait);
        }
    }
}

impl fmt::Debug for Limited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_told = self.0.get().is_some();
        f.debug_tuple("Limited").field(&is_told).finish()
    }
}

impl RetryPolicy {
    pub(super) fn new(retries: u32, longest_wait: Duration, limited: Limited) -> Self {
        let backoff = Backoff::new(Duration::from_millis(300), Duration::from_secs(5));
        Self {
            left: retries,
            longest_wait,
            backoff,
            limited,
        }
    }
}

impl Policy<Prepared, Bytes, ApiError> for RetryPolicy {
    type Future = Pin<Box<dyn Future<Output = ()> + Send>>;

    fn retry(
        &mut self,
        call: &mut Prepared,
        result: &mut Result<Bytes, ApiError>,
    ) -> Option<Self::Future> {
        let error = result.as_ref().err().filter(|error| error.is_transient())?;
        self.limited.note(call, error);
        let patience = call.patience;
        if !patience.allows(error) {
            return None;
        }
        self.left = self.left.checked_sub(1)?;
        let wait = error.retry_after().unwrap_or_else(|| self.backoff.next());
        if wait > patience.longest_wait(self.longest_wait) {
            return None;
        }
        tracing::warn!(
            event = "call_retried",
            method = &*call.method,
            wait_ms = wait.as_millis(),
            error = chain(error),
            "the call is made again"
        );
        Some(Box::pin(tokio::time::sleep(wait)))
    }

    fn clone_request(&mut self, call: &Prepared) -> Option<Prepared> {
        Some(call.clone())
    }
}
