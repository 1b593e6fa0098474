//! The port of the operator, asked from outside while things are well, and while they are not.

mod alarms;
mod log;
mod metrics;
pub(crate) mod readiness;

use serde_json::Value;

use crate::support::{Logs, Service, ServiceSetup, without_tls};

/// The port of a process.
pub(crate) struct Port {
    client: reqwest::Client,
    url: String,
}

impl Port {
    /// That of a service, once it is open.
    pub(crate) async fn of(service: &Service) -> Self {
        Self::told_in(&service.logs).await
    }

    /// That of which a log tells.
    pub(crate) async fn told_in(logs: &Logs) -> Self {
        let record = logs.wait_for("web_listening").await;
        let address = record["address"].as_str().expect("an address");
        Self {
            client: without_tls().build().expect("a client"),
            url: format!("http://{address}"),
        }
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let url = format!("{}{path}", self.url);
        let answer = self.client.get(url).send().await.expect("it answers");
        let status = answer.status().as_u16();
        (status, answer.text().await.expect("a text"))
    }

    /// Whether anybody is there.
    async fn answers(&self) -> bool {
        let asked = self.client.get(format!("{}/healthz", self.url)).send();
        asked.await.is_ok()
    }

    /// What is told there.
    pub(crate) async fn text(&self, path: &str) -> String {
        self.get(path).await.1
    }

    /// What `/readyz` says.
    pub(crate) async fn ready(&self) -> (u16, Value) {
        let (status, text) = self.get("/readyz").await;
        (status, serde_json::from_str(&text).expect("JSON"))
    }

    /// The sum of a metric over all its labels that hold `label`; 0 if there is none.
    pub(crate) async fn sum(&self, name: &str, label: &str) -> f64 {
        let (_, text) = self.get("/metrics").await;
        let of_name = text.lines().filter_map(|line| {
            let rest = line.strip_prefix(name)?;
            let (labels, value) = rest.rsplit_once(' ')?;
            let is_it = labels.is_empty() || labels.starts_with('{');
            (is_it && labels.contains(label)).then(|| value.parse::<f64>().expect("a number"))
        });
        of_name.sum()
    }
}

/// With a port that is free.
pub(crate) fn with_port(setup: ServiceSetup) -> ServiceSetup {
    setup.set("WEB__LISTEN", "127.0.0.1:0")
}
