//! The user and password of a URL: found, decoded, and what is wrong with them named without
//! printing any of it.

use percent_encoding::percent_decode_str;

/// A character that cannot stand in a user or password as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("holds a raw `{0}`: in a user, password or name it is written %{code:02X}", code = *.0 as u32)]
pub(crate) struct RawCharacter(char);

/// Splits what follows `scheme://` into `user:password`, still encoded, and the rest.
///
/// A password with a raw `/`, `?`, `#` or `@` moves the place where the host seems to begin: who
/// answers then is somebody else, or nobody, and no error would tell why.
pub(crate) fn split(rest: &str) -> Result<(Option<&str>, &str), RawCharacter> {
    let head = rest.split('?').next().unwrap_or_default();
    let Some(at) = head.rfind('@') else {
        // `user:pass?word@host`: what stands before the `?` is no host with a port.
        let place = head.split('/').next().unwrap_or_default();
        let port = place.rsplit_once(':').map_or("", |(_, port)| port);
        let is_port = port.chars().all(|c| c.is_ascii_digit());
        return match rest.contains('@') && !is_port {
            true => Err(RawCharacter('?')),
            false => Ok((None, rest)),
        };
    };
    let (info, rest) = (&rest[..at], &rest[at + 1..]);
    let is_raw = |c: char| "@/#".contains(c) || c.is_whitespace() || c.is_control();
    let raw = info.find(is_raw).or_else(|| raw_percent(info));
    match raw.and_then(|place| info[place..].chars().next()) {
        Some(raw) => Err(RawCharacter(raw)),
        None => Ok((Some(info), rest)),
    }
}

/// The place of a `%` that begins no `%XX`.
fn raw_percent(text: &str) -> Option<usize> {
    text.match_indices('%')
        .map(|(place, _)| place)
        .find(|place| {
            let code = text.as_bytes().get(place + 1..place + 3);
            !code.is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit))
        })
}

/// The text behind its percent-encoding; `None` if it is none in UTF-8.
pub(crate) fn decode(text: &str) -> Option<String> {
    raw_percent(text).is_none().then_some(())?;
    Some(percent_decode_str(text).decode_utf8().ok()?.into_owned())
}

/// A decoded user and, if there is one, password.
pub(crate) fn user_and_password(info: &str) -> Option<(String, Option<String>)> {
    match info.split_once(':') {
        Some((user, password)) => Some((decode(user)?, Some(decode(password)?))),
        None => Some((decode(info)?, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_found_and_decoded() {
        let (info, rest) = split("us%40er:p%23%2F%3A@host:5/name?a=b@c").expect("encoded");
        assert_eq!(rest, "host:5/name?a=b@c");
        let found = user_and_password(info.expect("there is one"));
        assert_eq!(found, Some(("us@er".into(), Some("p#/:".into()))));
        assert_eq!(split("host:5/name?a=b@c"), Ok((None, "host:5/name?a=b@c")));
        assert_eq!(split("[::1]:5/name"), Ok((None, "[::1]:5/name")));
        assert_eq!(split("user@host"), Ok((Some("user"), "host")));
    }

    #[test]
    fn what_is_raw_is_named_with_its_code() {
        for (url, raw, code) in [
            ("u:p@ss@host/d", '@', "%40"),
            ("u:p#ss@host/d", '#', "%23"),
            ("u:p/ss@host/d", '/', "%2F"),
            ("u:12/34@host/d", '/', "%2F"),
            ("u:p?ss@host/d", '?', "%3F"),
            ("u:p ss@host/d", ' ', "%20"),
            ("u:100%@host/d", '%', "%25"),
        ] {
            let error = split(url).expect_err(url);
            assert_eq!(error, RawCharacter(raw));
            assert!(error.to_string().ends_with(code), "{error}");
        }
    }
}
