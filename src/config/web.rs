//! `[web]`: the port at which an operator asks after the process, and the one at which Telegram's updates come in.

use std::net::SocketAddr;

use reqwest::Url;
use serde::Deserialize;

use super::{Intake, Problems, TelegramConfig};

/// Where Telegram's own server posts updates to, and nowhere else.
const PORTS: [u16; 4] = [443, 80, 88, 8443];

/// `[web]`: health, readiness and metrics over HTTP, and the webhook. Nobody is asked for a password at `listen`: let nobody but your own
/// servers reach that port.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebConfig {
    /// The address and port to listen at, as `127.0.0.1:8080`, or `0.0.0.0:8080` for all addresses of the machine; empty: no port is opened.
    pub listen: String,
    /// The same for what Telegram posts, with `telegram.intake = "webhook"`; plain HTTP, to which a balancer with the certificate leads.
    pub webhook_listen: String,
    /// Where the world finds that port, as `https://bot.example.org`.
    pub public_url: String,
    /// Whether the admin page is at `listen`, under `/admin`; see [`AdminConfig`](super::AdminConfig).
    pub admin: bool,
}

impl WebConfig {
    /// Where to listen; `None` for nowhere. What is no address is told by [`check`](Self::check).
    #[cfg(feature = "web")]
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        self.listen.trim().parse().ok()
    }

    /// Where to listen for what Telegram posts.
    #[cfg(feature = "web")]
    pub(crate) fn webhook_address(&self) -> Option<SocketAddr> {
        self.webhook_listen.trim().parse().ok()
    }

    pub(crate) fn check(&self, problems: &mut Problems) {
        for (key, listen) in [
            ("web.listen", self.listen.trim()),
            ("web.webhook_listen", self.webhook_listen.trim()),
        ] {
            let is_address = || listen.parse::<SocketAddr>().is_ok();
            problems.must(listen.is_empty() || is_address(), || {
                format!(
                    "{key} is \"{listen}\": write an address and a port, as 127.0.0.1:8080 or [::]:8080"
                )
            });
            problems.must(listen.is_empty() || cfg!(feature = "web"), || {
                format!("{key} is set, and this program was built without the feature `web`")
            });
        }
    }

    /// Whether a webhook can be had, if one is wanted.
    pub(crate) fn check_webhook(&self, telegram: &TelegramConfig, problems: &mut Problems) {
        if telegram.intake != Intake::Webhook {
            return;
        }
        problems.must(cfg!(feature = "web"), || {
            "telegram.intake is \"webhook\", and this program was built without the feature `web`"
                .into()
        });
        let (listen, own) = (self.webhook_listen.trim(), self.listen.trim());
        problems.must(!listen.is_empty(), || {
            "web.webhook_listen is not set, and telegram.intake is \"webhook\": write the address and port to which your balancer \
             leads, as 0.0.0.0:8443"
                .into()
        });
        problems.must(listen.is_empty() || listen != own || listen.ends_with(":0"), || {
            "web.webhook_listen and web.listen are the same: the world must not reach the port of the operator, choose another one"
                .into()
        });
        let url = self.public_url.trim();
        if url.is_empty() {
            problems.add(
                "web.public_url is not set, and telegram.intake is \"webhook\": write where the world reaches web.webhook_listen, as \
                 https://bot.example.org"
                    .into(),
            );
        } else if let Some(problem) = problem(url, is_local(&telegram.api_url)) {
            problems.add(format!("web.public_url {problem}"));
        }
    }
}

/// Whether the Bot API is a server of one's own, which posts to any address.
fn is_local(api_url: &str) -> bool {
    let url = Url::parse(api_url).ok();
    url.is_none_or(|url| url.host_str() != Some("api.telegram.org"))
}

/// What is wrong with it; nothing of it is quoted, since it may hold a password.
fn problem(url: &str, is_local: bool) -> Option<String> {
    const FORM: &str =
        "is no URL to post to: write https:// and a host, and a path if the balancer wants one";
    let Ok(url) = Url::parse(url) else {
        return Some(FORM.into());
    };
    let is_web = url.scheme() == "https" || url.scheme() == "http";
    let is_plain = url.query().is_none() && url.fragment().is_none();
    if !is_web || !url.has_host() || !is_plain || !url.username().is_empty() {
        return Some(FORM.into());
    }
    if url.scheme() == "http" && !is_local {
        return Some(
            "begins with http://: Telegram posts over HTTPS only, unless telegram.api_url is a server of your own".into(),
        );
    }
    let port = url.port_or_known_default()?;
    (!is_local && !PORTS.contains(&port)).then(|| {
        format!("has the port {port}: Telegram posts to 443, 80, 88 and 8443 only, unless telegram.api_url is a server of your own")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(of: &WebConfig, api_url: &str) -> String {
        let telegram = TelegramConfig {
            intake: Intake::Webhook,
            api_url: api_url.into(),
            ..TelegramConfig::default()
        };
        let mut problems = Problems::default();
        of.check(&mut problems);
        of.check_webhook(&telegram, &mut problems);
        problems
            .result()
            .map_or_else(|error| error.to_string(), |()| String::new())
    }

    fn led_to(public_url: &str) -> WebConfig {
        WebConfig {
            webhook_listen: "0.0.0.0:8443".into(),
            public_url: public_url.into(),
            ..WebConfig::default()
        }
    }

    #[test]
    fn a_webhook_needs_a_port_and_an_address_of_its_own() {
        let official = "https://api.telegram.org";
        let nothing = problems(&WebConfig::default(), official);
        for key in ["web.webhook_listen is not set", "web.public_url is not set"] {
            assert!(nothing.contains(key), "{nothing}");
        }
        let mut both = led_to("https://bot.example.org");
        both.listen = both.webhook_listen.clone();
        assert!(problems(&both, official).contains("are the same"));
        both.webhook_listen = "8443".into();
        assert!(problems(&both, official).contains("web.webhook_listen is \"8443\""));
    }

    #[test]
    fn where_telegram_does_not_post_to_is_refused() {
        let official = "https://api.telegram.org";
        for (url, says) in [
            ("https://bot.example.org", ""),
            ("https://bot.example.org:88/bots/", ""),
            ("https://bot.example.org:8444", "has the port 8444"),
            ("http://bot.example.org", "over HTTPS only"),
            ("ftp://bot.example.org", "is no URL to post to"),
            ("bot.example.org", "is no URL to post to"),
            ("https://user@bot.example.org", "is no URL to post to"),
            ("https://bot.example.org/?a=b", "is no URL to post to"),
        ] {
            let told = problems(&led_to(url), official);
            assert_eq!(told.is_empty(), says.is_empty(), "{url}: {told}");
            assert!(told.contains(says), "{url}: {told}");
        }
        for url in ["http://127.0.0.1:9000", "https://bot.example.org:8444"] {
            assert_eq!(problems(&led_to(url), "http://127.0.0.1:8081"), "");
        }
    }
}
