//! Tracking of users, coalesced: what comes while one statement is under way is the next statement.
//! At rest an upsert goes at once; under load hundreds share one commit.

use std::{
    collections::BTreeMap,
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use diesel::{QueryResult, pg::Pg, query_builder::QueryFragment};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::{FutureExt, future::BoxFuture};
use tokio::sync::{mpsc, oneshot};

use ostankino_core::texts::{Locale, LocaleSource};

use super::{
    connection::Connection,
    locale::{Asks, Nothing, Spoken},
    table::{Ensure, Rows, Upsert, deactivate},
};
use crate::{
    Error, Result, chain,
    coalesce::Shared,
    config::DatabaseConfig,
    counted,
    db::{Database, Dedicated},
    request::UpdateKey,
    telegram::User,
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
    /// None where only a language is asked for.
    user: Option<(User, How)>,
    /// Whose language is to be told; of a bot without texts nobody's.
    asks: Option<Asks>,
    done: oneshot::Sender<Result<Locale, Shared>>,
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
        Self::with(config, Connection::Own(Dedicated::new(config)))
    }

    /// The same by the connections of a pool, for one of many bots: an idle one keeps none.
    pub(crate) fn by_pool(config: &DatabaseConfig, database: Database) -> (Self, TrackerDriver) {
        Self::with(config, Connection::Pool(database))
    }

    fn with(config: &DatabaseConfig, connection: Connection) -> (Self, TrackerDriver) {
        let (sender, jobs) = mpsc::channel(2 * BATCH);
        (
            Self(sender),
            TrackerDriver {
                patience: Duration::from_millis(config.statement_timeout_ms),
                jobs,
                connection,
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
        let told = self.seen_and_tell(user, is_private, as_of, None).await;
        told.map(drop)
    }

    /// As [`seen`](Self::seen), and gives what is known of the language that is asked for, by the same statement.
    pub(super) async fn seen_and_tell(
        &self,
        user: User,
        is_private: bool,
        as_of: UpdateKey,
        asks: Option<Asks>,
    ) -> Result<Locale> {
        let how = if is_private {
            How::SeenInPrivate(as_of)
        } else {
            How::Seen
        };
        self.track(Some((user, how)), asks).await
    }

    /// Creates a user's row if there is none, and returns once that is committed. Nobody is taken
    /// for active by it.
    ///
    /// # Errors
    ///
    /// As [`seen`](Self::seen).
    pub async fn named(&self, user: User) -> Result<()> {
        self.named_and_tell(user, None).await.map(drop)
    }

    /// As [`named`](Self::named), and gives what is known of the language that is asked for.
    pub(super) async fn named_and_tell(&self, user: User, asks: Option<Asks>) -> Result<Locale> {
        self.track(Some((user, How::Named)), asks).await
    }

    /// What is known of a language.
    ///
    /// # Errors
    ///
    /// As [`seen`](Self::seen).
    pub(crate) async fn locale(&self, asks: Asks) -> Result<Locale> {
        self.track(None, Some(asks)).await
    }

    async fn track(&self, user: Option<(User, How)>, asks: Option<Asks>) -> Result<Locale> {
        let (done, committed) = oneshot::channel();
        let stopped = || Error::unavailable("PostgreSQL", "the user tracker has stopped");
        let job = Job::Seen(Seen { user, asks, done });
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

/// Does the work of a [`UserTracker`], on a connection of its own unless the bot is one of several.
#[must_use = "the tracker does nothing until its driver runs"]
pub struct TrackerDriver {
    /// For how long the users of a statement that failed are tried one by one.
    patience: Duration,
    jobs: mpsc::Receiver<Job>,
    connection: Connection,
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
                        let _ = answer.send(self.ping().await);
                    }
                }
            }
            self.upsert(seen).await;
        }
    }

    /// All at once; if that fails for another reason than the connection, one by one, so that one
    /// user's trouble (a locked row, an odd name) is not another's.
    async fn upsert(&mut self, seen: Vec<Seen>) {
        if seen.is_empty() {
            return;
        }
        let begun = Instant::now();
        let all = self.statement(&seen).await;
        counted::tracked(begun.elapsed());
        let all = all.map_err(|error| Shared(Arc::new(error)));
        let outcome = match all {
            Ok(locales) => {
                let answers = seen.into_iter().zip(locales);
                return answers.for_each(|(job, locale)| answer(job, Ok(locale)));
            }
            Err(error) => error,
        };
        if seen.len() == 1 || outcome.0.is_unavailable() {
            return seen
                .into_iter()
                .for_each(|job| answer(job, Err(outcome.clone())));
        }
        // Where every statement runs into a time-out, not all can be tried: others wait.
        let patience = Instant::now() + self.patience;
        let mut outcome = Err(outcome);
        for job in seen {
            if outcome.is_ok() || Instant::now() < patience {
                let one = self.statement(std::slice::from_ref(&job)).await;
                outcome = one
                    .map(|mut locales| locales.pop().unwrap_or_default())
                    .map_err(|error| Shared(Arc::new(error)));
            }
            answer(job, outcome.clone());
        }
    }

    /// What is known of the language of each.
    async fn statement(&mut self, seen: &[Seen]) -> Result<Vec<Locale>> {
        // Sorted by id: one lock order for all writers. Of equal ids the last one's names win.
        let mut sorted: BTreeMap<i64, (&User, How)> = BTreeMap::new();
        for (user, how) in seen.iter().filter_map(|seen| seen.user.as_ref()) {
            let entry = sorted.entry(user.id).or_insert((user, *how));
            *entry = (user, entry.1.max(*how));
        }
        counted::tracked_rows(sorted.len());
        let (mut named, mut active) = (Rows::default(), Rows::default());
        for (user, how) in sorted.into_values() {
            match how {
                How::Named => named.push(user, None),
                How::Seen => active.push(user, None),
                How::SeenInPrivate(as_of) => active.push(user, Some((true, as_of))),
            }
        }
        let mut asks: Vec<Asks> = seen.iter().filter_map(|seen| seen.asks).collect();
        let mut told = Vec::new();
        if !active.is_empty() {
            // Whichever comes last tells the languages.
            let now = if named.is_empty() {
                std::mem::take(&mut asks)
            } else {
                Vec::new()
            };
            told = self.write(Upsert(active), now).await?;
        }
        if !named.is_empty() {
            told = self.write(Ensure(named), std::mem::take(&mut asks)).await?;
        }
        if !asks.is_empty() {
            let write = None::<Nothing>;
            let spoken = Spoken { asks, write };
            told = self
                .connection()
                .run(|connection| spoken.answer(connection).boxed())
                .await?;
        }
        let mut told = told.into_iter();
        let locales = seen.iter().map(|seen| match seen.asks {
            Some(_) => told.next().unwrap_or_default(),
            None => Locale::default(),
        });
        Ok(locales.collect())
    }

    /// Writes; and, by the same statement, tells what is asked for.
    async fn write<W>(&mut self, write: W, asks: Vec<Asks>) -> Result<Vec<Locale>>
    where
        W: QueryFragment<Pg> + Executed + Send + 'static,
    {
        if asks.is_empty() {
            let written = self
                .connection()
                .run(|connection| write.executed(connection));
            return written.await.map(|()| Vec::new());
        }
        let write = Some(write);
        let spoken = Spoken { asks, write };
        self.connection()
            .run(|connection| spoken.answer(connection).boxed())
            .await
    }

    async fn deactivate(&mut self, id: i64, as_of: UpdateKey) -> Result<()> {
        self.connection()
            .run(|connection| deactivate(connection, id, as_of).boxed())
            .await
    }

    /// Whether the database answers. Of a pool it is asked by whoever has it.
    async fn ping(&mut self) -> Result<()> {
        match self.connection() {
            Connection::Own(connection) => connection.ping().await,
            Connection::Pool(_) => Ok(()),
        }
    }

    fn connection(&mut self) -> &mut Connection {
        if let Connection::Own(connection) = &mut self.connection
            && connection.is_lost()
        {
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

/// What is executed for its own sake.
trait Executed {
    fn executed(self, connection: &mut AsyncPgConnection) -> BoxFuture<'_, QueryResult<()>>;
}

macro_rules! executed {
    ($($Statement:ident),*) => {
        $(impl Executed for $Statement {
            fn executed(self, connection: &mut AsyncPgConnection) -> BoxFuture<'_, QueryResult<()>> {
                async move { self.execute(connection).await.map(drop) }.boxed()
            }
        })*
    };
}

executed!(Upsert, Ensure);

/// Looks a language up for who asks for it.
#[derive(Debug)]
pub(crate) struct Lookup {
    pub(crate) tracker: UserTracker,
    pub(crate) asks: Asks,
}

impl LocaleSource for Lookup {
    fn locale(&self) -> BoxFuture<'_, Result<Locale>> {
        self.tracker.locale(self.asks).boxed()
    }
}

fn answer(job: Seen, outcome: Result<Locale, Shared>) {
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
