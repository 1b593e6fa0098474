//! Jobs: long work outside of the order of its user, such as the answer of a language model or a report.
//!
//! A handler returns one with its reply; once that is committed, any container runs it, again if it dies meanwhile. What
//! it gives comes back as an event, and is handled in the user's order, once.

mod draft;
mod outcome;
mod runner;
mod work;

use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};

#[doc(hidden)]
pub use self::outcome::{done_name, failed_data, failed_name};
pub use self::{
    draft::Draft,
    outcome::{Done, Failed, Why},
    runner::{Ended, JobSpec},
    work::{Beat, Work, WorkParts},
};
use crate::Result;

/// The longest name: events are named after it.
const LONGEST: usize = 56;

/// Long work outside of the order of its user.
///
/// It is stored as JSON by its name until it is done, possibly across deploys. It runs at least once: what it does to other
/// systems is to be known there by [`Work::once_key`]. Its output is applied once.
///
/// ```
/// use ostankino_core::{CommandArgs, Job, Reply, Result, Router, job::{Done, Work}};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// struct Ask {
///     question: String,
/// }
///
/// impl Job for Ask {
///     const NAME: &'static str = "ask";
///     type State = Model;
///     type Output = String;
///
///     async fn run(self, work: Work<Model>) -> Result<String> {
///         let mut draft = work.draft();
///         for word in work.state().words(&self.question) {
///             draft.push(&word).await;
///             work.progress().await?;
///         }
///         Ok(draft.into_text())
///     }
/// }
///
/// async fn ask(CommandArgs(question): CommandArgs) -> Reply {
///     Reply::text("Думаю…").job(&Ask { question })
/// }
///
/// async fn answered(Done(answer): Done<Ask>) -> String {
///     answer
/// }
///
/// let router = Router::new()
///     .command("ask", ask)
///     .job::<Ask>(Model {})
///     .done::<Ask, _>(answered);
/// # drop(router);
/// # #[derive(Clone)]
/// # struct Model {}
/// # impl Model { fn words(&self, _: &str) -> Vec<String> { Vec::new() } }
/// ```
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name, for as long as one is stored: 1 to 56 of `a-z 0-9 _ . -`.
    const NAME: &'static str;

    /// How long and how often it may run, and how many at once.
    const LIMITS: JobLimits = JobLimits::each(Duration::from_secs(600));

    /// What it works with, given to [`Router::job`](crate::Router::job).
    type State: Clone + Send + Sync + 'static;

    /// What comes back as [`Done`]: up to 64 KiB of JSON.
    type Output: Serialize + DeserializeOwned + Send + Sync + 'static;

    /// Does it. No session is open meanwhile; the future is dropped when it takes too long, is cancelled, or when the
    /// service ends, and another container begins it again.
    fn run(self, work: Work<Self::State>) -> impl Future<Output = Result<Self::Output>> + Send;
}

/// How long and how often a job may run, and how many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobLimits {
    /// How long one may take.
    pub(crate) each: Duration,
    pub(crate) at_once: u16,
    pub(crate) per_user: u16,
    pub(crate) attempts: u16,
}

impl JobLimits {
    /// Each may take that long. Fifty run in a container at once, one of a user, and one that fails is tried three
    /// times.
    #[must_use]
    pub const fn each(limit: Duration) -> Self {
        Self {
            each: limit,
            at_once: 50,
            per_user: 1,
            attempts: 3,
        }
    }

    /// So many run in one container at once.
    #[must_use]
    pub const fn at_once(self, at_once: u16) -> Self {
        Self { at_once, ..self }
    }

    /// So many of one user run at once, in all containers; others wait in their order.
    #[must_use]
    pub const fn per_user(self, per_user: u16) -> Self {
        Self { per_user, ..self }
    }

    /// So often it is begun, until it has failed.
    #[must_use]
    pub const fn attempts(self, attempts: u16) -> Self {
        Self { attempts, ..self }
    }
}

/// Refuses a name that cannot be stored.
///
/// # Panics
///
/// If it cannot be.
#[track_caller]
pub(crate) fn check<J: Job>() {
    let (name, limits) = (J::NAME, J::LIMITS);
    assert!(
        name.len() <= LONGEST,
        "a job is named by 1 to {LONGEST} of `a-z 0-9 _ . -`, not {name:?}"
    );
    crate::event::check_name(name);
    assert!(
        limits.at_once > 0 && limits.per_user > 0 && limits.attempts > 0 && !limits.each.is_zero(),
        "a limit of the job `{name}` is 0: it would never run"
    );
}
