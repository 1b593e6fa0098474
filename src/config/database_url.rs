//! `database.url`: what it says about the server, as libpq reads it, and how the connection is
//! encrypted. tokio-postgres knows a part of the parameters only, so all are read here.

use tokio_postgres::{Config, config::Host};

use super::user_info::RawCharacter;
use ostankino_tls::TlsSettings;

mod parameters;
mod text;

/// The URL cannot be used; the text names the parameter and never its value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// Something else.
    #[error(
        "is no PostgreSQL URL: use postgres://user:password@host:5432/database (sslmode and the like behind a `?`)"
    )]
    NoUrl,
    /// A character that must be encoded.
    #[error("{0}")]
    Raw(String),
    /// A parameter with a value that has no meaning.
    #[error("has a wrong value for `{0}`: use {1}")]
    Value(String, &'static str),
    /// A parameter of libpq that is not supported.
    #[error("has the parameter `{0}`, which is not supported: {1}")]
    Unsupported(String, &'static str),
    /// Not a parameter of libpq at all.
    #[error("has the parameter `{0}`, which PostgreSQL does not know: remove it")]
    Unknown(String),
}

impl From<RawCharacter> for DatabaseUrlError {
    fn from(raw: RawCharacter) -> Self {
        Self::Raw(raw.to_string())
    }
}

/// When the connection is encrypted, as libpq's `sslmode` has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum SslMode {
    Disable,
    /// If the server takes no plain text.
    Allow,
    /// If the server can.
    #[default]
    Prefer,
    /// Always.
    Require,
    VerifyCa,
    VerifyFull,
}

/// A server and how to talk to it.
#[derive(Clone)]
pub(crate) struct DatabaseUrl {
    pub(crate) server: Config,
    pub(crate) mode: SslMode,
    pub(crate) tls: TlsSettings,
}

impl DatabaseUrl {
    pub(crate) fn parse(url: &str) -> Result<Self, DatabaseUrlError> {
        let mut read = parameters::Reader::default();
        for (name, value) in text::parameters(url.trim())? {
            read.set(&name, &value)?;
        }
        let url = read.finish()?;
        match url.server.get_hosts() {
            [] => Err(DatabaseUrlError::NoUrl),
            _ => Ok(url),
        }
    }

    /// Whether nothing leaves this machine.
    pub(crate) fn is_local(&self) -> bool {
        let hosts = self.server.get_hosts().iter();
        let addresses = self.server.get_hostaddrs();
        match addresses {
            [] => hosts.into_iter().all(|host| match host {
                Host::Unix(_) => true,
                Host::Tcp(name) => super::is_loopback(name),
            }),
            addresses => addresses.iter().all(std::net::IpAddr::is_loopback),
        }
    }

    /// Whether every server is reached by a socket of this machine, where there is no TLS.
    pub(crate) fn is_socket(&self) -> bool {
        let mut hosts = self.server.get_hosts().iter();
        hosts.all(|host| matches!(host, Host::Unix(_)))
    }
}

#[cfg(test)]
mod tests;
