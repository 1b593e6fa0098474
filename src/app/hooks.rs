//! What a bot does beside its handlers: tasks in the background, and work at the start and at the end.

use std::{fmt, time::Duration};

use futures_util::future::BoxFuture;
use tokio::task::JoinSet;

use super::Context;
use crate::Result;

/// Work of the bot's own, not begun yet.
pub(super) type Work = Box<dyn FnOnce(Context) -> BoxFuture<'static, Result<()>> + Send>;

/// How long each piece of work at the end may take.
const ENDING: Duration = Duration::from_secs(5);

/// All work of a bot's own.
#[derive(Default)]
pub(super) struct Hooks {
    pub(super) tasks: Vec<(&'static str, Work)>,
    pub(super) at_start: Vec<Work>,
    pub(super) at_stop: Vec<Work>,
}

/// Work that is `work`, its type erased.
pub(super) fn work<F>(work: impl FnOnce(Context) -> F + Send + 'static) -> Work
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    Box::new(move |context| Box::pin(work(context)))
}

/// Does what is to be done at the end: the rest too if a part of it fails, hangs or panics.
pub(super) async fn end(at_stop: Vec<Work>, context: &Context) {
    for work in at_stop {
        let mut working = JoinSet::from_iter([work(context.clone())]);
        let problem = match tokio::time::timeout(ENDING, working.join_next()).await {
            Ok(None | Some(Ok(Ok(())))) => continue,
            Ok(Some(Ok(Err(error)))) => error.chain(),
            Ok(Some(Err(panicked))) => panicked.to_string(),
            Err(_) => format!("it was not done within {ENDING:?}"),
        };
        tracing::error!(
            event = "on_stop_failed",
            error = problem,
            "what the bot does at the end failed"
        );
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tasks = self.tasks.iter().map(|(name, _)| name);
        f.debug_list().entries(tasks).finish()
    }
}
