//! The pool of connections for the sessions of handlers.

use std::{
    fmt,
    future::ready,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bb8::{ErrorSink, RunError};
use diesel_async::{
    AsyncPgConnection,
    pooled_connection::{
        AsyncDieselConnectionManager, ManagerConfig, PoolError, PoolableConnection, RecyclingMethod,
    },
};
use futures_util::FutureExt;

use super::connect::connect;
use crate::{Error, Result, config::DatabaseConfig, error::chain};

type Manager = AsyncDieselConnectionManager<AsyncPgConnection>;
pub(super) type Pooled = bb8::PooledConnection<'static, Manager>;

/// The database of the service: a pool of connections. A clone shares the pool.
#[derive(Clone)]
pub struct Database {
    pool: bb8::Pool<Manager>,
    last_error: LastError,
    size: u32,
    timeout: Duration,
    statement_limit: Duration,
}

impl Database {
    /// A pool that connects when it is first asked.
    #[must_use]
    pub fn new(config: &DatabaseConfig) -> Self {
        let mut manager = ManagerConfig::default();
        // Looks without a round trip: a connection lost to a restart is noticed all the same.
        manager.recycling_method =
            RecyclingMethod::CustomFunction(Box::new(|connection: &mut AsyncPgConnection| {
                let broken = connection.is_broken();
                let error = diesel::result::Error::BrokenTransactionManager;
                ready(if broken { Err(error) } else { Ok(()) }).boxed()
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
            size: config.pool_size,
            timeout,
            // The server's own time-out comes first, unless it is out of reach.
            statement_limit: Duration::from_millis(config.statement_timeout_ms)
                + Duration::from_secs(1),
        }
    }

    /// How long a statement may take before the server counts as lost.
    pub(super) fn statement_limit(&self) -> Duration {
        self.statement_limit
    }

    /// A connection of the pool's.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] if none was free, or none could be made, in time.
    pub(super) async fn get(&self) -> Result<Pooled> {
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
