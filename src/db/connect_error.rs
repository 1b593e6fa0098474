//! Why there is no connection, and what to change where waiting cannot mend it. A refusal is told
//! by its SQLSTATE or its type: the server's words are in any language.

use std::{error::Error as _, io, time::Duration};

use ostankino_tls::{self as tls, Distrust, TlsFileError};
use tokio_postgres::{config::ChannelBinding, error::SqlState};

use crate::config::{DatabaseUrl, DatabaseUrlError};

/// A connection to PostgreSQL could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The server refused, or was not reached.
    #[error("no connection to PostgreSQL could be made")]
    Server {
        /// What happened.
        source: tokio_postgres::Error,
        /// What to change, if waiting cannot help.
        advice: Option<String>,
        /// Whether another way of encrypting might be taken.
        may_be_of_encryption: bool,
    },
    /// The URL cannot be used.
    #[error("database.url cannot be used")]
    Url(#[from] DatabaseUrlError),
    /// A certificate or key cannot be used.
    #[error("no connection to PostgreSQL could be made")]
    File(#[from] TlsFileError),
    /// There is no such socket file, or nobody listens there.
    #[error("no connection to PostgreSQL could be made")]
    Socket(#[from] io::Error),
    /// Some of the hosts are socket files, some are not.
    #[error("the hosts of PostgreSQL are of two kinds")]
    Hosts,
    /// The server was reached but could not be set up.
    #[error("the connection to PostgreSQL could not be set up")]
    Setup(#[from] diesel::ConnectionError),
    /// A pooler in between gives each transaction, or each statement, another connection.
    #[error(
        "a pooler before PostgreSQL is in transaction or statement mode: it gives our transactions any of its connections"
    )]
    Pooled,
    /// Nothing happened for too long.
    #[error("PostgreSQL did not answer within {0:?}")]
    TimedOut(Duration),
}

/// What was tried.
pub(super) struct Attempt<'a> {
    pub(super) target: &'a DatabaseUrl,
    /// Whether TLS was asked for.
    pub(super) is_asked: bool,
    /// Whether the server agreed to TLS.
    pub(super) is_encrypted: bool,
}

impl ConnectError {
    /// What to change, if waiting cannot help.
    #[must_use]
    pub fn advice(&self) -> Option<&str> {
        match self {
            Self::Server { advice, .. } => advice.as_deref(),
            Self::Url(_) => Some("correct database.url (OSTANKINO__DATABASE__URL)"),
            Self::File(_) => {
                Some("correct sslrootcert, sslcert and sslkey in database.url, or the file")
            }
            Self::Pooled => Some(
                "set pool_mode = session for this database in pgbouncer, or have database.url lead \
                 to PostgreSQL itself, or to the pooler's port for sessions",
            ),
            Self::Hosts => {
                Some("name either servers or folders of sockets in database.url, not both")
            }
            Self::Socket(_) | Self::Setup(_) | Self::TimedOut(_) => None,
        }
    }

    pub(super) fn server(source: tokio_postgres::Error, attempt: &Attempt<'_>) -> Self {
        let advice = match source.code() {
            Some(code) => refused(code, attempt),
            None => broken_off(&source, attempt),
        };
        // libpq falls back as well; but who names authorities wants no stranger's certificate.
        let is_handshake =
            attempt.is_encrypted && source.code().is_none() && attempt.target.tls.roots.is_none();
        let may_be_of_encryption =
            is_handshake || source.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION);
        Self::Server {
            source,
            advice,
            may_be_of_encryption,
        }
    }

    /// A connection that was made went away.
    pub(super) fn lost(source: tokio_postgres::Error) -> Self {
        Self::Server {
            source,
            advice: None,
            may_be_of_encryption: false,
        }
    }

    pub(super) fn may_be_of_encryption(&self) -> bool {
        matches!(
            self,
            Self::Server {
                may_be_of_encryption: true,
                ..
            }
        )
    }
}

/// What to do about an answer of the server.
fn refused(code: &SqlState, attempt: &Attempt<'_>) -> Option<String> {
    let advice = if *code == SqlState::INVALID_PASSWORD {
        "correct the user and password in database.url (OSTANKINO__DATABASE__URL)"
    } else if *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION {
        // A role that may not log in, or no line of pg_hba.conf that fits.
        match (attempt.is_asked, attempt.is_encrypted) {
            (false, _) => {
                "if the server insists on TLS, set sslmode=require in database.url \
                 (OSTANKINO__DATABASE__URL); else correct the user, or let the server's \
                 pg_hba.conf take it from this host"
            }
            (true, false) => {
                "the server takes no such user from this host without TLS, and offers none: switch \
                 TLS on there (ssl = on), or let its pg_hba.conf take this connection"
            }
            (true, true) => {
                "correct the user in database.url (OSTANKINO__DATABASE__URL), or let the server's \
                 pg_hba.conf take it from this host"
            }
        }
    } else if *code == SqlState::INVALID_CATALOG_NAME {
        "create that database, or correct its name in database.url (OSTANKINO__DATABASE__URL)"
    } else if *code == SqlState::PROTOCOL_VIOLATION && attempt.target.server.get_options().is_some()
    {
        "take `options` out of database.url: poolers refuse it (ALTER ROLE … SET does the same), or \
         have pgbouncer ignore it (ignore_startup_parameters = options)"
    } else if *code == SqlState::INSUFFICIENT_PRIVILEGE {
        "grant the user of database.url the right to connect and to create tables"
    } else {
        return None;
    };
    Some(advice.into())
}

/// What to do where the two sides did not come to terms.
fn broken_off(error: &tokio_postgres::Error, attempt: &Attempt<'_>) -> Option<String> {
    if let Some(problem) = tls::distrust(error) {
        return Some(distrusted(problem));
    }
    let cause = error.source()?;
    if error.is_closed() || cause.is::<io::Error>() {
        return None;
    }
    // Of what is neither an answer, nor the network, nor TLS, one of these is the cause.
    let advice = if attempt.is_asked && !attempt.is_encrypted {
        "switch TLS on in the server (ssl = on), or set another sslmode in database.url \
         (OSTANKINO__DATABASE__URL)"
    } else if attempt.target.server.get_password().is_none() {
        "the server asks for a password: write one into database.url (OSTANKINO__DATABASE__URL)"
    } else if attempt.target.server.get_channel_binding() == ChannelBinding::Require {
        "channel_binding=require in database.url needs TLS and scram-sha-256 in the server's \
         pg_hba.conf: correct one of them"
    } else {
        "let the server's pg_hba.conf ask for scram-sha-256"
    };
    Some(advice.into())
}

fn distrusted(problem: Distrust) -> String {
    let advice = match problem {
        Distrust::Issuer => {
            "name the file with the certificate of the server's authority (its provider has it) as \
             sslrootcert in database.url"
        }
        Distrust::Name => {
            "write the host of database.url as the server's certificate does, or set \
             sslmode=verify-ca and sslrootcert there"
        }
        Distrust::Other => "give the server another certificate",
        Distrust::Ours => {
            "name a certificate that the server accepts as sslcert, and its key as sslkey, in \
             database.url"
        }
    };
    advice.into()
}
