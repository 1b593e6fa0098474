//! `ready`: asks the process of this container whether it can work, and what to do if it cannot. It is a probe for who has no program that
//! asks over HTTP.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    process::ExitCode,
    time::Duration,
};

use serde_json::Value;

use super::{
    Failure,
    output::{line, or_dash, say, table},
};
use crate::{Config, chain};

/// It answers of what it knows: who needs longer does not answer.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn run(config: &Config, json: bool) -> Result<ExitCode, Failure> {
    let Some(address) = config.web.address() else {
        return Err(Failure::new(
            "web.listen is not set, so nobody can be asked: set it for the service and for this command alike",
        ));
    };
    let (is_ready, text) = ask(reachable(address)).await.map_err(|error| {
        let problem = chain(&error.without_url());
        Failure::new(format!("nobody answers at {address}: {problem}"))
    })?;
    if json {
        say(&format!("{text}\n"))?;
    } else {
        let told: Value = serde_json::from_str(&text).map_err(|_| {
            Failure::new(format!(
                "who answers at {address} is no service of this kind"
            ))
        })?;
        say(&table(&rows(&told)))?;
    }
    Ok(if is_ready {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Who listens at all addresses is asked at that of the machine itself.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

#[expect(
    clippy::disallowed_methods,
    reason = "it asks its own port, and has a deadline"
)]
async fn ask(address: SocketAddr) -> Result<(bool, String), reqwest::Error> {
    let client = reqwest::Client::builder()
        .no_proxy()
        // Without TLS, so that the system's certificates need not be read each time.
        .tls_backend_preconfigured(ostankino_tls::client_config(false))
        .timeout(PATIENCE)
        .build()?;
    let answer = client
        .get(format!("http://{address}/readyz"))
        .send()
        .await?;
    Ok((answer.status().is_success(), answer.text().await?))
}

fn rows(told: &Value) -> Vec<Vec<String>> {
    let word = |value: &Value| value.as_str().map(line);
    let mut rows = vec![vec!["status".to_owned(), or_dash(word(&told["status"]))]];
    for (name, part) in told["parts"].as_object().into_iter().flatten() {
        let why = [&part["error"], &part["advice"]];
        let why: Vec<_> = why.into_iter().filter_map(word).collect();
        let mut row = vec![name.clone(), or_dash(word(&part["state"]))];
        row.extend((!why.is_empty()).then(|| why.join(": ")));
        rows.push(row);
    }
    rows
}
