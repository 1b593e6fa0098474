//! The entities Telegram finds by itself: bot commands, mentions and links.

use super::{fix::fix, utf16_len};
use crate::protocol::objects::Entity;

/// The given entities and those found in the text outside of them (formatting may lie over a found one), sorted.
pub(crate) fn found(text: &str, given: &[Entity]) -> Vec<Entity> {
    let mut entities = given.to_vec();
    let mut before = None;
    let mut offset = 0;
    for (at, character) in text.char_indices() {
        // Inside a word nothing begins.
        if !before.is_some_and(|before: char| before.is_alphanumeric() || "_/@".contains(before))
            && let Some((kind, length)) = begins(&text[at..])
        {
            let length = utf16_len(&text[at..at + length]);
            let entity = Entity::new(kind, offset, length);
            if !entities
                .iter()
                .any(|other| excludes(other) && overlap(other, &entity))
            {
                entities.push(entity);
            }
        }
        offset += character.len_utf16();
        before = Some(character);
    }
    // What was found may cut what was given.
    fix(entities)
}

/// The kind and length in bytes of what begins here.
fn begins(text: &str) -> Option<(&'static str, usize)> {
    let name = |text: &str| {
        text.bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            .count()
    };
    let ends_well =
        |end: usize| !text[end..].starts_with(|next: char| next.is_alphanumeric() || next == '/');
    if let Some(rest) = text.strip_prefix('/') {
        let mut end = 1 + name(rest);
        if !(2..=65).contains(&end) {
            return None;
        }
        if let Some(bot) = text[end..].strip_prefix('@') {
            let length = name(bot);
            if (3..=32).contains(&length) {
                end += 1 + length;
            }
        }
        ends_well(end).then_some(("bot_command", end))
    } else if let Some(rest) = text.strip_prefix('@') {
        let length = name(rest);
        ((3..=32).contains(&length) && ends_well(1 + length)).then_some(("mention", 1 + length))
    } else if text.starts_with("http://") || text.starts_with("https://") {
        let end = text
            .find(|c: char| c.is_whitespace() || "<>\"".contains(c))
            .unwrap_or(text.len());
        let url = text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
        url.split_once("://")
            .is_some_and(|(_, host)| host.contains('.'))
            .then_some(("url", url.len()))
    } else {
        None
    }
}

/// Whether nothing is found inside such an entity.
fn excludes(entity: &Entity) -> bool {
    matches!(
        entity.kind.as_str(),
        "code" | "pre" | "text_link" | "text_mention" | "bot_command" | "mention" | "url"
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
        assert_eq!(kinds("me@example.com"), []);
    }
}
