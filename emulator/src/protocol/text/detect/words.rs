//! Words with a sign before them: mentions, bot commands, hashtags and cashtags, by the rules of Telegram's own library.

use super::{Found, before, is_name, is_word};

/// Short names that are mentions nevertheless: those of Telegram's own bots.
const SHORT_NAMES: [&str; 3] = ["gif", "vid", "pic"];

/// `@name`, where no word ends just before.
pub(super) fn mentions(text: &str, found: &mut Vec<Found>) {
    for (at, _) in text.match_indices('@') {
        let rest = &text[at + 1..];
        let length = name(rest);
        let is_known = (4..=32).contains(&length)
            || SHORT_NAMES
                .iter()
                .any(|known| rest[..length].eq_ignore_ascii_case(known));
        if is_known
            && !before(text, at).is_some_and(is_word)
            && !rest[length..].starts_with(is_word)
        {
            found.push(Found::new("mention", at, at + 1 + length));
        }
    }
}

/// `/name` and `/name@bot`, neither part of a path nor of a tag.
pub(super) fn commands(text: &str, found: &mut Vec<Found>) {
    let cannot_touch = |c: char| is_word(c) || "/<>".contains(c);
    for (at, _) in text.match_indices('/') {
        if before(text, at).is_some_and(cannot_touch) {
            continue;
        }
        let mut end = at + 1 + name(&text[at + 1..]);
        if !(2..=65).contains(&(end - at)) {
            continue;
        }
        if let Some(bot) = text[end..].strip_prefix('@') {
            let length = name(bot);
            if !(3..=32).contains(&length) {
                continue;
            }
            end += 1 + length;
        }
        if !text[end..].starts_with(cannot_touch) {
            found.push(Found::new("bot_command", at, end));
        }
    }
}

/// `#word` with a letter in it.
pub(super) fn hashtags(text: &str, found: &mut Vec<Found>) {
    for (at, _) in text.match_indices('#') {
        if before(text, at).is_some_and(is_tag) {
            continue;
        }
        let rest = &text[at + 1..];
        let end = rest.find(|c| !is_tag(c)).unwrap_or(rest.len());
        if rest[end..].starts_with('#') {
            continue;
        }
        // The rest of a longer one stays plain.
        let end = rest[..end]
            .char_indices()
            .nth(256)
            .map_or(end, |(cut, _)| cut);
        if rest[..end].contains(char::is_alphabetic) {
            found.push(Found::new("hashtag", at, at + 1 + end));
        }
    }
}

/// `$TON`: up to eight capitals.
pub(super) fn cashtags(text: &str, found: &mut Vec<Found>) {
    let cannot_touch = |c: char| is_tag(c) || c == '$';
    for (at, _) in text.match_indices('$') {
        let rest = &text[at + 1..];
        let length = if rest.starts_with("1INCH") {
            5
        } else {
            rest.bytes().take_while(u8::is_ascii_uppercase).count()
        };
        let fits = (1..=8).contains(&length);
        if fits
            && !before(text, at).is_some_and(cannot_touch)
            && !rest[length..].starts_with(cannot_touch)
        {
            found.push(Found::new("cashtag", at, at + 1 + length));
        }
    }
}

/// The length in bytes of the name at the beginning.
fn name(text: &str) -> usize {
    text.bytes().take_while(|byte| is_name(*byte)).count()
}

fn is_tag(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '\u{200c}' | '\u{b7}' | '\u{d80}'..='\u{dff}')
}
