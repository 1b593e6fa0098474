//! When a failed call is made again: a policy for tower's retry layer.

use std::{future::Future, pin::Pin, time::Duration};

use bytes::Bytes;
use tower::retry::Policy;

use super::{ApiError, http::Prepared};
use crate::{backoff::Backoff, chain};

/// Honours the `retry_after` of a 429 up to a limit; waits longer and longer after 5xx, network
/// faults and garbled answers; gives up after a number of tries.
#[derive(Clone, Debug)]
pub(super) struct RetryPolicy {
    left: u32,
    longest_wait: Duration,
    backoff: Backoff,
}

impl RetryPolicy {
    pub(super) fn new(retries: u32, longest_wait: Duration) -> Self {
        let backoff = Backoff::new(Duration::from_millis(300), Duration::from_secs(5));
        Self {
            left: retries,
            longest_wait,
            backoff,
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
