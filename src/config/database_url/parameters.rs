//! libpq's parameters one by one: what each means to tokio-postgres and to TLS, and which are
//! refused, by name.

use std::{fmt, str::FromStr, time::Duration};

use tokio_postgres::{
    Config,
    config::{ChannelBinding, LoadBalanceHosts, SslNegotiation, TargetSessionAttrs},
};

use super::{
    DatabaseUrl,
    DatabaseUrlError::{self, Unknown, Unsupported, Value},
    SslMode,
};
use ostankino_tls::{TlsSettings, Verify};

/// Collects parameters; the later of two wins.
#[derive(Default)]
pub(super) struct Reader {
    server: Config,
    mode: SslMode,
    roots: Option<String>,
    certificate: Option<String>,
    key: Option<String>,
    fallback_name: Option<String>,
}

const A_NUMBER: &str = "a number";

impl Reader {
    pub(super) fn set(&mut self, name: &str, value: &str) -> Result<(), DatabaseUrlError> {
        let wrong = |hint| Value(name.to_owned(), hint);
        let server = &mut self.server;
        match name {
            "user" => drop(server.user(value)),
            "password" => drop(server.password(value)),
            "dbname" => drop(server.dbname(value)),
            "options" => drop(server.options(value)),
            "application_name" => drop(server.application_name(value)),
            "fallback_application_name" => self.fallback_name = Some(value.into()),
            "host" => {
                for host in value.split(',') {
                    server.host(host);
                }
            }
            "hostaddr" => {
                for address in value.split(',') {
                    server.hostaddr(address.parse().map_err(|_| wrong("IP addresses"))?);
                }
            }
            "port" => {
                for port in value.split(',') {
                    let port = if port.is_empty() { "5432" } else { port };
                    server.port(port.parse().map_err(|_| wrong("1 to 65535"))?);
                }
            }
            "sslmode" => {
                self.mode = one_of(value, MODES).ok_or(wrong(
                    "disable, allow, prefer, require, verify-ca or verify-full",
                ))?;
            }
            "sslrootcert" => {
                self.roots = Some(value.into()).filter(|path: &String| !path.is_empty())
            }
            "sslcert" => {
                self.certificate = Some(value.into()).filter(|path: &String| !path.is_empty())
            }
            "sslkey" => self.key = Some(value.into()).filter(|path: &String| !path.is_empty()),
            "sslnegotiation" => {
                let found = one_of(value, NEGOTIATIONS).ok_or(wrong("postgres or direct"))?;
                server.ssl_negotiation(found);
            }
            "channel_binding" => {
                let found = one_of(value, BINDINGS).ok_or(wrong("disable, prefer or require"))?;
                server.channel_binding(found);
            }
            "target_session_attrs" => {
                let hint = "any, read-write or primary: the service writes";
                server.target_session_attrs(one_of(value, TARGETS).ok_or(wrong(hint))?);
            }
            "load_balance_hosts" => {
                let found = one_of(value, BALANCES).ok_or(wrong("disable or random"))?;
                server.load_balance_hosts(found);
            }
            "connect_timeout" => {
                if let Some(seconds) = above_zero(value).ok_or(wrong(A_NUMBER))? {
                    server.connect_timeout(Duration::from_secs(seconds));
                }
            }
            // In libpq these are milliseconds, unlike in tokio-postgres.
            "tcp_user_timeout" => {
                if let Some(millis) = above_zero(value).ok_or(wrong(A_NUMBER))? {
                    server.tcp_user_timeout(Duration::from_millis(millis));
                }
            }
            "keepalives" => {
                server.keepalives(number::<u64>(value).ok_or(wrong("0 or 1"))? != 0);
            }
            "keepalives_idle" => {
                if let Some(seconds) = above_zero(value).ok_or(wrong(A_NUMBER))? {
                    server.keepalives_idle(Duration::from_secs(seconds));
                }
            }
            "keepalives_interval" => {
                if let Some(seconds) = above_zero(value).ok_or(wrong(A_NUMBER))? {
                    server.keepalives_interval(Duration::from_secs(seconds));
                }
            }
            "keepalives_count" | "keepalives_retries" => {
                server.keepalives_retries(number(value).ok_or(wrong(A_NUMBER))?);
            }
            _ => return without_effect(name, value),
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<DatabaseUrl, DatabaseUrlError> {
        // TLS wants a name to ask for.
        if self.server.get_hosts().is_empty() {
            for address in self.server.get_hostaddrs().to_vec() {
                self.server.host(address.to_string());
            }
        }
        if self.server.get_application_name().is_none() {
            self.server
                .application_name(self.fallback_name.as_deref().unwrap_or("ostankino"));
        }
        let identity = match (self.certificate, self.key) {
            (Some(certificate), Some(key)) => Some((certificate.into(), key.into())),
            (None, None) => None,
            (Some(_), None) => return Err(Value("sslkey".into(), "the file of sslcert's key")),
            (None, Some(_)) => {
                return Err(Value("sslcert".into(), "the file of sslkey's certificate"));
            }
        };
        let is_weak = !matches!(
            self.mode,
            SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull
        );
        if is_weak && self.server.get_ssl_negotiation() == SslNegotiation::Direct {
            return Err(Value(
                "sslmode".into(),
                "require or stronger with sslnegotiation=direct",
            ));
        }
        // As libpq has it: the system's authorities vouch for anybody, so the name must fit.
        let system = self.roots.as_deref() == Some("system");
        if system && matches!(self.mode, SslMode::VerifyCa | SslMode::Require) {
            self.mode = SslMode::VerifyFull;
        }
        let roots = self.roots.filter(|_| !system);
        let verify = match (self.mode, &roots) {
            (SslMode::VerifyFull, _) | (SslMode::Require, None) => Verify::ChainAndName,
            (SslMode::VerifyCa, _) | (_, Some(_)) => Verify::Chain,
            (_, None) => Verify::Nothing,
        };
        Ok(DatabaseUrl {
            server: self.server,
            mode: self.mode,
            tls: TlsSettings {
                verify,
                roots: roots.map(Into::into),
                identity,
            },
        })
    }
}

const MODES: &[(&str, SslMode)] = &[
    ("disable", SslMode::Disable),
    ("allow", SslMode::Allow),
    ("prefer", SslMode::Prefer),
    ("require", SslMode::Require),
    ("verify-ca", SslMode::VerifyCa),
    ("verify-full", SslMode::VerifyFull),
];

const NEGOTIATIONS: &[(&str, SslNegotiation)] = &[
    ("postgres", SslNegotiation::Postgres),
    ("direct", SslNegotiation::Direct),
];

const BINDINGS: &[(&str, ChannelBinding)] = &[
    ("disable", ChannelBinding::Disable),
    ("prefer", ChannelBinding::Prefer),
    ("require", ChannelBinding::Require),
];

const TARGETS: &[(&str, TargetSessionAttrs)] = &[
    ("any", TargetSessionAttrs::Any),
    ("read-write", TargetSessionAttrs::ReadWrite),
    ("primary", TargetSessionAttrs::ReadWrite),
];

const BALANCES: &[(&str, LoadBalanceHosts)] = &[
    ("disable", LoadBalanceHosts::Disable),
    ("random", LoadBalanceHosts::Random),
];

fn one_of<T: Copy>(value: &str, all: &[(&str, T)]) -> Option<T> {
    let found = all.iter().find(|(name, _)| *name == value);
    found.map(|(_, meaning)| *meaning)
}

fn number<T: FromStr<Err: fmt::Debug>>(value: &str) -> Option<T> {
    value.parse().ok()
}

/// A number; `Some(None)` for one that asks for the default.
fn above_zero(value: &str) -> Option<Option<u64>> {
    let value: i64 = number(value)?;
    Some(u64::try_from(value).ok().filter(|value| *value > 0))
}

/// Parameters that change nothing here, where their value asks for nothing else.
fn without_effect(name: &str, value: &str) -> Result<(), DatabaseUrlError> {
    let harmless = match name {
        "gssencmode" => matches!(value, "disable" | "prefer"),
        "sslcompression" | "replication" => matches!(value, "0" | "false" | "off" | "no"),
        "sslsni" => value == "1",
        "client_encoding" => ["utf8", "utf-8", "auto"].contains(&value.to_lowercase().as_str()),
        "ssl_min_protocol_version" => matches!(value, "TLSv1" | "TLSv1.1" | "TLSv1.2"),
        "ssl_max_protocol_version" => matches!(value, "" | "TLSv1.3"),
        "krbsrvname" | "gsslib" | "gssdelegation" => true,
        "passfile" | "service" | "servicefile" => {
            return Err(Unsupported(name.into(), "write what it holds into the URL"));
        }
        "sslpassword" => return Err(Unsupported(name.into(), "use a key without a password")),
        "sslcrl"
        | "sslcrldir"
        | "sslcertmode"
        | "sslkeylogfile"
        | "require_auth"
        | "requirepeer"
        | "min_protocol_version"
        | "max_protocol_version"
        | "scram_client_key"
        | "scram_server_key" => false,
        _ => return Err(Unknown(name.into())),
    };
    match harmless {
        true => Ok(()),
        false => Err(Unsupported(name.into(), "remove it")),
    }
}

/// Text that is safe to show.
impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseUrl")
            .field("server", &self.server)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}
