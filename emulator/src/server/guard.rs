//! The control API is for the page, for programs and for people on this machine, not for other pages of the web: those could
//! write as the developer's people while he visits them.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::protocol::Refusal;

/// Names of hosts that are allowed beside those that cannot be a stranger's.
pub(super) type Allowed = Arc<[String]>;

/// Lets a request through unless a page of another origin makes it, or one that has a name of its own for this machine.
pub(super) async fn check(
    State(allowed): State<Allowed>,
    request: Request,
    next: Next,
) -> Response {
    match refusal(request.headers(), &allowed) {
        Some(why) => {
            tracing::warn!(why, "a request of a foreign page to the control API");
            Refusal::new(403, format!("Forbidden: {why}")).into_response()
        }
        None => next.run(request).await,
    }
}

fn refusal(headers: &HeaderMap, allowed: &[String]) -> Option<&'static str> {
    let header = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let host = header(header::HOST).unwrap_or("");
    if !is_own(host, allowed) {
        return Some("the name of this host is not known; allow it with --allow-host");
    }
    let origin = header(header::ORIGIN).map(|origin| {
        let (_, host) = origin.split_once("://").unwrap_or(("", origin));
        host
    });
    if origin.is_some_and(|origin| !origin.eq_ignore_ascii_case(host)) {
        return Some("a page of another origin");
    }
    let site = headers.get("sec-fetch-site");
    if site.is_some_and(|site| site == "cross-site" || site == "same-site") {
        return Some("a page of another site");
    }
    None
}

/// Whether the host is an address, or a name that no stranger can have: those of this machine and its networks, names without
/// a dot such as those of containers, and those that are allowed.
fn is_own(host: &str, allowed: &[String]) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => host.split(':').next().unwrap_or(host),
    };
    let name = name.to_ascii_lowercase();
    name.parse::<IpAddr>().is_ok()
        || !name.contains('.')
        || [".localhost", ".local", ".internal"]
            .iter()
            .any(|ending| name.ends_with(ending))
        || allowed.iter().any(|one| one.eq_ignore_ascii_case(&name))
}

#[cfg(test)]
mod tests {
    use super::is_own;

    #[test]
    fn addresses_and_names_of_ones_own_are_known() {
        let allowed = ["emulator.example".to_owned()];
        for host in [
            "127.0.0.1:8081",
            "[::1]:8081",
            "localhost",
            "telegram:81",
            "host.docker.internal:1",
            "Emulator.example",
            "",
        ] {
            assert!(is_own(host, &allowed), "{host}");
        }
        for host in [
            "evil.example",
            "127.0.0.1.evil.example:80",
            "x.localhost.evil.example",
        ] {
            assert!(!is_own(host, &allowed), "{host}");
        }
    }
}
