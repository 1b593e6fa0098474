//! Tracking of users, coalesced: what comes while one statement is under way is the next statement.
//! At rest an upsert goes at once; under load hundreds share one commit.

use std::{
    collections::BTreeMap,
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use tokio::sync::{mpsc, oneshot};

use super::table::{Ensure, Rows, Upsert, deactivate};
use crate::{
    Error, Result, chain, coalesce::Shared, config::DatabaseConfig, db::Dedicated,
    request::UpdateKey, telegram::User,
};

/// The most rows of one statement.
const BATCH: usize = 512;

/// A handle to record users with; its [`TrackerDriver`] does the work.
#[derive(Clone, Debug)]
pub struct UserTracker(mpsc::Sender<Job>);

#[derive(Debug)]
enum Job {
    Seen(Seen),
    Blocked(i64, UpdateKey, oneshot::Sender<Result<()>>),
    Ping(oneshot::Sender<Result<()>>),
}

#[derive(Debug)]
struct Seen {
    user: User,
    how: How,
    done: oneshot::Sender<Result<(), Shared>>,
}

/// How the service heard of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum How {
    /// An update named the user: the row must be there, and is not changed.
    Named,
    /// By a message or a press elsewhere than in the private chat.
    Seen,
    /// By a message or a press in the private chat, of that update.
    SeenInPrivate(UpdateKey),
}

impl UserTracker {
    /// A tracker and the driver that must run for it.
    pub fn new(config: &DatabaseConfig) -> (Self, TrackerDriver) {
        let (sender, jobs) = mpsc::channel(2 * BATCH);
        (
            Self(sender),
            TrackerDriver {
                patience: Duration::from_millis(config.statement_timeout_ms),
                jobs,
                connection: Dedicated::new(config),
            },
        )
    }

    /// Creates or refreshes a user's row after a message or a press, `as_of`, and returns once that is
    /// committed.
    ///
    /// # Errors
    ///
    /// The statement failed, for this user or for want of a database.
    pub async fn seen(&self, user: User, is_private: bool, as_of: UpdateKey) -> Result<()> {
        let how = if is_private {
            How::SeenInPrivate(as_of)
        } else {
            How::Seen
        };
        self.track(user, how).await
    }

    /// Creates a user's row if there is none, and returns once that is committed. Nobody is taken
    /// for active by it.
    ///
    /// # Errors
    ///
    /// As [`seen`](Self::seen).
    pub async fn named(&self, user: User) -> Result<()> {
        self.track(user, How::Named).await
    }

    async fn track(&self, user: User, how: How) -> Result<()> {
        let (done, committed) = oneshot::channel();
        let stopped = || Error::unavailable("PostgreSQL", "the user tracker has stopped");
        let job = Job::Seen(Seen { user, how, done });
        self.0.send(job).await.map_err(|_| stopped())?;
        committed.await.map_err(|_| stopped())?.map_err(unrecorded)
    }

    /// Records that Telegram refused for good to deliver a message to this user, sent for the update
    /// `as_of`; returns once that is committed. What a later update told of the user stays.
    ///
    /// # Errors
    ///
    /// As [`seen`](Self::seen).
    pub async fn blocked(&self, id: i64, as_of: UpdateKey) -> Result<()> {
        let (done, committed) = oneshot::channel();
        let stopped = || Error::unavailable("PostgreSQL", "the user tracker has stopped");
        let job = Job::Blocked(id, as_of, done);
        self.0.send(job).await.map_err(|_| stopped())?;
        committed.await.map_err(|_| stopped())?
    }
}

impl UserTracker {
    /// Whether the database answers, and has our tables.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`]: it does not answer. An internal error: the tables are gone.
    pub async fn ping(&self) -> Result<()> {
        let (answer, answered) = oneshot::channel();
        let stopped = || Error::unavailable("PostgreSQL", "the user tracker has stopped");
        self.0
            .send(Job::Ping(answer))
            .await
            .map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }
}

/// Does the work of a [`UserTracker`], on a connection of its own.
#[must_use = "the tracker does nothing until its driver runs"]
pub struct TrackerDriver {
    /// For how long the users of a statement that failed are tried one by one.
    patience: Duration,
    jobs: mpsc::Receiver<Job>,
    connection: Dedicated,
}

impl TrackerDriver {
    /// Works until every handle is dropped and all is done.
    pub async fn run(mut self) {
        let mut jobs = Vec::with_capacity(BATCH);
        while self.jobs.recv_many(&mut jobs, BATCH).await > 0 {
            let mut seen = Vec::with_capacity(jobs.len());
            for job in jobs.drain(..) {
                match job {
                    Job::Seen(job) => seen.push(job),
                    Job::Blocked(id, as_of, done) => {
                        // In the order in which it was told: what came before goes before.
                        self.upsert(std::mem::take(&mut seen)).await;
                        // Who asked may be gone.
                        let _ = done.send(self.deactivate(id, as_of).await);
                    }
                    Job::Ping(answer) => {
                        // Who asked may be gone.
                        let _ = answer.send(self.connection().ping().await);
                    }
                }
            }
            self.upsert(seen).await;
        }
    }

    /// All at once; if that fails for another reason than the connection, one by one, so that one
    /// user's trouble (a locked row, an odd name) is not another's.
    async fn upsert(&mut self, seen: Vec<Seen>) {
        let mut outcome = self
            .statement(&seen)
            .await
            .map_err(|error| Shared(Arc::new(error)));
        if seen.len() == 1
            || outcome
                .as_ref()
                .err()
                .is_none_or(|Shared(error)| error.is_unavailable())
        {
            return seen
                .into_iter()
                .for_each(|job| answer(job, outcome.clone()));
        }
        // Where every statement runs into a time-out, not all can be tried: others wait.
        let patience = Instant::now() + self.patience;
        for job in seen {
            if outcome.is_ok() || Instant::now() < patience {
                outcome = self
                    .statement(std::slice::from_ref(&job))
                    .await
                    .map_err(|error| Shared(Arc::new(error)));
            }
            answer(job, outcome.clone());
        }
    }

    async fn statement(&mut self, seen: &[Seen]) -> Result<()> {
        if seen.is_empty() {
            return Ok(());
        }
        // Sorted by id: one lock order for all writers. Of equal ids the last one's names win.
        let mut sorted: BTreeMap<i64, (&User, How)> = BTreeMap::new();
        for Seen { user, how, .. } in seen {
            let entry = sorted.entry(user.id).or_insert((user, *how));
            *entry = (user, entry.1.max(*how));
        }
        let (mut named, mut active) = (Rows::default(), Rows::default());
        for (user, how) in sorted.into_values() {
            match how {
                How::Named => named.push(user, None),
                How::Seen => active.push(user, None),
                How::SeenInPrivate(as_of) => active.push(user, Some((true, as_of))),
            }
        }
        if !active.is_empty() {
            let query = Upsert(active);
            self.connection()
                .run(|connection| async move { query.execute(connection).await }.boxed())
                .await?;
        }
        if !named.is_empty() {
            let query = Ensure(named);
            self.connection()
                .run(|connection| async move { query.execute(connection).await }.boxed())
                .await?;
        }
        Ok(())
    }

    async fn deactivate(&mut self, id: i64, as_of: UpdateKey) -> Result<()> {
        self.connection()
            .run(|connection| deactivate(connection, id, as_of).boxed())
            .await
    }

    fn connection(&mut self) -> &mut Dedicated {
        if self.connection.is_lost() {
            tracing::warn!(
                event = "tracker_reconnects",
                "the user tracker lost its connection and makes another one"
            );
        }
        &mut self.connection
    }
}

impl fmt::Debug for TrackerDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrackerDriver").finish_non_exhaustive()
    }
}

fn answer(job: Seen, outcome: Result<(), Shared>) {
    // Nobody waits any more if the handler was cut short: the row is written all the same.
    let _ = job.done.send(outcome);
}

/// What one of those is told who waited for a statement that failed.
fn unrecorded(shared: Shared) -> Error {
    match &*shared.0 {
        Error::Unavailable {
            service, source, ..
        } => Error::unavailable(service, chain(&**source)),
        _ => Error::context("the user was not recorded", shared),
    }
}
