//! Runs one job that this container has claimed, to its end.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;
use ostankino_core::{
    internal::Whose,
    job::{Ended, JobSpec, Why, WorkParts},
    texts::{LocaleSource, Speech},
};
use serde_json::Value;
use tokio::{
    sync::watch,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    claim::Claimed,
    lease::{Lease, Over},
    table::JobStore,
    telling::Telling,
};
use crate::{
    Error, Result,
    telegram::{Bot, internal::json_location},
    users::{Asks, Lookup, UserTracker},
};

/// What every job needs that runs.
#[derive(Clone, Debug)]
pub(super) struct Runner {
    pub(super) store: JobStore,
    pub(super) telling: Telling,
    pub(super) bot: Bot,
    /// What the bot speaks, and who knows the languages of users.
    pub(super) speech: Option<(Speech, UserTracker)>,
    /// What runs is given back.
    pub(super) stop: CancellationToken,
}

/// How an attempt ended.
enum Attempt {
    /// That came of it.
    Ended(Ended),
    /// It is tried again.
    Again(Error),
    /// It is given back: the service ends.
    GivenBack,
    /// It is another's.
    Lost,
}

impl Attempt {
    fn outcome(&self) -> &'static str {
        match self {
            Self::Ended(_) => "ended",
            Self::Again(_) => "retried",
            Self::GivenBack => "given_back",
            Self::Lost => "lost",
        }
    }
}

impl Runner {
    /// Runs a job to its end, or to that of this attempt.
    pub(super) async fn run(self, spec: JobSpec, job: Claimed, cancel: watch::Sender<bool>) {
        if let (Some(event), Some(data)) = (&job.event, &job.event_data) {
            // Whoever ran it ended before that was told.
            self.telling.tell(&job, event, data).await;
            return;
        }
        let begun = Instant::now();
        let attempt = self.attempt(&spec, &job, cancel).await;
        let outcome = attempt.outcome();
        metrics::histogram!("ostankino_job_seconds", "job" => spec.name().to_owned(), "outcome" => outcome)
            .record(begun.elapsed());
        let told = match attempt {
            Attempt::Ended(ended) => self.end(&job, &ended).await,
            Attempt::Again(error) => {
                let after = backoff(job.attempts);
                tracing::warn!(
                    event = "job_retried",
                    job = spec.name(),
                    once_key = job.once_key,
                    attempt = job.attempts,
                    error = error.chain(),
                    "a job failed and is begun again"
                );
                self.store
                    .give_back(job.seq, &job.worker, after.as_secs_f64(), true)
                    .await
            }
            Attempt::GivenBack => self.store.give_back(job.seq, &job.worker, 0.0, false).await,
            Attempt::Lost => {
                tracing::warn!(
                    event = "job_lost",
                    job = spec.name(),
                    once_key = job.once_key,
                    "a job is another container's by now, and is dropped here"
                );
                Ok(())
            }
        };
        if let Err(error) = told {
            // The lease expires, and another container goes on.
            tracing::warn!(
                event = "job_unsettled",
                job = spec.name(),
                once_key = job.once_key,
                error = error.chain(),
                "the end of a job was not stored: it is begun again once its lease is over"
            );
        }
    }

    async fn attempt(&self, spec: &JobSpec, job: &Claimed, cancel: watch::Sender<bool>) -> Attempt {
        let data: Value = match serde_json::from_str(&job.data) {
            Ok(data) => data,
            Err(error) => {
                tracing::error!(
                    event = "job_failed",
                    job = spec.name(),
                    once_key = job.once_key,
                    error = json_location(&error),
                    "what a job holds was changed, and is no JSON"
                );
                return Attempt::Ended(spec.failed(&Value::Null, &Why::Failed));
            }
        };
        let failed = |why: &Why| Attempt::Ended(spec.failed(&data, why));
        if job.is_cancelled {
            return failed(&Why::Cancelled);
        }
        if job.attempts > job.max_attempts {
            // The last attempt ended its process.
            tracing::error!(
                event = "job_failed",
                job = spec.name(),
                once_key = job.once_key,
                "a job was begun too often without a result"
            );
            return failed(&Why::Failed);
        }
        let lease = Lease {
            store: self.store.clone(),
            worker: job.worker.clone(),
            seq: job.seq,
            cancel,
        };
        let whose = self::whose(job);
        let speech = self.speech.as_ref().map(|(speech, tracker)| {
            let (tracker, asks) = (tracker.clone(), Asks::whose(self.bot.id(), &whose));
            let source: Box<dyn LocaleSource> = Box::new(Lookup { tracker, asks });
            (speech.clone(), source)
        });
        let parts = WorkParts {
            bot: self.bot.clone(),
            whose,
            once_key: job.once_key.clone(),
            draft_id: job.draft_id,
            attempt: u16::try_from(job.attempts).unwrap_or(u16::MAX),
            cancelled: lease.cancel.subscribe(),
            beat: Box::new(lease.clone()),
            speech,
        };
        let work = AssertUnwindSafe(spec.run(data.clone(), parts)).catch_unwind();
        let done = tokio::select! {
            biased;
            done = timeout(spec.each(), work) => done,
            over = lease.keep() => return match over {
                Over::Lost => Attempt::Lost,
                Over::Cancelled => failed(&Why::Cancelled),
            },
            () = self.stop.cancelled() => return Attempt::GivenBack,
        };
        let result = match done {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(Error::message("the job panicked")),
            Err(_) => Err(Error::Timeout(spec.each())),
        };
        match result {
            Ok(output) => Attempt::Ended(spec.done(output)),
            Err(Error::User(words)) => failed(&Why::Refused(words.to_string())),
            Err(Error::Aborted) if *lease.cancel.borrow() => failed(&Why::Cancelled),
            Err(error) if job.attempts < job.max_attempts => Attempt::Again(error),
            Err(error) => {
                tracing::error!(
                    event = "job_failed",
                    job = spec.name(),
                    once_key = job.once_key,
                    error = error.chain(),
                    "a job failed for good"
                );
                failed(&Why::Failed)
            }
        }
    }

    /// Stores what came of it, then tells it.
    async fn end(&self, job: &Claimed, ended: &Ended) -> Result<()> {
        let data = ended.data.to_string();
        let is_ours = self
            .store
            .ended(job.seq, &job.worker, &ended.event, &data)
            .await?;
        if is_ours {
            self.telling.tell(job, &ended.event, &data).await;
        }
        Ok(())
    }
}

/// Whose it is, as it was stored.
pub(super) fn whose(job: &Claimed) -> Whose {
    serde_json::from_str(&job.whose).unwrap_or_default()
}

/// How long until the next attempt: 2 s, 4 s, … a minute.
fn backoff(attempts: i32) -> Duration {
    let doublings = u32::try_from(attempts).unwrap_or(1).min(6);
    Duration::from_secs(60.min(1 << doublings))
}
