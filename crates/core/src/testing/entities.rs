//! What Telegram marks in a text by itself.

use serde_json::{Value, json};

/// The commands, mentions, hashtags and links with a scheme of a text, as `entities`.
#[must_use]
pub fn entities_in(text: &str) -> Value {
    let mut entities = Vec::new();
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if before.is_whitespace()
            && let Some((kind, found)) = entity_at(&text[at..])
        {
            let (offset, length) = (units(&text[..at]), units(found));
            entities.push(json!({"type": kind, "offset": offset, "length": length}));
        }
        before = c;
    }
    entities.into()
}

/// The entity that a word begins with.
fn entity_at(text: &str) -> Option<(&'static str, &str)> {
    let part = |mark: usize, is_part: fn(char) -> bool| {
        let rest = &text[mark..];
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        (end > 0).then(|| &text[..mark + end])
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    match text.chars().next()? {
        '/' => Some((
            "bot_command",
            part(1, |c| c.is_ascii_alphanumeric() || "_@".contains(c))?,
        )),
        '@' => Some(("mention", part(1, is_name)?)),
        '#' => Some(("hashtag", part(1, |c| c.is_alphanumeric() || c == '_')?)),
        'h' if text.starts_with("http://") || text.starts_with("https://") => {
            Some(("url", part(0, |c| !c.is_whitespace())?))
        }
        _ => None,
    }
}

/// The length that Telegram counts: of UTF-16.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_telegram_marks_is_marked_in_units_of_utf_16() {
        let found = entities_in("/start@our_bot, 😀 @anna #чай https://a.b/?c a/b @ /");
        let expected = json!([
            {"type": "bot_command", "offset": 0, "length": 14},
            {"type": "mention", "offset": 19, "length": 5},
            {"type": "hashtag", "offset": 25, "length": 4},
            {"type": "url", "offset": 30, "length": 14},
        ]);
        assert_eq!(found, expected);
    }
}
