//! What links in formatted texts may lead to: the web, a person, a custom emoji, a point in time.

use super::utf16_len;

/// The person whom a `tg://user?id=` link names.
pub(super) fn user_id(link: &str) -> Option<i64> {
    let link = link.to_ascii_lowercase();
    let (_, query) = telegram_link(&link, "user")??;
    parameter(query, "id")?.parse().ok().filter(|id| *id > 0)
}

/// The custom emoji that a `tg://emoji?id=` link names; the error is Telegram's.
pub(super) fn custom_emoji_id(link: &str) -> Result<String, String> {
    let link = link.to_ascii_lowercase();
    let no_id = || "Custom emoji URL must have an emoji identifier".to_owned();
    let (_, query) = telegram_link(&link, "emoji")
        .ok_or("Custom emoji URL must have scheme tg")?
        .ok_or("Custom emoji URL must have host \"emoji\"")?;
    checked_emoji_id(parameter(query, "id").ok_or_else(no_id)?)
}

/// An emoji's id, which must be a number other than 0.
pub(super) fn checked_emoji_id(id: &str) -> Result<String, String> {
    let is_id = id.parse::<i64>().is_ok_and(|id| id != 0);
    is_id
        .then(|| id.to_owned())
        .ok_or_else(|| "Invalid custom emoji identifier specified".to_owned())
}

/// The time and the format of a `tg://time?unix=` link; `None` when it is none at all.
pub(super) fn time(link: &str) -> Option<Result<(i64, Option<String>), String>> {
    let (_, query) = telegram_link(link, "time")??;
    let unix = parameter(query, "unix").unwrap_or("");
    Some(checked_time(unix, parameter(query, "format").unwrap_or("")))
}

/// A time in Unix seconds and its format, checked: `r`, or one of each of `w`, `d` or `D`, `t` or `T`, in this order.
pub(super) fn checked_time(unix: &str, format: &str) -> Result<(i64, Option<String>), String> {
    let unix = unix
        .parse()
        .ok()
        .filter(|unix| *unix >= 0)
        .ok_or("Invalid date specified")?;
    let rest = format.strip_prefix('w').unwrap_or(format);
    let rest = rest.strip_prefix(['d', 'D']).unwrap_or(rest);
    let rest = rest.strip_prefix(['t', 'T']).unwrap_or(rest);
    if format != "r" && !rest.is_empty() {
        return Err("Invalid date format specified".to_owned());
    }
    let format = Some(format.to_owned()).filter(|format| !format.is_empty());
    Ok((unix, format))
}

/// A link as Telegram keeps it: with a scheme, and a slash after a bare host; `None` when it is no link.
pub(crate) fn checked(link: &str) -> Option<String> {
    let link = link.trim();
    let (scheme, rest) = link.split_once("://").unwrap_or(("http", link));
    let known =
        ["http", "https", "tg", "ton", "tonsite"].contains(&scheme.to_ascii_lowercase().as_str());
    let web = scheme.to_ascii_lowercase().starts_with("http");
    let host = rest.split(['/', '?', '#']).next().unwrap_or("");
    if !known
        || host.is_empty()
        || utf16_len(link) > 2048
        || web && !host.contains('.') && !host.starts_with("localhost")
    {
        return None;
    }
    let slash = if web && rest == host { "/" } else { "" };
    Some(format!("{scheme}://{rest}{slash}"))
}

/// The host and the query of a `tg:` link with this host: `None` for another scheme, `Some(None)` for another host.
fn telegram_link<'a>(link: &'a str, host: &str) -> Option<Option<(&'a str, &'a str)>> {
    let (scheme, rest) = link.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("tg") {
        return None;
    }
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let rest = rest.split('#').next().unwrap_or("");
    let (found, query) = rest.split_once('?').unwrap_or((rest, ""));
    let found = found.strip_suffix('/').unwrap_or(found);
    Some(found.eq_ignore_ascii_case(host).then_some((found, query)))
}

fn parameter<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telegrams_own_links_are_taken_apart() {
        assert_eq!(user_id("tg://user?id=42"), Some(42));
        assert_eq!(user_id("TG:user?a=b&id=42#x"), Some(42));
        assert_eq!(user_id("https://user?id=42"), None);
        assert_eq!(custom_emoji_id("tg://emoji?id=5368"), Ok("5368".to_owned()));
        for (link, why) in [
            ("https://emoji?id=1", "Custom emoji URL must have scheme tg"),
            (
                "tg://sticker?id=1",
                "Custom emoji URL must have host \"emoji\"",
            ),
            (
                "tg://emoji?x=1",
                "Custom emoji URL must have an emoji identifier",
            ),
            (
                "tg://emoji?id=0",
                "Invalid custom emoji identifier specified",
            ),
        ] {
            assert_eq!(custom_emoji_id(link), Err(why.to_owned()), "{link}");
        }
        let format = Some("wDT".to_owned());
        assert_eq!(
            time("tg://time?unix=1647531900&format=wDT"),
            Some(Ok((1_647_531_900, format)))
        );
        assert_eq!(time("tg://time?unix=7"), Some(Ok((7, None))));
        assert!(time("tg://time?unix=7&format=Tt").is_some_and(|time| time.is_err()));
        assert_eq!(time("tg://emoji?id=1"), None);
    }
}
