//! Where a server is looked for, as `host:port`, for the log: never a user, a password or a token.

use std::fmt::Display;

use tokio_postgres::config::Host;

use super::{DatabaseConfig, NatsConfig, RedisConfig, TelegramConfig, database_url::DatabaseUrl};

impl TelegramConfig {
    /// The host and port of the Bot API server.
    #[must_use]
    pub fn address(&self) -> String {
        let url = reqwest::Url::parse(&self.api_url).ok();
        let address = url.and_then(|url| {
            let port = url.port_or_known_default()?;
            Some(join(url.host_str()?, port))
        });
        address.unwrap_or_default()
    }
}

impl DatabaseConfig {
    /// The host and port of PostgreSQL, several separated by commas.
    #[must_use]
    pub fn address(&self) -> String {
        let Ok(DatabaseUrl { server: config, .. }) = self.target() else {
            return String::new();
        };
        let ports = config.get_ports();
        let hosts = config.get_hosts().iter().enumerate();
        let addresses = hosts.map(|(n, host)| match host {
            Host::Tcp(host) => join(
                host,
                ports.get(n).or(ports.first()).copied().unwrap_or(5432),
            ),
            Host::Unix(folder) => folder.display().to_string(),
        });
        addresses.collect::<Vec<_>>().join(",")
    }
}

impl NatsConfig {
    /// The host and port of each server, separated by commas.
    #[must_use]
    pub fn address(&self) -> String {
        let servers = self.target().map(|urls| urls.servers).unwrap_or_default();
        let addresses = servers
            .iter()
            .map(|server| join(server.host(), server.port()));
        addresses.collect::<Vec<_>>().join(",")
    }
}

impl RedisConfig {
    /// The host and port of the server; empty if there is none.
    #[must_use]
    pub fn address(&self) -> String {
        let url = self.target().ok().flatten();
        url.map_or_else(String::new, |url| match url.host.contains(':') {
            true => format!("[{}]:{}", url.host, url.port),
            false => join(&url.host, url.port),
        })
    }
}

/// What stands before an `@` is never told, wherever a parser of URLs left it.
fn join(host: &str, port: impl Display) -> String {
    let host = host.rsplit('@').next().unwrap_or_default();
    format!("{host}:{port}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_host_and_port_and_nothing_secret() {
        let telegram = |url: &str| TelegramConfig {
            api_url: url.into(),
            ..TelegramConfig::default()
        };
        assert_eq!(
            telegram("https://api.telegram.org").address(),
            "api.telegram.org:443"
        );
        assert_eq!(
            telegram("http://u:secret@[::1]:8081/x").address(),
            "[::1]:8081"
        );
        let database = |url: &str| DatabaseConfig {
            url: url.into(),
            ..DatabaseConfig::default()
        };
        for (url, address) in [
            ("postgres://u:secret@db/shop", "db:5432"),
            (
                "postgres://u:secret@db:6432/shop?sslmode=verify-full",
                "db:6432",
            ),
            ("postgres://u:sec@ret@db:6432/shop", ""),
            ("postgres://u:secret@a:1,b:2/shop", "a:1,b:2"),
            ("host=a,b port=7 user=u password=secret", "a:7,b:7"),
        ] {
            assert_eq!(database(url).address(), address);
        }
        let nats = NatsConfig {
            urls: "nats://u:secret@a:4222, nats://u:secret@b".into(),
            ..NatsConfig::default()
        };
        assert_eq!(nats.address(), "a:4222,b:4222");
        let redis = |url: &str| RedisConfig {
            url: url.into(),
            ..RedisConfig::default()
        };
        assert_eq!(redis("redis://u:secret@a/1").address(), "a:6379");
        assert_eq!(redis("rediss://:secret@[::1]:7").address(), "[::1]:7");
        assert_eq!(redis("").address(), "");
    }
}
