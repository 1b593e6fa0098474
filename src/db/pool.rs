//! The pool of connections for the sessions of handlers.

use std::{
    fmt,
    future::ready,
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

use super::{
    ConnectError,
    connect::{connect, made_at, statement_limit},
    deadline::{is_usable, within},
};
use crate::{Error, Result, config::DatabaseConfig, error::chain};

type Manager = AsyncDieselConnectionManager<AsyncPgConnection>;
pub(crate) type Pooled = bb8::PooledConnection<'static, Manager>;

/// The database of the service: a pool of connections. A clone shares the pool.
#[derive(Clone)]
pub struct Database {
    pool: bb8::Pool<Manager>,
    last_error: LastError,
    distrust: Distrust,
    size: u32,
    timeout: Duration,
    statement_limit: Duration,
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
            .max_size(config.pool_size)
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
            size: config.pool_size,
            timeout,
            statement_limit: statement_limit(config),
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
        Ok(answered.map_err(|late| Error::unavailable("PostgreSQL", late))??)
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
    /// those that are as old are most likely no better. The next one is made anew instead of
    /// waiting for each of them in turn.
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
    /// [`Error::Unavailable`] if none was free, or none could be made, in time.
    pub(crate) async fn get(&self) -> Result<Pooled> {
        self.last_error.take();
        self.pool.get_owned().await.map_err(|error| match error {
            RunError::User(error) => Error::unavailable("PostgreSQL", error),
            RunError::TimedOut => {
                let problem = self.last_error.take().unwrap_or_else(|| {
                    format!("all {} connections of the pool were busy", self.size)
                });
                Error::unavailable(
                    "PostgreSQL",
                    format!("none within {:?}: {problem}", self.timeout),
                )
            }
        })
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("pool_size", &self.size)
            .finish_non_exhaustive()
    }
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
