//! The long-running tasks of a service, each under a name. One that ends by itself, by a panic even,
//! is never passed over: what depends on it would wait for ever.

use std::{collections::HashMap, future::Future, time::Duration};

use tokio::task::{Id, JoinError, JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::{BoxError, intake::PollError};

/// Why a service that ran came to an end nobody asked for. It has been logged, and everything is
/// closed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// Polling cannot go on.
    #[error(transparent)]
    Poll(#[from] PollError),
    /// A task without which nothing works ended.
    #[error("{task}: {problem}")]
    Task {
        /// The name of the task.
        task: &'static str,
        /// How it ended: what it said, or with what it panicked.
        problem: String,
    },
}

impl RunError {
    /// The name of the task that ended.
    #[must_use]
    pub fn task(&self) -> &'static str {
        match self {
            Self::Poll(_) => POLLER,
            Self::Task { task, .. } => task,
        }
    }
}

/// The name of the task that polls.
pub(super) const POLLER: &str = "poller";

type TaskResult = Result<(), BoxError>;

/// Tasks that are ended together; aborted when dropped.
#[derive(Debug, Default)]
pub(super) struct Tasks {
    running: JoinSet<TaskResult>,
    names: HashMap<Id, &'static str>,
}

impl Tasks {
    /// Begins a task that ends when the service does, or with what makes that necessary.
    pub(super) fn spawn<E: Into<BoxError>>(
        &mut self,
        name: &'static str,
        task: impl Future<Output = Result<(), E>> + Send + 'static,
    ) {
        let ended = async { task.await.map_err(Into::into) };
        let handle = self.running.spawn(ended.in_current_span());
        self.names.insert(handle.id(), name);
    }

    /// Waits until one fails, or ends before `stop` is cancelled. Who waits for `stop` beside this, and before, may see its ends first
    /// all the same: `stop` may be cancelled between the two looks.
    pub(super) async fn early_end(&mut self, stop: &CancellationToken) -> RunError {
        loop {
            let (name, ended) = match self.running.join_next_with_id().await {
                Some(Ok((id, ended))) => (self.name(id), ended),
                Some(Err(panicked)) => return self.panicked(panicked),
                None => return std::future::pending().await,
            };
            match ended {
                Err(error) => return failure(name, error),
                Ok(()) if stop.is_cancelled() => {}
                Ok(()) => return failure(name, "it ended before it was told to".into()),
            }
        }
    }

    /// Waits for all of them, but not for ever: what is not done by then is aborted. Gives the
    /// failures, and whether all were done in time.
    pub(super) async fn finish(mut self, limit: Duration) -> (Vec<RunError>, bool) {
        let mut failures = Vec::new();
        let all = async {
            while let Some(ended) = self.running.join_next_with_id().await {
                match ended {
                    Ok((_, Ok(()))) => {}
                    Ok((id, Err(error))) => failures.push(failure(self.name(id), error)),
                    Err(panicked) => failures.push(self.panicked(panicked)),
                }
            }
        };
        let in_time = tokio::time::timeout(limit, all).await.is_ok();
        self.running.shutdown().await;
        (failures, in_time)
    }

    fn panicked(&self, error: JoinError) -> RunError {
        let task = self.name(error.id());
        let problem = match error.try_into_panic() {
            Ok(payload) => format!("it panicked: {}", words(&*payload)),
            Err(error) => error.to_string(),
        };
        RunError::Task { task, problem }
    }

    fn name(&self, id: Id) -> &'static str {
        self.names.get(&id).copied().unwrap_or("unnamed")
    }
}

fn failure(task: &'static str, error: BoxError) -> RunError {
    match error.downcast::<PollError>() {
        Ok(error) => RunError::Poll(*error),
        Err(error) => RunError::Task {
            task,
            problem: crate::chain(&*error),
        },
    }
}

/// What went wrong with the tasks: each failure is logged when it is learnt of, the first is the
/// service's own.
#[derive(Default)]
pub(super) struct Failures {
    first: Option<RunError>,
    /// The others of the process go on, and what becomes of this bot is told elsewhere.
    is_one_of_several: bool,
}

impl Failures {
    pub(super) fn of(is_one_of_several: bool) -> Self {
        Self {
            first: None,
            is_one_of_several,
        }
    }

    pub(super) fn extend(&mut self, failures: impl IntoIterator<Item = RunError>) {
        for failure in failures {
            let problem = match &failure {
                RunError::Poll(error) => crate::chain(error),
                RunError::Task { problem, .. } => problem.clone(),
            };
            if self.is_one_of_several {
                tracing::warn!(
                    event = "bot_cannot_run",
                    task = failure.task(),
                    error = problem,
                    "a bot cannot run"
                );
            } else {
                tracing::error!(
                    event = "cannot_run",
                    task = failure.task(),
                    error = problem,
                    "the service cannot run"
                );
            }
            self.first.get_or_insert(failure);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// The first of them.
    pub(super) fn result(self) -> Result<(), RunError> {
        self.first.map_or(Ok(()), Err)
    }
}

/// What a panic was given, if that is a text.
pub(super) fn words(payload: &(dyn std::any::Any + Send)) -> &str {
    let owned = payload.downcast_ref::<String>().map(String::as_str);
    let text = owned.or_else(|| payload.downcast_ref::<&str>().copied());
    text.unwrap_or("without a message")
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    type Plain = Result<(), BoxError>;
    type Spawn = fn(&mut Tasks);

    #[tokio::test]
    async fn a_task_that_ends_by_itself_is_named_however_it_ended() {
        let cases: [(Spawn, &str); 3] = [
            (
                |tasks| tasks.spawn("purge", async { Plain::Ok(()) }),
                "purge: it ended before it was told to",
            ),
            (
                |tasks| tasks.spawn("health", async { Plain::Err("no table".into()) }),
                "health: no table",
            ),
            (
                |tasks| tasks.spawn("tracker", async { panic!("at {}", 7) as Plain }),
                "tracker: it panicked: at 7",
            ),
        ];
        for (spawn, told) in cases {
            let mut tasks = Tasks::default();
            tasks.spawn("other", pending::<Plain>());
            spawn(&mut tasks);
            let early = tasks.early_end(&CancellationToken::new()).await;
            assert_eq!(early.to_string(), told);
        }
    }

    #[tokio::test]
    async fn who_ends_as_told_is_passed_over_and_who_fails_then_is_not() {
        let (mut tasks, stop) = (Tasks::default(), CancellationToken::new());
        stop.cancel();
        tasks.spawn("purge", async { Plain::Ok(()) });
        tasks.spawn("worker", async { Plain::Err("the shelf fell".into()) });
        let failed = tasks.early_end(&stop).await;
        assert_eq!(failed.to_string(), "worker: the shelf fell");
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_during_the_end_is_told_and_what_takes_too_long_is_aborted() {
        let mut tasks = Tasks::default();
        tasks.spawn("worker", async { panic!("late") as Plain });
        tasks.spawn("stuck", pending::<Plain>());
        let (failures, in_time) = tasks.finish(Duration::from_secs(1)).await;
        assert!(!in_time);
        assert_eq!(failures.len(), 1);
        assert_eq!(failures[0].to_string(), "worker: it panicked: late");
    }
}
