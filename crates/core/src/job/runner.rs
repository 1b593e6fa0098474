//! A kind of jobs, its type erased: what the service runs by its name.

use std::{fmt, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use serde_json::Value;

use super::{
    Job, JobLimits, Why, Work, WorkParts,
    outcome::{done_name, failed_data, failed_name},
};
use crate::{Error, Result};

/// The most bytes of the JSON that a job gives.
const MOST: usize = 64 * 1024;

type Run = dyn Fn(Value, WorkParts) -> BoxFuture<'static, Result<Value>> + Send + Sync;

/// A kind of jobs that a router has.
#[derive(Clone)]
pub struct JobSpec {
    name: &'static str,
    limits: JobLimits,
    run: Arc<Run>,
}

/// What comes of a job, as an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    /// The name of the event.
    pub event: String,
    /// Its data.
    pub data: Value,
}

impl JobSpec {
    pub(crate) fn of<J: Job>(state: J::State) -> Self {
        let run = move |data: Value, parts: WorkParts| -> BoxFuture<'static, Result<Value>> {
            let work = Work::new(state.clone(), Arc::new(parts));
            Box::pin(async move {
                let job: J = serde_json::from_value(data)?;
                let output = serde_json::to_value(job.run(work).await?)?;
                match output.to_string().len() {
                    ..=MOST => Ok(output),
                    length => Err(Error::message(format!(
                        "the job gave {length} bytes: it may give {MOST}, store the rest in a table"
                    ))),
                }
            })
        };
        Self {
            name: J::NAME,
            limits: J::LIMITS,
            run: Arc::new(run),
        }
    }

    /// See [`Job::NAME`].
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// How long one may take.
    #[must_use]
    pub fn each(&self) -> Duration {
        self.limits.each
    }

    /// How many run in one container at once.
    #[must_use]
    pub fn at_once(&self) -> u16 {
        self.limits.at_once
    }

    /// Runs one.
    pub fn run(&self, data: Value, parts: WorkParts) -> BoxFuture<'static, Result<Value>> {
        (self.run)(data, parts)
    }

    /// What comes of one that gave this.
    #[must_use]
    pub fn done(&self, output: Value) -> Ended {
        Ended {
            event: done_name(self.name),
            data: output,
        }
    }

    /// What comes of one that came to nothing.
    #[must_use]
    pub fn failed(&self, job: &Value, why: &Why) -> Ended {
        Ended {
            event: failed_name(self.name),
            data: failed_data(job, why),
        }
    }
}

impl fmt::Debug for JobSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobSpec")
            .field("name", &self.name)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
