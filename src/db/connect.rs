//! One connection: how it is made, what the server is told about it, and which failures waiting
//! cannot mend.

use std::{fmt, time::Duration};

use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use secrecy::ExposeSecret;
use tokio_postgres::{
    Config, NoTls,
    config::SslMode,
    error::SqlState,
    tls::{MakeTlsConnect, TlsConnect},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{config::DatabaseConfig, tls};

/// A connection to PostgreSQL could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The server refused, or was not reached.
    #[error("no connection to PostgreSQL could be made")]
    Server(#[from] tokio_postgres::Error),
    /// The server was reached but could not be set up.
    #[error("the connection to PostgreSQL could not be set up")]
    Setup(#[from] diesel::ConnectionError),
    /// Nothing happened for too long.
    #[error("PostgreSQL did not answer within {0:?}")]
    TimedOut(Duration),
}

impl ConnectError {
    /// What to change, if waiting cannot help.
    #[must_use]
    pub fn advice(&self) -> Option<&'static str> {
        let Self::Server(error) = self else {
            return None;
        };
        let code = error.code()?;
        if *code == SqlState::INVALID_PASSWORD
            || *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION
        {
            Some("correct the user and password in database.url (OSTANKINO__DATABASE__URL)")
        } else if *code == SqlState::INVALID_CATALOG_NAME {
            Some(
                "create that database, or correct its name in database.url (OSTANKINO__DATABASE__URL)",
            )
        } else if *code == SqlState::INSUFFICIENT_PRIVILEGE {
            Some("grant the user of database.url the right to connect and to create tables")
        } else {
            None
        }
    }
}

/// A connection as handlers get it, with the time-outs of the configuration.
///
/// # Errors
///
/// See [`ConnectError`].
pub async fn connect(config: &DatabaseConfig) -> Result<AsyncPgConnection, ConnectError> {
    let options = format!(
        "-c statement_timeout={} -c lock_timeout={} -c idle_in_transaction_session_timeout={} \
         -c client_connection_check_interval=1000",
        config.statement_timeout_ms, config.lock_timeout_ms, config.idle_in_transaction_timeout_ms,
    );
    connect_with(config, &options).await
}

/// A connection whose statements may take any time: for migrations.
pub(super) async fn connect_unlimited(
    config: &DatabaseConfig,
) -> Result<AsyncPgConnection, ConnectError> {
    connect_with(config, "").await
}

async fn connect_with(
    config: &DatabaseConfig,
    options: &str,
) -> Result<AsyncPgConnection, ConnectError> {
    let limit = Duration::from_millis(config.connect_timeout_ms);
    let mut server: Config = config.url.expose_secret().parse()?;
    let options = [server.get_options().unwrap_or_default(), options].join(" ");
    server.options(options.trim());
    if server.get_application_name().is_none() {
        server.application_name("ostankino");
    }
    let connecting = async {
        // As libpq does, only `sslmode=require` insists on TLS; it verifies chain and name too.
        let mut connection = if server.get_ssl_mode() == SslMode::Require {
            establish(&server, MakeRustlsConnect::new(tls::client_config(true))).await?
        } else {
            establish(&server, NoTls).await?
        };
        connection.set_instrumentation(Probe::default());
        Ok(connection)
    };
    tokio::time::timeout(limit, connecting)
        .await
        .unwrap_or(Err(ConnectError::TimedOut(limit)))
}

async fn establish<T>(server: &Config, tls: T) -> Result<AsyncPgConnection, ConnectError>
where
    T: MakeTlsConnect<tokio_postgres::Socket>,
    T::Stream: Unpin + Send + 'static,
    <T as MakeTlsConnect<tokio_postgres::Socket>>::TlsConnect: Send,
    <<T as MakeTlsConnect<tokio_postgres::Socket>>::TlsConnect as TlsConnect<
        tokio_postgres::Socket,
    >>::Future: Send,
{
    let (client, connection) = server.connect(tls).await?;
    Ok(AsyncPgConnection::try_from_client_and_connection(client, connection).await?)
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
