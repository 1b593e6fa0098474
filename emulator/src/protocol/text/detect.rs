//! The entities Telegram finds by itself: mentions, commands, tags, links, addresses and numbers.

mod numbers;
mod urls;
mod words;

use super::{fix::fix, sort, utf16_len};
use crate::protocol::objects::Entity;

/// The kinds that are found; a bot that gives one itself is not believed.
const KINDS: [&str; 8] = [
    "mention",
    "bot_command",
    "hashtag",
    "cashtag",
    "url",
    "email",
    "phone_number",
    "bank_card",
];

/// Whether entities of this kind are found rather than given.
pub(crate) fn is_found(kind: &str) -> bool {
    KINDS.contains(&kind)
}

/// Something found, by its place in bytes.
struct Found {
    kind: &'static str,
    begin: usize,
    end: usize,
}

impl Found {
    fn new(kind: &'static str, begin: usize, end: usize) -> Self {
        Self { kind, begin, end }
    }
}

/// The given entities and those found in the text outside of them (formatting may lie over a found one), sorted.
pub(crate) fn found(text: &str, given: &[Entity]) -> Vec<Entity> {
    let mut found = vec![];
    words::mentions(text, &mut found);
    words::commands(text, &mut found);
    words::hashtags(text, &mut found);
    words::cashtags(text, &mut found);
    numbers::phones(text, &mut found);
    numbers::bank_cards(text, &mut found);
    urls::of_telegram(text, &mut found);
    urls::of_the_web(text, &mut found);
    let mut found: Vec<Entity> = found
        .into_iter()
        .map(|Found { kind, begin, end }| {
            Entity::new(
                kind,
                utf16_len(&text[..begin]),
                utf16_len(&text[begin..end]),
            )
        })
        .collect();
    // Of two that overlap, the one that begins first, or is longer.
    sort(&mut found);
    let mut end = 0;
    found.retain(|entity| {
        let is_free = entity.offset >= end;
        if is_free {
            end = entity.end();
        }
        is_free
    });
    let mut entities = given.to_vec();
    entities.retain(|entity| !is_found(&entity.kind));
    found.retain(|entity| {
        !entities
            .iter()
            .any(|other| excludes(other) && overlap(other, entity))
    });
    entities.append(&mut found);
    // What was found may cut what was given.
    fix(entities)
}

/// The character before a place.
fn before(text: &str, at: usize) -> Option<char> {
    text[..at].chars().next_back()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_alphanumeric_ascii(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

/// Whether a name may have this.
fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether nothing is found inside such an entity.
fn excludes(entity: &Entity) -> bool {
    matches!(
        entity.kind.as_str(),
        "code" | "pre" | "text_link" | "text_mention" | "custom_emoji" | "date_time"
    )
}

fn overlap(one: &Entity, other: &Entity) -> bool {
    one.offset < other.end() && other.offset < one.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(String, usize, usize)> {
        found(text, &[])
            .into_iter()
            .map(|entity| (entity.kind, entity.offset, entity.length))
            .collect()
    }

    #[test]
    fn commands_are_found_with_the_bots_name_and_in_utf16_units() {
        assert_eq!(kinds("/start abc"), [("bot_command".to_owned(), 0, 6)]);
        assert_eq!(
            kinds("😀 /help@our_bot!"),
            [("bot_command".to_owned(), 3, 13)]
        );
        assert_eq!(kinds("a/b /usr/bin and/or /"), []);
    }

    #[test]
    fn mentions_and_links_are_found() {
        assert_eq!(
            kinds("@alice, https://example.com/a?b."),
            [("mention".to_owned(), 0, 6), ("url".to_owned(), 8, 23)]
        );
        assert_eq!(kinds("me@example.com"), [("email".to_owned(), 0, 14)]);
    }
}
