//! `[admin]`: where the admin page is reached, and who may do what there.

use reqwest::Url;
use serde::Deserialize;

use super::{Problems, WebConfig, user_ids};

/// `[admin]`: the admin page, which `web.admin` opens. Somebody who is named twice has the higher role.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdminConfig {
    /// Where admins reach `web.listen`, as `https://ops.example.org`: a proxy with the certificate, which lets `/admin` through and nothing else.
    pub url: String,
    /// Ids of users who may do all, such as erase a user; whom `bot.admin_ids` names may, too.
    #[serde(deserialize_with = "user_ids")]
    pub owners: Vec<i64>,
    /// Ids of users who may act, such as replay a dead letter.
    #[serde(deserialize_with = "user_ids")]
    pub operators: Vec<i64>,
    /// Ids of users who may look.
    #[serde(deserialize_with = "user_ids")]
    pub viewers: Vec<i64>,
}

/// What is ours of the section of the bot.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Bot {
    #[serde(deserialize_with = "user_ids")]
    pub(super) admin_ids: Vec<i64>,
}

impl AdminConfig {
    /// Whether the page can be had, if it is wanted.
    pub(super) fn check(&self, web: &WebConfig, of_bot: &[i64], problems: &mut Problems) {
        if !web.admin {
            return;
        }
        problems.must(cfg!(feature = "admin"), || {
            "web.admin is true, and this program was built without the feature `admin`".into()
        });
        problems.must(!web.listen.trim().is_empty(), || {
            "web.listen is not set, and web.admin is true: write the address and port of the page, as 127.0.0.1:8080"
                .into()
        });
        if self.url.trim().is_empty() {
            problems.add(
                "admin.url is not set, and web.admin is true: write where admins reach web.listen, as https://ops.example.org"
                    .into(),
            );
        } else if origin(&self.url).is_none() {
            problems.add(
                "admin.url is no address of a page: write https:// and a host, and a port if it has one, without a path".into(),
            );
        }
        let all = [&self.owners, &self.operators, &self.viewers];
        let somebody = all.iter().any(|ids| !ids.is_empty()) || !of_bot.is_empty();
        problems.must(somebody, || {
            "admin.owners is empty, and nobody else may enter the page of web.admin: write ids of users into it, into admin.operators or admin.viewers"
                .into()
        });
    }
}

/// What a browser calls the origin of that URL, as `https://ops.example.org`; none if it is more than a scheme, a host and a port.
pub(crate) fn origin(url: &str) -> Option<String> {
    let url = Url::parse(url.trim()).ok()?;
    let is_web = matches!(url.scheme(), "https" | "http");
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let is_anybodys = url.username().is_empty() && url.password().is_none();
    (is_web && is_bare && is_anybodys).then(|| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(of: &AdminConfig, listen: &str, of_bot: &[i64]) -> String {
        let web = WebConfig {
            listen: listen.into(),
            admin: true,
            ..WebConfig::default()
        };
        let mut problems = Problems::default();
        of.check(&web, of_bot, &mut problems);
        problems
            .result()
            .map_or_else(|error| error.to_string(), |()| String::new())
    }

    #[test]
    fn a_page_needs_a_port_an_address_and_somebody_who_may_enter() {
        let nothing = problems(&AdminConfig::default(), "", &[]);
        for key in [
            "web.listen is not set",
            "admin.url is not set",
            "admin.owners",
        ] {
            assert!(nothing.contains(key), "{nothing}");
        }
        let mut all = AdminConfig {
            url: "https://ops.example.org".into(),
            ..AdminConfig::default()
        };
        assert_eq!(problems(&all, "127.0.0.1:80", &[7]), "");
        all.viewers = vec![8];
        assert_eq!(problems(&all, "127.0.0.1:80", &[]), "");
    }

    #[test]
    fn an_address_is_an_origin() {
        for (url, is) in [
            ("https://ops.example.org/", Some("https://ops.example.org")),
            (
                "https://Ops.example.org:443",
                Some("https://ops.example.org"),
            ),
            ("http://127.0.0.1:8080", Some("http://127.0.0.1:8080")),
            ("https://ops.example.org/bot", None),
            ("https://u:p@ops.example.org", None),
            ("ftp://ops.example.org", None),
            ("ops.example.org", None),
        ] {
            assert_eq!(origin(url).as_deref(), is, "{url}");
        }
    }
}
