//! One connection: how it is made and what the server is told about it.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use futures_util::future::BoxFuture;
use ostankino_tls as tls;
use tokio_postgres::{Client, Socket, config, tls::MakeTlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_util::either::Either;

use super::{
    ConnectError,
    connect_error::Attempt,
    dial::{Driver, dial, watch_peer},
    offer::Offer,
    wire::{SideChannel, set_schema},
};
use crate::config::{DatabaseConfig, DatabaseUrl, SslMode};

/// A connection as handlers get it, with the time-outs of the configuration.
///
/// # Errors
///
/// See [`ConnectError`].
pub async fn connect(config: &DatabaseConfig) -> Result<AsyncPgConnection, ConnectError> {
    within_limit(config, async {
        let made_at = Instant::now();
        let opened = open(config).await?;
        let side = opened.side.clone();
        let mut connection = into_diesel(opened).await?;
        // Not in the start-up message, as `options`: poolers let nothing through there.
        let settings = format!(
            "SET statement_timeout={}; SET lock_timeout={}; \
             SET idle_in_transaction_session_timeout={}; SET client_connection_check_interval=1000",
            config.statement_timeout_ms,
            config.lock_timeout_ms,
            config.idle_in_transaction_timeout_ms,
        );
        let settings = settings + &schema_of(config, &side);
        let set = connection.batch_execute(&settings).await;
        set.map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
        connection.set_instrumentation(Probe {
            side,
            made_at: Some(made_at),
            ..Probe::default()
        });
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
        let (is_encrypted, side) = (opened.is_encrypted, opened.side.clone());
        let mut connection = into_diesel(opened).await?;
        // A server that waits for a table notices when nobody waits for it any more.
        let settings = "SET client_connection_check_interval=1000".to_owned();
        let settings = settings + &schema_of(config, &side);
        let set = connection.batch_execute(&settings).await;
        set.map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
        Ok((connection, is_encrypted))
    })
    .await
}

/// What sets the schema of the configuration, if it has one, behind other settings.
fn schema_of(config: &DatabaseConfig, side: &SideChannel) -> String {
    if config.schema.is_empty() {
        return String::new();
    }
    side.has_schema(&config.schema);
    format!("; {}", set_schema(&config.schema))
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

/// How long a statement may take before the server counts as lost. The server's own time-out comes
/// first, unless it is out of reach.
pub(super) fn statement_limit(config: &DatabaseConfig) -> Duration {
    Duration::from_millis(config.statement_timeout_ms) + Duration::from_secs(1)
}

/// A connection that nobody drives yet.
pub(super) struct Opened {
    pub(super) client: Client,
    pub(super) connection: Driver<<MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>,
    side: SideChannel,
    is_encrypted: bool,
}

async fn into_diesel(opened: Opened) -> Result<AsyncPgConnection, ConnectError> {
    let client = opened.client;
    Ok(match opened.connection {
        Either::Left(connection) => {
            AsyncPgConnection::try_from_client_and_connection(client, connection).await?
        }
        Either::Right(connection) => {
            #[expect(
                clippy::disallowed_methods,
                reason = "it ends with its client, as the task that diesel-async starts does"
            )]
            tokio::spawn(connection);
            AsyncPgConnection::try_from(client).await?
        }
    })
}

/// Connects as `sslmode` has it: where that allows two ways, the second one after a refusal.
///
/// In a box, since the state of a connection being made takes much of a thread's stack.
pub(super) fn open(config: &DatabaseConfig) -> BoxFuture<'_, Result<Opened, ConnectError>> {
    Box::pin(open_as_told(config))
}

async fn open_as_told(config: &DatabaseConfig) -> Result<Opened, ConnectError> {
    use config::SslMode::{Disable, Prefer, Require};
    let mut target = config.target()?;
    watch_peer(&mut target.server, statement_limit(config));
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

fn attempt(
    target: &DatabaseUrl,
    mode: config::SslMode,
) -> BoxFuture<'_, Result<Opened, ConnectError>> {
    Box::pin(attempt_once(target, mode))
}

async fn attempt_once(target: &DatabaseUrl, mode: config::SslMode) -> Result<Opened, ConnectError> {
    let mut server = target.server.clone();
    server.ssl_mode(mode);
    let tls = match mode {
        config::SslMode::Disable => tls::client_config(false),
        _ => tls::client_config_of(&target.tls)?,
    };
    let is_encrypted = Arc::new(AtomicBool::new(false));
    let offer = Offer::new(MakeRustlsConnect::new(tls), is_encrypted.clone());
    let side = SideChannel::default();
    let connected = Box::pin(dial(&server, offer, side.clone())).await?;
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
        side,
        is_encrypted,
    })
}

/// Lives in each connection and counts queries begun and ended: a query future that was dropped
/// in flight shows as a difference.
#[derive(Default)]
struct Probe {
    made_at: Option<Instant>,
    started: u64,
    started_at: Option<Instant>,
    finished: u64,
    side: SideChannel,
}

impl Instrumentation for Probe {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { .. } => {
                self.started += 1;
                self.started_at = Some(Instant::now());
            }
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

fn probe(connection: &mut AsyncPgConnection) -> Option<&Probe> {
    connection.instrumentation().downcast_ref::<Probe>()
}

/// Whether a query of this connection was dropped before it ended.
pub(crate) fn has_dropped_query(connection: &mut AsyncPgConnection) -> bool {
    probe(connection).is_some_and(|p| p.started != p.finished)
}

/// When the last query of this connection was begun.
pub(crate) fn last_begun_at(connection: &mut AsyncPgConnection) -> Option<Instant> {
    probe(connection).and_then(|p| p.started_at)
}

/// When this connection was made.
pub(super) fn made_at(connection: &mut AsyncPgConnection) -> Option<Instant> {
    probe(connection).and_then(|p| p.made_at)
}

/// Has the next statement, and those after it, look for their tables in that schema: without a round trip of its own. False
/// if that cannot be done: somebody put another instrumentation in the place of ours.
pub(super) fn use_schema(connection: &mut AsyncPgConnection, schema: &Arc<str>) -> bool {
    let probe = probe(connection);
    probe
        .inspect(|probe| probe.side.use_schema(schema))
        .is_some()
}

/// Whether an error said that the connection is of no use any more.
pub(crate) fn is_spent(connection: &mut AsyncPgConnection) -> bool {
    probe(connection).is_some_and(|p| p.side.is_spent())
}

/// Has a transaction begin together with the next statement: without a round trip of its own. An error
/// of it, which is one that ends the connection, is that statement's. False if that cannot be done:
/// somebody put another instrumentation in the place of ours.
pub(crate) fn begin_with_next(connection: &mut AsyncPgConnection) -> bool {
    let probe = probe(connection);
    probe.inspect(|probe| probe.side.begin()).is_some()
}

/// Has the transaction end together with the next statement, which is only answered after that: its
/// answer is that of both. False if that cannot be done: there is no transaction any more, or somebody put
/// another instrumentation in the place of ours.
pub(crate) fn commit_with_next(connection: &mut AsyncPgConnection) -> bool {
    let probe = probe(connection).filter(|probe| probe.side.is_in_transaction());
    probe.inspect(|probe| probe.side.commit()).is_some()
}

/// What became of [`commit_with_next`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    Committed,
    RolledBack,
    /// The statement was not sent. The transaction is still open.
    Not,
}

/// What became of [`commit_with_next`], when the statement was answered.
pub(crate) fn ended_with_last(connection: &mut AsyncPgConnection) -> Ended {
    match probe(connection).map(|probe| &probe.side) {
        Some(side) if side.take_back_commit() => Ended::Not,
        Some(side) if side.is_committed() => Ended::Committed,
        _ => Ended::RolledBack,
    }
}
