//! Links as Telegram checks them where a bot gives one: of buttons, and of files.

/// Whether it is a link of the web or of Telegram; the error is Telegram's.
pub(crate) fn check(url: &str) -> Result<(), &'static str> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => {
            let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
            let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
            if host.is_empty() {
                Err("URL host is empty")
            } else if host.trim_matches('.').contains('.') && !host.contains(char::is_whitespace) {
                Ok(())
            } else {
                Err("Wrong HTTP URL")
            }
        }
        "tg" | "ton" | "tonsite" => Ok(()),
        _ => Err("Unsupported URL protocol"),
    }
}
