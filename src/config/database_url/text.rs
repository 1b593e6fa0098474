//! Both ways of writing where a database is, taken apart into libpq's parameters: a URL, and
//! `host=… user=…`.

use super::DatabaseUrlError::{self, NoUrl};
use crate::config::user_info;

type Parameters = Vec<(String, String)>;

/// The parameters of the text, decoded, in its order.
pub(super) fn parameters(text: &str) -> Result<Parameters, DatabaseUrlError> {
    match text.split_once("://") {
        Some(("postgres" | "postgresql", rest)) => of_url(rest),
        // Of another scheme, unless it stands inside of a value.
        Some((scheme, _)) if !scheme.contains('=') => Err(NoUrl),
        _ => of_words(text),
    }
}

fn of_url(rest: &str) -> Result<Parameters, DatabaseUrlError> {
    let (info, rest) = user_info::split(rest)?;
    let mut found = Parameters::new();
    let add = |found: &mut Parameters, name: &str, value: &str| {
        let value = user_info::decode(value).ok_or(NoUrl)?;
        found.push((name.to_owned(), value));
        Ok::<(), DatabaseUrlError>(())
    };
    if let Some(info) = info {
        let (user, password) = user_info::user_and_password(info).ok_or(NoUrl)?;
        found.push(("user".into(), user));
        found.extend(password.map(|password| ("password".into(), password)));
    }
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (hosts, database) = place.split_once('/').unwrap_or((place, ""));
    if !hosts.is_empty() {
        let hosts: Vec<_> = hosts
            .split(',')
            .map(host_and_port)
            .collect::<Option<_>>()
            .ok_or(NoUrl)?;
        let join = |part: fn(&(&str, &str)) -> String| {
            hosts.iter().map(part).collect::<Vec<_>>().join(",")
        };
        add(&mut found, "host", &join(|(host, _)| (*host).to_owned()))?;
        add(&mut found, "port", &join(|(_, port)| (*port).to_owned()))?;
    }
    if !database.is_empty() {
        add(&mut found, "dbname", database)?;
    }
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').ok_or(NoUrl)?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
        // What is no name may be a piece of a password: it is not repeated.
        match name.chars().all(is_name) {
            true => add(&mut found, name, value)?,
            false => return Err(NoUrl),
        }
    }
    Ok(found)
}

/// `host`, `host:port`, `[::1]`, `[::1]:port`.
fn host_and_port(text: &str) -> Option<(&str, &str)> {
    match text.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']')?;
            let port = if rest.is_empty() {
                ""
            } else {
                rest.strip_prefix(':')?
            };
            Some((host, port))
        }
        None => Some(text.split_once(':').unwrap_or((text, ""))),
    }
}

/// `host=db user='the bot' password=it\'s`: a `\` takes the next character as it is.
fn of_words(text: &str) -> Result<Parameters, DatabaseUrlError> {
    let mut rest = text.chars().peekable();
    let mut found = Parameters::new();
    loop {
        while rest.next_if(|c| c.is_whitespace()).is_some() {}
        if rest.peek().is_none() {
            return Ok(found);
        }
        let mut name = String::new();
        while let Some(c) = rest.next_if(|c| c.is_ascii_alphanumeric() || *c == '_') {
            name.push(c);
        }
        while rest.next_if(|c| c.is_whitespace()).is_some() {}
        if name.is_empty() || rest.next() != Some('=') {
            return Err(NoUrl);
        }
        while rest.next_if(|c| c.is_whitespace()).is_some() {}
        let quoted = rest.next_if_eq(&'\'').is_some();
        let mut value = String::new();
        loop {
            match rest.next() {
                Some('\\') => value.push(rest.next().ok_or(NoUrl)?),
                Some('\'') if quoted => break,
                Some(c) if c.is_whitespace() && !quoted => break,
                Some(c) => value.push(c),
                None if quoted => return Err(NoUrl),
                None => break,
            }
        }
        found.push((name, value));
    }
}
