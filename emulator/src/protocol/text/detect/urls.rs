//! Links and e-mail addresses: around each dot, what may be a domain with all that belongs to it; and Telegram's own links.

use super::{Found, is_alphanumeric_ascii, is_word};

/// What does not end a link, though it may be in it.
const BAD_ENDS: [char; 9] = ['.', ':', ';', ',', '(', '\'', '?', '!', '`'];

/// `tg://resolve?…`, `ton://…`.
pub(super) fn of_telegram(text: &str, found: &mut Vec<Found>) {
    for (at, _) in text.match_indices("://") {
        let scheme = ["tonsite", "ton", "tg"].into_iter().find(|scheme| {
            let begin = at.checked_sub(scheme.len());
            begin
                .and_then(|begin| text.get(begin..at))
                .is_some_and(|given| given.eq_ignore_ascii_case(scheme))
        });
        let rest = &text[at + 3..];
        let is_host = |byte: &u8| super::is_name(*byte) || *byte == b'-';
        let host = rest.bytes().take(253).take_while(is_host).count();
        if let Some(scheme) = scheme.filter(|_| host > 0) {
            let end = at + 3 + host;
            found.push(Found::new("url", at - scheme.len(), path_end(text, end)));
        }
    }
}

/// Links of the web, with a scheme or without, and addresses.
pub(super) fn of_the_web(text: &str, found: &mut Vec<Found>) {
    // Where the search goes on; nothing before it is looked at again.
    let mut from = 0;
    while let Some(dot) = text[from..].find('.').map(|dot| from + dot) {
        if dot + 1 == text.len() {
            break;
        }
        let Matched { begin, end, is_bad } = around(text, from, dot);
        if !is_bad && end > dot + 1 {
            found.extend(read(text, begin, end));
        }
        let next = if is_bad {
            text[..end].rfind('.').map_or(dot + 1, |last| last + 1)
        } else {
            let dots = text[end..].bytes().take_while(|byte| *byte == b'.').count();
            end + dots
        };
        from = next.max(dot + 1);
    }
}

/// What may be a link.
struct Matched {
    begin: usize,
    end: usize,
    is_bad: bool,
}

/// What may be a link around a dot, not before `from`.
fn around(text: &str, from: usize, dot: usize) -> Matched {
    let back = |at: usize, is_part: fn(char) -> bool| {
        at - text[from..at]
            .chars()
            .rev()
            .take_while(|c| is_part(*c))
            .map(char::len_utf8)
            .sum::<usize>()
    };
    let mut begin = back(dot, is_domain);
    let rest = &text[dot..];
    let end = rest
        .find(|c| c != '@' && !is_domain(c))
        .map_or(text.len(), |end| dot + end);
    let has_at = text[dot..end].contains('@');
    if has_at {
        begin = back(begin, is_user);
    }
    let mut end = path_end(text, port_end(text, end));
    while end > dot + 1 && text[..end].ends_with('.') {
        end -= 1;
    }
    let mut is_bad = false;
    if text[from..begin].ends_with('@') {
        let user = back(begin - 1, is_user);
        is_bad = has_at || user == begin - 1;
        begin = user;
    }
    let prefix = &text[from..begin];
    if prefix.len() >= 6 && prefix.ends_with("://") {
        let scheme = &text[back(begin - 3, is_scheme)..begin - 3];
        let lower = scheme.to_lowercase();
        let length = ["https", "http", "ftp"]
            .into_iter()
            .find(|known| lower.ends_with(known) && !["shttp", "tftp", "sftp"].contains(&&*lower))
            .map(str::len);
        match length {
            Some(length) => begin -= 3 + length,
            None => is_bad = true,
        }
    } else if let Some(previous) = prefix.chars().next_back() {
        is_bad |= is_word(previous) || "/#@".contains(previous);
    }
    Matched { begin, end, is_bad }
}

/// The end of the port after a domain, if one follows.
fn port_end(text: &str, end: usize) -> usize {
    let digits = text[end..].strip_prefix(':').map_or("", |rest| {
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        &rest[..length]
    });
    let number = digits.trim_start_matches('0');
    let fits = !number.is_empty() && number.parse::<u16>().is_ok();
    if fits { end + 1 + digits.len() } else { end }
}

/// The end of the path, query or fragment, if one follows.
fn path_end(text: &str, end: usize) -> usize {
    let rest = &text[end..];
    if !rest.starts_with(['/', '?', '#']) {
        return end;
    }
    let length = rest.find(|c| !is_path(c)).unwrap_or(rest.len());
    let path = &rest[1..length];
    let length = 1 + path.trim_end_matches(BAD_ENDS).len();
    if rest.starts_with('/') || length > 1 {
        end + length
    } else {
        end
    }
}

/// What a match is in the end: an e-mail address, a link, perhaps a shorter one, or nothing.
fn read(text: &str, begin: usize, end: usize) -> Option<Found> {
    let matched = &text[begin..end];
    if is_email(matched) {
        return Some(Found::new("email", begin, end));
    }
    if let Some(address) = matched.strip_prefix("mailto:")
        && is_email(address)
    {
        return Some(Found::new("email", begin + 7, end));
    }
    let scheme = ["http://", "https://", "ftp://"]
        .into_iter()
        .find(|scheme| {
            matched
                .get(..scheme.len())
                .is_some_and(|given| given.eq_ignore_ascii_case(scheme))
        });
    let rest = &matched[scheme.map_or(0, str::len)..];
    let (domain, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let domain = domain.split_once('@').map_or(domain, |(_, host)| host);
    let domain = domain.rsplit_once(':').map_or(domain, |(host, _)| host);
    is_host(domain, scheme.is_some()).then(|| {
        let cut = path.len() - balanced(path).len();
        Found::new("url", begin, end - cut)
    })
}

/// A path up to the first bracket that closes nothing.
fn balanced(path: &str) -> &str {
    let mut open = [0_i32; 3];
    let end = path.find(|c| {
        let kind = |brackets: &str| brackets.find(c);
        if let Some(kind) = kind("([{") {
            open[kind] += 1;
        } else if let Some(kind) = kind(")]}") {
            open[kind] -= 1;
        }
        open.iter().any(|count| *count < 0)
    });
    let path = &path[..end.unwrap_or(path.len())];
    path.trim_end_matches(BAD_ENDS)
}

/// Whether it is the name or the address of a server. Without a scheme before it, its last part must be a known one.
fn is_host(domain: &str, has_scheme: bool) -> bool {
    let parts: Vec<&str> = domain.split('.').collect();
    let fits = |part: &&str| !part.is_empty() && part.len() < 64 && !part.ends_with('-');
    if parts.len() < 2 || !parts.iter().all(fits) {
        return false;
    }
    let is_octet = |part: &&str| {
        part.parse::<u8>()
            .is_ok_and(|octet| octet.to_string() == *part)
    };
    if parts.len() == 4 && parts.iter().all(is_octet) {
        return true;
    }
    let (top, next) = (parts[parts.len() - 1], parts[parts.len() - 2]);
    if domain
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
        || top.chars().count() < 2
        || next.contains('_')
    {
        return false;
    }
    match top.strip_prefix("xn--") {
        Some(code) => code.len() > 1 && code.bytes().all(is_alphanumeric_ascii),
        None => !top.contains(['_', '-']) && (has_scheme || is_known(top)),
    }
}

/// Whether it is a top-level domain. One that begins with a capital only is none: `end.Begin`.
fn is_known(top: &str) -> bool {
    let lower = top.to_lowercase();
    if lower != top && lower.chars().next() == top.chars().next() {
        return false;
    }
    if top.is_ascii() {
        return tld::exist(&lower);
    }
    let url = reqwest::Url::parse(&format!("http://a.{lower}"));
    url.is_ok_and(|url| {
        let host = url.host_str().and_then(|host| host.strip_prefix("a."));
        host.is_some_and(tld::exist)
    })
}

fn is_email(text: &str) -> bool {
    let Some((user, domain)) = text.split_once('@') else {
        return false;
    };
    let is_mail = |byte: u8| super::is_name(byte) || byte == b'-';
    let parts: Vec<&str> = user.split(['.', '+']).collect();
    let last = parts.last().map_or(0, |part| part.len());
    if parts.len() > 11
        || !(1..36).contains(&last)
        || parts[..parts.len() - 1].iter().any(|part| part.len() > 26)
        || !parts.iter().all(|part| part.bytes().all(is_mail))
    {
        return false;
    }
    let Some((names, top)) = domain.rsplit_once('.') else {
        return false;
    };
    let is_name = |name: &str| {
        let ends = |byte: Option<&u8>| byte.is_some_and(|byte| is_alphanumeric_ascii(*byte));
        name.len() < 31
            && ends(name.as_bytes().first())
            && ends(name.as_bytes().last())
            && name.bytes().all(is_mail)
    };
    (2..9).contains(&top.len())
        && top.bytes().all(|byte| byte.is_ascii_alphabetic())
        && names.split('.').count() <= 6
        && names.split('.').all(is_name)
}

/// Whatever is neither white space nor punctuation of typesetters.
fn is_of_url(c: char) -> bool {
    match c {
        '\u{200c}' | '\u{200d}' | '\u{2010}'..='\u{2015}' => true,
        '\u{2000}'..='\u{206f}' => false,
        _ => !c.is_whitespace(),
    }
}

fn is_path(c: char) -> bool {
    !matches!(c, '<' | '>' | '"' | '«' | '»') && is_of_url(c)
}

fn is_user(c: char) -> bool {
    !"/[]{}()'`<>\"@«»".contains(c) && is_of_url(c)
}

fn is_domain(c: char) -> bool {
    if c < '\u{c0}' {
        c == '.' || c == '~' || c == '-' || c == '_' || c.is_ascii_alphanumeric()
    } else {
        is_of_url(c)
    }
}

fn is_scheme(c: char) -> bool {
    if c.is_ascii() {
        c == '+' || c == '-' || c.is_ascii_alphanumeric()
    } else {
        !c.is_whitespace()
    }
}
