//! The pool of connections for the sessions of handlers.

use std::{
    fmt,
    future::ready,
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use bb8::{ErrorSink, RunError};
use diesel::QueryResult;
use diesel_async::{
    AsyncPgConnection,
    pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, PoolError, RecyclingMethod},
};
use futures_util::{FutureExt, future::BoxFuture};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::{
    ConnectError,
    connect::{connect, made_at, statement_limit, use_schema},
    deadline::{condemn, is_usable, within},
    error::failed,
};
use crate::{Error, Result, chain, config::DatabaseConfig, telegram::internal::Express};

type Manager = AsyncDieselConnectionManager<AsyncPgConnection>;

/// A connection of the pool's, given back when it is dropped.
pub(crate) struct Pooled {
    connection: bb8::PooledConnection<'static, Manager>,
    _turn: Turn,
}

/// How many connections each of the express lanes has for itself, beside `database.pool_size`: what is answered
/// within seconds does not wait for those that others hold. It takes any other one, too, that is free.
pub(crate) const RESERVED: u32 = 2;

/// The right to one of the pool's connections.
pub(crate) struct Turn {
    _permit: OwnedSemaphorePermit,
}

/// The database of a bot: a pool of connections, which all bots of a process share. A clone shares the pool.
#[derive(Clone)]
pub struct Database {
    pool: bb8::Pool<Manager>,
    last_error: LastError,
    distrust: Distrust,
    timeout: Duration,
    statement_limit: Duration,
    turns: Arc<Semaphore>,
    /// Those of the express lanes, in the order of [`Express::ALL`].
    reserved: [Arc<Semaphore>; Express::ALL.len()],
    /// Whose those are that this handle has besides.
    lane: Option<Express>,
    /// Where the tables are; `None`: where the server has them looked for.
    schema: Option<Arc<str>>,
    /// How often no connection could be made.
    failures: watch::Sender<u64>,
}

impl Database {
    /// A pool that connects when it is first asked.
    #[must_use]
    pub fn new(config: &DatabaseConfig) -> Self {
        let mut manager = ManagerConfig::default();
        let distrust = Distrust::default();
        let distrusted = distrust.clone();
        // Looks without a round trip: a connection lost to a restart is noticed all the same.
        manager.recycling_method =
            RecyclingMethod::CustomFunction(Box::new(move |connection: &mut AsyncPgConnection| {
                let is_good = is_usable(connection) && !distrusted.concerns(made_at(connection));
                let error = diesel::result::Error::BrokenTransactionManager;
                ready(if is_good { Ok(()) } else { Err(error) }).boxed()
            }));
        let settings = config.clone();
        manager.custom_setup = Box::new(move |_| {
            let settings = settings.clone();
            async move {
                let connection = connect(&settings).await;
                connection.map_err(|error| diesel::ConnectionError::BadConnection(chain(&error)))
            }
            .boxed()
        });
        let last_error = LastError::default();
        let timeout = Duration::from_millis(config.connect_timeout_ms);
        let pool = bb8::Pool::builder()
            .max_size(config.pool_size + RESERVED * Express::ALL.len() as u32)
            .connection_timeout(timeout)
            .max_lifetime(Duration::from_secs(30 * 60))
            .test_on_check_out(true)
            .error_sink(Box::new(last_error.clone()))
            // The URL is in the setup above, so that no copy of it lies in the manager.
            .build_unchecked(Manager::new_with_config("", manager));
        Self {
            pool,
            last_error,
            distrust,
            timeout,
            statement_limit: statement_limit(config),
            turns: Arc::new(Semaphore::new(config.pool_size as usize)),
            reserved: Express::ALL.map(|_| Arc::new(Semaphore::new(RESERVED as usize))),
            lane: None,
            schema: schema_of(config),
            failures: watch::Sender::new(0),
        }
    }

    /// The same pool as the bot of that configuration uses it: its tables are in a schema of their own.
    #[must_use]
    pub(crate) fn of(&self, config: &DatabaseConfig) -> Self {
        Self {
            schema: schema_of(config),
            ..self.clone()
        }
    }

    /// The same pool as an express lane uses it, with connections for itself.
    #[must_use]
    pub(crate) fn express(&self, lane: Express) -> Self {
        Self {
            lane: Some(lane),
            ..self.clone()
        }
    }

    /// Runs one statement on a connection of the pool's, with a deadline.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] without a database, and after the deadline.
    pub(crate) async fn run<T, Q>(&self, statement: Q) -> Result<T>
    where
        Q: for<'c> FnOnce(&'c mut AsyncPgConnection) -> BoxFuture<'c, QueryResult<T>>,
    {
        let mut connection = self.get().await?;
        let answered = self.within(&mut connection, statement).await;
        answered
            .map_err(|late| Error::unavailable("PostgreSQL", late))?
            .map_err(failed)
    }

    /// Runs a statement on that connection, with a deadline.
    ///
    /// # Errors
    ///
    /// [`ConnectError::TimedOut`]: what was under way may or may not have happened.
    pub(crate) async fn within<T, Q>(
        &self,
        connection: &mut AsyncPgConnection,
        statement: Q,
    ) -> Result<QueryResult<T>, ConnectError>
    where
        Q: for<'c> FnOnce(&'c mut AsyncPgConnection) -> BoxFuture<'c, QueryResult<T>>,
    {
        let begun = Instant::now();
        let answered = within(self.statement_limit, connection, statement).await;
        if answered.is_err() {
            self.distrust_since(begun);
        }
        answered
    }

    /// A statement that was begun then has no answer, or an answer that spoils its connection:
    /// those that are as old are most likely no better. The next one is a new one instead
    /// of a wait for each of them in turn.
    pub(crate) fn distrust_since(&self, begun: Instant) {
        self.distrust.all_before(begun);
    }

    /// How long a statement may take before the server counts as lost.
    pub(crate) fn statement_limit(&self) -> Duration {
        self.statement_limit
    }

    /// A connection of the pool's.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] if none could be made in time.
    async fn get(&self) -> Result<Pooled> {
        let turn = self.turn().await?;
        self.connection(turn).await
    }

    /// How many connections are idle, and how many are used.
    #[cfg(feature = "web")]
    pub(crate) fn connections(&self) -> (u32, u32) {
        let state = self.pool.state();
        let idle = state.idle_connections;
        (idle, state.connections.saturating_sub(idle))
    }

    /// Waits for the turn to use a connection, for as long as others use theirs: who comes in a burst
    /// waits, and is not refused.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] as soon as somebody whose turn it was could not connect.
    pub(crate) async fn turn(&self) -> Result<Turn> {
        let mut failures = self.failures.subscribe();
        tokio::select! {
            biased;
            permit = self.permit() => Ok(Turn { _permit: permit }),
            // The sender is ours: it cannot be gone.
            _ = failures.changed() => Err(self.unavailable("others cannot connect")),
        }
    }

    async fn permit(&self) -> OwnedSemaphorePermit {
        let ordinary = self.turns.clone().acquire_owned();
        let permit = match self.lane {
            None => ordinary.await,
            Some(lane) => {
                let own = self.reserved[lane as usize].clone().acquire_owned();
                // Whichever is free first; the other one is given back.
                tokio::select! {
                    biased;
                    permit = own => permit,
                    permit = ordinary => permit,
                }
            }
        };
        permit.expect("it is never closed")
    }

    /// The connection of one whose turn it is.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] if none could be made in time.
    pub(crate) async fn connection(&self, turn: Turn) -> Result<Pooled> {
        self.last_error.take();
        let gotten = self.pool.get_owned().await.map_err(|error| match error {
            RunError::User(error) => Error::unavailable("PostgreSQL", error),
            RunError::TimedOut => {
                let problem = self.last_error.take();
                self.unavailable(problem.as_deref().unwrap_or("the server does not answer"))
            }
        });
        if gotten.is_err() {
            self.failures.send_modify(|failures| *failures += 1);
        }
        let mut connection = gotten?;
        if let Some(schema) = &self.schema
            && !use_schema(&mut connection, schema)
        {
            // It would find another bot's tables.
            condemn(&mut connection);
            let problem =
                "the instrumentation of a connection was replaced: its schema cannot be set";
            return Err(Error::unavailable("PostgreSQL", problem));
        }
        Ok(Pooled {
            connection,
            _turn: turn,
        })
    }

    fn unavailable(&self, problem: &str) -> Error {
        let problem = format!("none within {:?}: {problem}", self.timeout);
        Error::unavailable("PostgreSQL", problem)
    }
}

impl Deref for Pooled {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        &self.connection
    }
}

impl DerefMut for Pooled {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        &mut self.connection
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

fn schema_of(config: &DatabaseConfig) -> Option<Arc<str>> {
    let schema = &config.schema;
    (!schema.is_empty()).then(|| schema.as_str().into())
}

/// Since when connections are trusted: older ones are not used again.
#[derive(Clone, Debug, Default)]
struct Distrust(Arc<Mutex<Option<Instant>>>);

impl Distrust {
    fn all_before(&self, moment: Instant) {
        let mut since = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *since = (*since).max(Some(moment));
    }

    fn concerns(&self, made_at: Option<Instant>) -> bool {
        let since = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        since.is_some_and(|since| made_at.is_none_or(|made_at| made_at < since))
    }
}

/// Why the pool could not connect: it says only "timed out" by itself.
#[derive(Clone, Debug, Default)]
struct LastError(Arc<Mutex<Option<String>>>);

impl LastError {
    fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl ErrorSink<PoolError> for LastError {
    fn sink(&self, error: PoolError) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(chain(&error));
    }

    fn boxed_clone(&self) -> Box<dyn ErrorSink<PoolError>> {
        Box::new(self.clone())
    }
}
