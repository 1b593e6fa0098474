//! How far the effects of an update got: what the layers that bring them about tell each other.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::future::BoxFuture;
use serde_json::value::RawValue;

use crate::{Request, Result};

/// The progress of one update, shared by all layers it passes.
#[derive(Clone, Default)]
pub struct Journal(Arc<Mutex<Progress>>);

#[derive(Default)]
struct Progress {
    is_stored: bool,
    is_over: bool,
    left: Option<Box<RawValue>>,
    finish: Option<Finish>,
    failure: Option<Failure>,
}

/// Why an update has no result.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The error and its causes.
    pub error: String,
    /// Whether it may succeed when it is tried again soon.
    pub is_passing: bool,
}

type Finish = Box<dyn FnOnce() -> BoxFuture<'static, Result<()>> + Send>;

impl Journal {
    /// The journal of a request; the first layer that asks begins it.
    #[must_use]
    pub fn of(request: &mut Request) -> Self {
        request.extensions.get_or_insert_default::<Self>().clone()
    }

    /// Notes that what is left to do is stored, in the transaction that was committed.
    pub(crate) fn stored(&self) {
        self.lock().is_stored = true;
    }

    /// Whether what is left to do was stored with the effects in the database.
    #[must_use]
    pub fn is_stored(&self) -> bool {
        self.lock().is_stored
    }

    /// Notes that all was done before, replies included: nothing is to be said.
    pub(crate) fn over(&self) {
        self.lock().is_over = true;
    }

    /// Whether all was done before.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.lock().is_over
    }

    /// Keeps what a dialogue says that the update, applied before, left to do.
    pub(crate) fn leave(&self, effects: Box<RawValue>) {
        self.lock().left = Some(effects);
    }

    /// What a dialogue says that the update left to do.
    pub(crate) fn left(&self) -> Option<Box<RawValue>> {
        self.lock().left.take()
    }

    /// What notes that the replies were sent, so that they are not sent again.
    pub(crate) fn when_sent<F>(&self, finish: impl FnOnce() -> F + Send + 'static)
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.lock().finish = Some(Box::new(|| Box::pin(finish())));
    }

    /// Notes that the replies were sent.
    pub(crate) async fn sent(&self) {
        let finish = self.lock().finish.take();
        let Some(finish) = finish else { return };
        if let Err(error) = finish().await {
            tracing::warn!(
                error = error.chain(),
                "it was not noted that the replies were sent: they may be sent again"
            );
        }
    }

    /// Notes that a server was away, or that the update is to be tried again.
    pub(crate) fn failed(&self, failure: Failure) {
        self.lock().failure = Some(failure);
    }

    /// Which server was away, or why the update is to be tried again.
    #[must_use]
    pub fn failure(&self) -> Option<Failure> {
        self.lock().failure.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Progress> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let progress = self.lock();
        f.debug_struct("Journal")
            .field("is_stored", &progress.is_stored)
            .field("is_over", &progress.is_over)
            .finish_non_exhaustive()
    }
}
