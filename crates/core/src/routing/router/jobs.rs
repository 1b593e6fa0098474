//! Jobs of a router: what it can run, and the routes for what comes of them.

use super::Router;
use crate::{
    Handler, Job,
    job::{self, JobSpec},
    routing::filter::event_named,
};

/// # Jobs
impl Router {
    /// A kind of long work that handlers have done, and what it works with: see [`Job`].
    ///
    /// # Panics
    ///
    /// If there is one of that name already, or the name is invalid.
    #[track_caller]
    pub fn job<J: Job>(mut self, state: J::State) -> Self {
        job::check::<J>();
        self.add_job(JobSpec::of::<J>(state));
        self
    }

    /// What a job gave: `.done::<Ask, _>(answered)`. The handler gets it as [`Done<J>`](crate::job::Done).
    ///
    /// # Panics
    ///
    /// As [`on`](Self::on), and if the job's name is invalid.
    #[track_caller]
    pub fn done<J: Job, Args: 'static>(self, handler: impl Handler<Args>) -> Self {
        job::check::<J>();
        self.on(event_named(job::done_name(J::NAME)), handler)
    }

    /// A job that came to nothing: `.failed::<Ask, _>(sorry)`. The handler gets it as
    /// [`Failed<J>`](crate::job::Failed). Without such a route the user hears the common apology, or what the job refused with;
    /// of what was cancelled nothing is said.
    ///
    /// # Panics
    ///
    /// As [`on`](Self::on), and if the job's name is invalid.
    #[track_caller]
    pub fn failed<J: Job, Args: 'static>(self, handler: impl Handler<Args>) -> Self {
        job::check::<J>();
        self.on(event_named(job::failed_name(J::NAME)), handler)
    }

    /// The kinds of jobs it can run.
    #[doc(hidden)]
    #[must_use]
    pub fn jobs(&self) -> &[JobSpec] {
        &self.jobs
    }

    /// It runs those of another router, too.
    #[track_caller]
    pub(super) fn take_jobs(&mut self, other: &Self) {
        for spec in other.jobs.iter() {
            self.add_job(spec.clone());
        }
    }

    #[track_caller]
    fn add_job(&mut self, spec: JobSpec) {
        let name = spec.name();
        let is_new = self.jobs.iter().all(|job| job.name() != name);
        assert!(is_new, "there is a job `{name}` already");
        std::sync::Arc::make_mut(&mut self.jobs).push(spec);
    }
}
