//! `[traces]`: where traces of updates are exported to.

use std::time::Duration;

use http::{HeaderName, HeaderValue};
use ostankino_traces::{CAN_EXPORT, Settings};
use percent_encoding::percent_decode_str;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{Problems, bounds};

/// Where a collector takes traces.
const PATH: &str = "/v1/traces";

/// `[traces]`: one trace of each update, exported by OTLP over HTTP; `docs/traces.md` tells what is in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TracesConfig {
    /// The collector, as `http://collector:4318`; empty: nothing is exported, nor costs anything.
    pub endpoint: String,
    /// What it is sent along, as `authorization=Bearer%20…,x-tenant=shop`.
    pub headers: SecretString,
    /// Which share of the updates has a trace, above 0 and up to 1; the same in all processes of the bot.
    pub sample: f64,
    /// Deadline of one export.
    pub request_timeout_ms: u64,
    /// As what this bot is found; empty: the name of the program.
    pub service_name: String,
}

impl Default for TracesConfig {
    fn default() -> Self {
        Self {
            endpoint: String::new(),
            headers: SecretString::default(),
            sample: 1.0,
            request_timeout_ms: 5_000,
            service_name: String::new(),
        }
    }
}

impl TracesConfig {
    /// What an exporter is told, if there is to be one; `program` is the name it is found by if it has no other, and what else
    /// there is to say of the process.
    pub(crate) fn settings(
        &self,
        program: &str,
        others: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Option<Settings> {
        let endpoint = self.endpoint.trim();
        if endpoint.is_empty() {
            return None;
        }
        let own = self.service_name.trim();
        let name = ("service.name", program.to_owned());
        Some(Settings {
            endpoint: whole(endpoint),
            headers: headers(self.headers.expose_secret()).unwrap_or_default(),
            sample: self.sample,
            timeout: Duration::from_millis(self.request_timeout_ms),
            service_name: (!own.is_empty()).then(|| own.to_owned()),
            resource: others.into_iter().chain([name]).collect(),
        })
    }

    pub(crate) fn check(&self, problems: &mut Problems) {
        self.check_in(CAN_EXPORT, problems);
    }

    /// The same in a build that can export, or cannot.
    fn check_in(&self, can_export: bool, problems: &mut Problems) {
        let endpoint = self.endpoint.trim();
        if !endpoint.is_empty() {
            problems.must(can_export, || {
                "traces.endpoint is set, and this program was built without the feature `otlp`: build it with \
                 `--features otlp`, or leave the key out"
                    .into()
            });
            if let Some(problem) = problem(endpoint) {
                problems.add(format!("traces.endpoint {problem}"));
            }
        }
        let is_list = headers(self.headers.expose_secret()).is_some();
        problems.must(is_list, || {
            "traces.headers is no list of headers: write name=value, several separated by commas, and what is no letter or digit in a \
             value as %20"
                .into()
        });
        let share = self.sample;
        problems.must(share > 0.0 && share <= 1.0, || {
            format!("traces.sample is {share}: it must be above 0 and 1 at the most")
        });
        let timeout = self.request_timeout_ms;
        bounds::check(
            problems,
            [("traces.request_timeout_ms", timeout, 100..=60_000)],
        );
    }
}

/// What is wrong with the URL of a collector; nothing of it is quoted, since somebody may have put a password there.
fn problem(endpoint: &str) -> Option<&'static str> {
    const FORM: &str = "is no URL of a collector: write http://host:4318, or https:// for TLS";
    let Ok(url) = Url::parse(endpoint) else {
        return Some(FORM);
    };
    if !["http", "https"].contains(&url.scheme()) || !url.has_host() {
        return Some(FORM);
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() {
        return Some(
            "holds a user or a key: it is shown in messages, write them in traces.headers",
        );
    }
    None
}

/// The URL that traces are posted to: one that has a path is taken as it is.
fn whole(endpoint: &str) -> String {
    match endpoint.split_once("://") {
        Some((_, place)) if place.trim_end_matches('/').contains('/') => endpoint.to_owned(),
        _ => format!("{}{PATH}", endpoint.trim_end_matches('/')),
    }
}

/// What the variable for all signals names is a base.
pub(super) fn of_base(base: &str) -> String {
    format!("{}{PATH}", base.trim_end_matches('/'))
}

/// The headers of a list, in the form that OpenTelemetry has for it; nothing if it is none.
fn headers(list: &str) -> Option<Vec<(String, String)>> {
    let entries = list.split(',').map(str::trim);
    let entries = entries.filter(|entry| !entry.is_empty());
    let headers = entries.map(|entry| {
        let (name, value) = entry.split_once('=')?;
        let value = percent_decode_str(value.trim()).decode_utf8().ok()?;
        let name = HeaderName::from_bytes(name.trim().as_bytes()).ok()?;
        HeaderValue::from_str(&value).ok()?;
        Some((name.to_string(), value.into_owned()))
    });
    headers.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_is_named_by_its_place_or_by_a_whole_url() {
        for (endpoint, url) in [
            ("http://collector:4318", "http://collector:4318/v1/traces"),
            ("http://collector:4318/", "http://collector:4318/v1/traces"),
            ("https://x/otlp/v1/traces", "https://x/otlp/v1/traces"),
        ] {
            assert_eq!((whole(endpoint), problem(endpoint)), (url.into(), None));
        }
        for wrong in [
            "collector:4318",
            "grpc://collector:4317",
            "http://",
            "http://user:secret@collector:4318",
            "http://collector:4318/?key=secret",
        ] {
            let problem = problem(wrong).expect(wrong);
            assert!(!problem.contains("secret"), "{problem}");
        }
        assert_eq!(of_base("https://x/otlp/"), "https://x/otlp/v1/traces");
    }

    #[test]
    fn a_program_that_cannot_export_refuses_an_endpoint_and_says_how_it_could() {
        let config = |endpoint: &str| TracesConfig {
            endpoint: endpoint.into(),
            ..TracesConfig::default()
        };
        let told = |config: &TracesConfig, can_export| {
            let mut problems = Problems::default();
            config.check_in(can_export, &mut problems);
            problems.result().map_err(|error| error.to_string())
        };
        let config_of = config("http://collector:4318");
        assert_eq!(told(&config_of, true), Ok(()));
        let refused = told(&config_of, false).expect_err("it cannot");
        assert!(refused.contains("--features otlp"), "{refused}");
        assert_eq!(told(&config(" "), false), Ok(()));
    }

    #[test]
    fn headers_are_a_list_with_escapes_and_what_is_none_is_refused() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            headers(" Authorization=Basic%20eA==, x-tenant = shop ,"),
            Some(vec![
                pair("authorization", "Basic eA=="),
                pair("x-tenant", "shop")
            ])
        );
        assert_eq!(headers(""), Some(Vec::new()));
        for wrong in ["secret", "a b=c", "a=%0Ab", "=c"] {
            assert_eq!(headers(wrong), None, "{wrong}");
        }
    }
}
