//! `nats.urls`: the servers, and who we are to them. async-nats reads no user out of a URL, so it is
//! taken out here; it knows one for all servers.

use std::fmt;

use async_nats::ServerAddr;

use super::{is_loopback, user_info};

/// Who we are, as the URLs say.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum NatsLogin {
    Token(String),
    User(String, String),
}

/// Servers without the secrets of their URLs.
#[derive(Clone, Debug)]
pub(crate) struct NatsUrls {
    pub(crate) servers: Vec<ServerAddr>,
    pub(crate) login: Option<NatsLogin>,
}

impl NatsUrls {
    /// Reads URLs that are separated by commas; the error says what is wrong and quotes nothing.
    pub(crate) fn parse(urls: &str) -> Result<Self, String> {
        let mut read = Self {
            servers: Vec::new(),
            login: None,
        };
        let parts = urls.split(',').map(str::trim);
        for url in parts.filter(|url| !url.is_empty()) {
            let (server, login) = one(url)?;
            read.servers.push(server);
            if login.is_none() || login == read.login {
                continue;
            }
            if read.login.is_some() {
                return Err(
                    "names different users: give all servers the same one, or write it \
                            into one of the URLs only"
                        .into(),
                );
            }
            read.login = login;
        }
        match read.servers.is_empty() {
            true => Err(NO_URL.into()),
            false => Ok(read),
        }
    }

    /// Whether nothing leaves this machine.
    pub(crate) fn is_local(&self) -> bool {
        self.servers.iter().all(|server| is_loopback(server.host()))
    }
}

const NO_URL: &str = "holds something that is no URL: write nats://host:4222 or \
                      nats://user:password@host:4222, several separated by commas (a comma in a \
                      password is written %2C)";

fn one(url: &str) -> Result<(ServerAddr, Option<NatsLogin>), String> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("nats", url));
    if !["nats", "tls"].contains(&scheme) {
        return Err("must begin with nats:// or tls://".into());
    }
    let (info, place) = user_info::split(rest).map_err(|raw| raw.to_string())?;
    let place = place.strip_suffix('/').unwrap_or(place);
    if place.is_empty() || place.contains(['/', '?', '#']) {
        return Err(NO_URL.into());
    }
    let server = format!("{scheme}://{place}").parse();
    let login = info.map(|info| user_info::user_and_password(info).ok_or(NO_URL));
    let login = login.transpose()?.map(|(user, password)| match password {
        Some(password) => NatsLogin::User(user, password),
        None => NatsLogin::Token(user),
    });
    Ok((server.map_err(|_| NO_URL)?, login))
}

impl fmt::Debug for NatsLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token(_) => "Token(..)",
            Self::User(..) => "User(..)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(user: &str, password: &str) -> Option<NatsLogin> {
        Some(NatsLogin::User(user.into(), password.into()))
    }

    #[test]
    fn the_login_is_taken_out_of_the_urls_and_decoded() {
        for (urls, servers, login) in [
            ("nats://a:4222", 1, None),
            ("a, b:5000 ,tls://c/", 3, None),
            (
                "nats://bot:p%40ss%2Fw%23rd%2C@a",
                1,
                user("bot", "p@ss/w#rd,"),
            ),
            (
                "nats://t%3Aken@a",
                1,
                Some(NatsLogin::Token("t:ken".into())),
            ),
            ("nats://u:p@a,nats://b,nats://u:p@c", 3, user("u", "p")),
            ("nats://a,tls://u:@[::1]:4", 2, user("u", "")),
        ] {
            let read = NatsUrls::parse(urls).expect(urls);
            assert_eq!(
                (read.servers.len(), &read.login),
                (servers, &login),
                "{urls}"
            );
            let printed = format!("{read:?}");
            assert!(
                !printed.contains("ss/w") && !printed.contains("t:k"),
                "{printed}"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_told_without_the_password() {
        for (urls, says) in [
            ("nats://u:s3c@ret@a", "%40"),
            ("nats://u:s3c#ret@a", "%23"),
            ("nats://u:s3c/ret@a", "%2F"),
            ("nats://u:s3c,ret@a", "%2C"),
            ("nats://u:s3cret@a,nats://u:s3cret2@b", "different users"),
            ("http://u:s3cret@a", "nats:// or tls://"),
            ("nats://u:s3cret@", "no URL"),
            (",", "no URL"),
        ] {
            let error = NatsUrls::parse(urls).expect_err(urls);
            assert!(error.contains(says), "{urls}: {error}");
            assert!(!error.contains("s3c") && !error.contains("ret"), "{error}");
        }
    }

    #[test]
    fn only_what_stays_on_this_machine_is_local() {
        assert!(NatsUrls::parse("localhost,127.0.0.1:5").is_ok_and(|urls| urls.is_local()));
        assert!(NatsUrls::parse("localhost,nats").is_ok_and(|urls| !urls.is_local()));
    }
}
