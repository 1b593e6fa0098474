//! `[redis]`: the server by which containers share their limits, and what its URL says.

use std::{fmt, path::PathBuf, time::Duration};

use ostankino_tls::{TlsSettings, Verify};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{Problems, bounds, is_empty, is_loopback, user_info};

/// `[redis]`: Redis, or Valkey; it need not be there.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RedisConfig {
    /// `redis://[user:password@]host:port/database`, or `rediss://…` for TLS; empty for none. A password without a user
    /// is written `:password@`.
    pub url: SecretString,
    /// A file with the authorities to trust, in PEM; those of the system if empty.
    pub root_certificate_file: String,
    /// Deadline of one command, and of making a connection; a server that needs longer is away.
    pub request_timeout_ms: u64,
}

impl Default for RedisConfig {
    fn default() -> Self {
        Self {
            url: SecretString::from(""),
            root_certificate_file: String::new(),
            request_timeout_ms: 500,
        }
    }
}

impl RedisConfig {
    /// What the URL says; `None` where there is no Redis.
    pub(crate) fn target(&self) -> Result<Option<RedisUrl>, String> {
        if is_empty(&self.url) {
            return Ok(None);
        }
        RedisUrl::parse(self.url.expose_secret().trim()).map(Some)
    }

    /// Whom to trust.
    pub(crate) fn tls(&self) -> TlsSettings {
        let roots = &self.root_certificate_file;
        TlsSettings {
            verify: Verify::ChainAndName,
            roots: (!roots.is_empty()).then(|| PathBuf::from(roots)),
            identity: None,
        }
    }

    pub(crate) fn check(&self, problems: &mut Problems) {
        if let Err(problem) = self.target() {
            problems.add(format!("redis.url {problem}"));
        }
        bounds::redis(self, problems);
    }

    /// Deadline of one command.
    #[must_use]
    pub fn request_timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }
}

/// A server, and who we are to it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RedisUrl {
    pub(crate) is_encrypted: bool,
    /// An address of IPv6 has no brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<String>,
    pub(crate) database: u16,
}

const NO_URL: &str =
    "is no URL of Redis: write redis://user:password@host:6379/0, or rediss:// for TLS";

impl RedisUrl {
    /// Reads a URL; the error says what is wrong and quotes nothing.
    fn parse(url: &str) -> Result<Self, String> {
        let (scheme, rest) = url.split_once("://").ok_or(NO_URL)?;
        let is_encrypted = match scheme {
            "redis" => false,
            "rediss" => true,
            _ => return Err("must begin with redis:// or rediss://".into()),
        };
        let (info, place) = user_info::split(rest).map_err(|raw| raw.to_string())?;
        let (place, database) = place.split_once('/').unwrap_or((place, ""));
        let database = match database {
            "" => 0,
            number => number.parse().map_err(|_| NO_URL)?,
        };
        let (host, port) = host_and_port(place).ok_or(NO_URL)?;
        let (user, password) = match info {
            None => (None, None),
            Some(info) => {
                let (user, password) = user_info::user_and_password(info).ok_or(NO_URL)?;
                if password.is_none() {
                    return Err(
                        "names a user without a password: a password alone is written :password@"
                            .into(),
                    );
                }
                (Some(user).filter(|user| !user.is_empty()), password)
            }
        };
        Ok(Self {
            is_encrypted,
            host: host.to_owned(),
            port,
            user,
            password,
            database,
        })
    }

    /// Whether nothing leaves this machine.
    pub(crate) fn is_local(&self) -> bool {
        is_loopback(&self.host)
    }
}

fn host_and_port(place: &str) -> Option<(&str, u16)> {
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?,
        None => place.split_at(place.find(':').unwrap_or(place.len())),
    };
    let port = match port {
        "" => 6379,
        port => port.strip_prefix(':')?.parse().ok()?,
    };
    let is_host = !host.is_empty() && !host.contains(['?', '#', ' ', '@']);
    is_host.then_some((host, port))
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisUrl")
            .field("host", &self.host)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_the_server_and_who_we_are() {
        for (url, host, port, user, password, database) in [
            ("redis://cache", "cache", 6379, None, None, 0),
            ("redis://cache:7000/", "cache", 7000, None, None, 0),
            ("rediss://[::1]:7000/3", "::1", 7000, None, None, 3),
            ("redis://:p%40ss%2F@c/1", "c", 6379, None, Some("p@ss/"), 1),
            ("redis://u:p@c", "c", 6379, Some("u"), Some("p"), 0),
        ] {
            let read = RedisUrl::parse(url).expect(url);
            let expected = RedisUrl {
                is_encrypted: url.starts_with("rediss"),
                host: host.into(),
                port,
                user: user.map(Into::into),
                password: password.map(Into::into),
                database,
            };
            assert!(read == expected, "{url}: {read:?}");
            let printed = format!("{read:?}");
            assert!(!printed.contains("ss/"), "{printed}");
        }
        let is_local = |url| RedisUrl::parse(url).is_ok_and(|url| url.is_local());
        assert!(is_local("redis://localhost") && is_local("redis://[::1]:7"));
        assert!(!is_local("redis://cache"));
    }

    #[test]
    fn what_is_wrong_is_told_without_the_password() {
        for (url, says) in [
            ("redis://u:s3c@ret@a", "%40"),
            ("redis://u:s3c/ret@a", "%2F"),
            ("redis://u:s3c#ret@a", "%23"),
            ("http://u:s3cret@a", "redis:// or rediss://"),
            ("redis://s3cret@a", ":password@"),
            ("redis://u:s3cret@", "no URL"),
            ("redis://u:s3cret@a:port", "no URL"),
            ("redis://u:s3cret@a/first", "no URL"),
            ("redis://u:s3cret@a?ret=1", "no URL"),
            ("s3cret", "no URL"),
        ] {
            let error = RedisUrl::parse(url).expect_err(url);
            assert!(error.contains(says), "{url}: {error}");
            assert!(!error.contains("s3c") && !error.contains("ret"), "{error}");
        }
    }
}
