//! One connection: how it is made and what the server is told about it.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use tokio_postgres::{Client, Connection, Socket, config, tls::MakeTlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{ConnectError, connect_error::Attempt, offer::Offer};
use crate::{
    config::{DatabaseConfig, DatabaseUrl, SslMode},
    tls,
};

/// A connection as handlers get it, with the time-outs of the configuration.
///
/// # Errors
///
/// See [`ConnectError`].
pub async fn connect(config: &DatabaseConfig) -> Result<AsyncPgConnection, ConnectError> {
    within_limit(config, async {
        let mut connection = into_diesel(open(config).await?).await?;
        // Not in the start-up message, as `options`: poolers let nothing through there.
        let settings = format!(
            "SET statement_timeout={}; SET lock_timeout={}; \
             SET idle_in_transaction_session_timeout={}; SET client_connection_check_interval=1000",
            config.statement_timeout_ms,
            config.lock_timeout_ms,
            config.idle_in_transaction_timeout_ms,
        );
        let set = connection.batch_execute(&settings).await;
        set.map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
        connection.set_instrumentation(Probe::default());
        Ok(connection)
    })
    .await
}

/// A connection whose statements may take any time: for migrations. And whether it is encrypted.
pub(super) async fn connect_unlimited(
    config: &DatabaseConfig,
) -> Result<(AsyncPgConnection, bool), ConnectError> {
    within_limit(config, async {
        let opened = open(config).await?;
        let is_encrypted = opened.is_encrypted;
        let mut connection = into_diesel(opened).await?;
        // A server that waits for a table notices when nobody waits for it any more.
        let set = connection.batch_execute("SET client_connection_check_interval=1000");
        let set = set.await;
        set.map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
        Ok((connection, is_encrypted))
    })
    .await
}

pub(super) async fn within_limit<T>(
    config: &DatabaseConfig,
    connecting: impl Future<Output = Result<T, ConnectError>>,
) -> Result<T, ConnectError> {
    let limit = Duration::from_millis(config.connect_timeout_ms);
    tokio::time::timeout(limit, connecting)
        .await
        .unwrap_or(Err(ConnectError::TimedOut(limit)))
}

/// A connection that nobody drives yet.
pub(super) struct Opened {
    pub(super) client: Client,
    pub(super) connection:
        Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>,
    is_encrypted: bool,
}

async fn into_diesel(opened: Opened) -> Result<AsyncPgConnection, ConnectError> {
    let (client, connection) = (opened.client, opened.connection);
    Ok(AsyncPgConnection::try_from_client_and_connection(client, connection).await?)
}

/// Connects as `sslmode` has it: where that allows two ways, the second one after a refusal.
pub(super) async fn open(config: &DatabaseConfig) -> Result<Opened, ConnectError> {
    use config::SslMode::{Disable, Prefer, Require};
    let target = config.target()?;
    match target.mode {
        _ if target.is_socket() => attempt(&target, Disable).await,
        SslMode::Disable => attempt(&target, Disable).await,
        SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => {
            attempt(&target, Require).await
        }
        SslMode::Allow => match attempt(&target, Disable).await {
            Err(error) if error.may_be_of_encryption() => attempt(&target, Require).await,
            other => other,
        },
        SslMode::Prefer => match attempt(&target, Prefer).await {
            // The first error tells more: the second way is not the one that was preferred.
            Err(error) if error.may_be_of_encryption() => {
                attempt(&target, Disable).await.map_err(|_| error)
            }
            other => other,
        },
    }
}

async fn attempt(target: &DatabaseUrl, mode: config::SslMode) -> Result<Opened, ConnectError> {
    let mut server = target.server.clone();
    server.ssl_mode(mode);
    let tls = match mode {
        config::SslMode::Disable => tls::client_config(false),
        _ => tls::client_config_of(&target.tls)?,
    };
    let is_encrypted = Arc::new(AtomicBool::new(false));
    let offer = Offer::new(MakeRustlsConnect::new(tls), is_encrypted.clone());
    let connected = server.connect(offer).await;
    let is_encrypted = is_encrypted.load(Ordering::Relaxed);
    let (client, connection) = connected.map_err(|error| {
        let attempt = Attempt {
            target,
            is_asked: mode != config::SslMode::Disable,
            is_encrypted,
        };
        ConnectError::server(error, &attempt)
    })?;
    Ok(Opened {
        client,
        connection,
        is_encrypted,
    })
}

/// Lives in each connection and counts queries begun and ended: a query future that was dropped
/// in flight shows as a difference.
#[derive(Default)]
struct Probe {
    started: u64,
    finished: u64,
}

impl Instrumentation for Probe {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { .. } => self.started += 1,
            InstrumentationEvent::FinishQuery { .. } => self.finished += 1,
            _ => {}
        }
    }
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Probe({} of {})", self.finished, self.started)
    }
}

/// Whether a query of this connection was dropped before it ended.
pub(super) fn has_dropped_query(connection: &mut AsyncPgConnection) -> bool {
    connection
        .instrumentation()
        .downcast_ref::<Probe>()
        .is_some_and(|p| p.started != p.finished)
}
