//! The proxy on the way to Telegram: `telegram.proxy`, or the variables that curl reads.

use std::net::IpAddr;

use super::{is_loopback, user_info};

/// Host and port of a URL, without its user.
fn place(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let (_, rest) = user_info::split(rest).ok()?;
    let place = rest.split(['/', '?', '#']).next()?;
    (!place.is_empty()).then_some((scheme, place))
}

/// The host of an authority such as `host:80` or `[::1]:80`.
fn host(place: &str) -> &str {
    match place.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => place.split(':').next().unwrap_or_default(),
    }
}

/// What is wrong with the URL of a proxy; nothing of it is quoted.
pub(super) fn problem(url: &str) -> Option<String> {
    const FORM: &str = "is no proxy: write http://, https://, socks5:// or socks5h:// and its \
                        [user:password@]host:port";
    let Some((scheme, rest)) = url.split_once("://") else {
        return Some(FORM.into());
    };
    if let Err(raw) = user_info::split(rest) {
        return Some(raw.to_string());
    }
    let known = ["http", "https", "socks5", "socks5h"].contains(&scheme);
    let is_url = reqwest::Url::parse(url).is_ok_and(|url| url.has_host() && url.path().len() <= 1);
    (!known || !is_url).then(|| FORM.into())
}

/// The URL as it may be shown: without user and password.
pub(super) fn shown(url: &str) -> Option<String> {
    place(url).map(|(scheme, place)| format!("{scheme}://{place}"))
}

/// Whether a server is on this machine: no proxy leads there.
pub(super) fn is_local(api_url: &str) -> bool {
    place(api_url).is_some_and(|(_, place)| is_loopback(host(place)))
}

/// Whether a variable of the environment is about proxies.
pub(super) fn is_variable(name: &str) -> bool {
    let name = name.to_uppercase();
    ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"].contains(&name.as_str())
}

/// The proxy that the variables of the environment name for that server, and the variable that does.
pub(super) fn of_variables(api_url: &str, all: &[(String, String)]) -> Option<(String, String)> {
    let value = |name: &str| {
        // In curl's order.
        [name.to_lowercase(), name.to_owned()]
            .into_iter()
            .find_map(|name| {
                let found = all
                    .iter()
                    .find(|(key, value)| *key == name && !value.trim().is_empty());
                found.map(|(name, value)| (name.clone(), value.trim().to_owned()))
            })
    };
    let (scheme, place) = place(api_url)?;
    let (_, spared) = value("NO_PROXY").unwrap_or_default();
    if spared.split(',').any(|entry| spares(entry.trim(), place)) {
        return None;
    }
    let own = if scheme == "https" {
        "HTTPS_PROXY"
    } else {
        "HTTP_PROXY"
    };
    let (name, proxy) = value(own).or_else(|| value("ALL_PROXY"))?;
    Some(match proxy.contains("://") {
        true => (name, proxy),
        false => (name, format!("http://{proxy}")),
    })
}

/// Whether an entry of NO_PROXY means that place: `*`, a domain with all below it, an address, a
/// network, each with a port or without.
fn spares(entry: &str, place: &str) -> bool {
    let name = host(place).to_lowercase();
    if entry == "*" || entry.eq_ignore_ascii_case(place) {
        return true;
    }
    if let (Some((network, bits)), Ok(address)) = (entry.split_once('/'), name.parse::<IpAddr>()) {
        return match (network.parse(), bits.parse()) {
            (Ok(network), Ok(bits)) => holds(network, bits, address),
            _ => false,
        };
    }
    let entry = entry
        .trim_start_matches("*.")
        .trim_start_matches('.')
        .to_lowercase();
    let entry = entry.trim_matches(['[', ']']);
    !entry.is_empty()
        && (name == entry
            || name
                .strip_suffix(entry)
                .is_some_and(|rest| rest.ends_with('.')))
}

fn holds(network: IpAddr, bits: u32, address: IpAddr) -> bool {
    let same = |a: u128, b: u128, width: u32| {
        bits <= width && (a ^ b).checked_shr(width - bits).unwrap_or(0) == 0
    };
    match (network, address) {
        (IpAddr::V4(a), IpAddr::V4(b)) => same(u32::from(a).into(), u32::from(b).into(), 32),
        (IpAddr::V6(a), IpAddr::V6(b)) => same(a.into(), b.into(), 128),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TELEGRAM: &str = "https://api.telegram.org";

    fn found(api_url: &str, variables: &[(&str, &str)]) -> Option<String> {
        let all: Vec<_> = variables
            .iter()
            .map(|(k, v)| ((*k).into(), (*v).into()))
            .collect();
        of_variables(api_url, &all).map(|(_, proxy)| proxy)
    }

    #[test]
    fn the_variables_are_read_as_curl_reads_them() {
        for (api_url, variables, proxy) in [
            (
                TELEGRAM,
                &[("HTTPS_PROXY", "http://p:1")][..],
                Some("http://p:1"),
            ),
            (
                TELEGRAM,
                &[("https_proxy", "p:1"), ("HTTPS_PROXY", "q:1")],
                Some("http://p:1"),
            ),
            (
                TELEGRAM,
                &[("ALL_PROXY", "socks5h://p:1")],
                Some("socks5h://p:1"),
            ),
            (
                TELEGRAM,
                &[("HTTPS_PROXY", ""), ("ALL_PROXY", "p:1")],
                Some("http://p:1"),
            ),
            (TELEGRAM, &[("HTTP_PROXY", "p:1")], None),
            (
                "http://bot.api:8081",
                &[("HTTP_PROXY", "p:1")],
                Some("http://p:1"),
            ),
            (TELEGRAM, &[], None),
        ] {
            assert_eq!(found(api_url, variables).as_deref(), proxy, "{variables:?}");
        }
    }

    #[test]
    fn what_no_proxy_names_is_reached_directly() {
        for (api_url, spared, direct) in [
            (TELEGRAM, "*", true),
            (TELEGRAM, "localhost, telegram.org", true),
            (TELEGRAM, ".telegram.org", true),
            (TELEGRAM, "*.telegram.org", true),
            (TELEGRAM, "API.telegram.org", true),
            (TELEGRAM, "gram.org,org.example,", false),
            ("http://10.1.2.3:8081", "10.0.0.0/8", true),
            ("http://10.1.2.3:8081", "10.1.2.3", true),
            ("http://10.1.2.3:8081", "10.1.2.3:8081", true),
            (
                "http://10.1.2.3:8081",
                "10.1.2.3:80,11.0.0.0/8,10.0.0.0/64",
                false,
            ),
            ("http://[fd00::1]:80", "fd00::/8", true),
            ("http://[fd00::1]:80", "0::/0", true),
        ] {
            let all = [("ALL_PROXY", "p:1"), ("NO_PROXY", spared)];
            assert_eq!(found(api_url, &all).is_none(), direct, "{api_url} {spared}");
        }
    }

    #[test]
    fn this_machine_is_told_from_others() {
        for (url, local) in [
            ("http://127.0.0.1:8081", true),
            ("http://localhost", true),
            ("http://[::1]:8081/", true),
            (TELEGRAM, false),
            ("http://0.0.0.0:1", false),
        ] {
            assert_eq!(is_local(url), local, "{url}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_proxy_is_told_without_its_password() {
        assert_eq!(problem("socks5h://u:p%40@host:1080"), None);
        assert_eq!(
            shown("socks5h://u:p%40@host:1080").as_deref(),
            Some("socks5h://host:1080")
        );
        for (url, says) in [
            ("socks4://u:s3cret@h:1", "socks5h://"),
            ("http://u:s3cret@", "is no proxy"),
            ("http://u:s3c#ret@h:1", "%23"),
        ] {
            let told = problem(url).expect(url);
            assert!(
                told.contains(says) && !told.contains("s3c"),
                "{url}: {told}"
            );
        }
    }
}
