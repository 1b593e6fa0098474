//! What links in HTML may lead to.

use crate::text::utf16_len;

/// The person whom a `tg://user?id=` link names.
pub(super) fn user_id(link: &str) -> Option<i64> {
    let id = link.strip_prefix("tg://user?id=")?;
    id.parse().ok()
}

/// A link as Telegram keeps it: with a scheme, and a slash after a bare host; `None` when it is no link.
pub(super) fn checked(link: &str) -> Option<String> {
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
