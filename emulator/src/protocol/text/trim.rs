//! Telegram trims what is sent: white space at both ends goes, and entities move with the text.

use super::{Formatted, fix::fix, utf16_len};

/// Trims the end, and the beginning up to the first entity; drops entities that became empty.
pub(crate) fn trim(formatted: Formatted) -> Formatted {
    let Formatted { mut text, entities } = formatted;
    let mut entities = fix(entities);
    text.truncate(text.trim_end_matches([' ', '\n']).len());
    let first = entities
        .iter()
        .map(|entity| entity.offset)
        .min()
        .unwrap_or(usize::MAX);
    let blank = text
        .bytes()
        .take_while(|byte| matches!(byte, b' ' | b'\n'))
        .count()
        .min(first);
    text.drain(..blank);
    let length = utf16_len(&text);
    for entity in &mut entities {
        entity.offset -= blank;
        entity.length = entity.length.min(length.saturating_sub(entity.offset));
    }
    entities.retain(|entity| entity.length > 0);
    Formatted { text, entities }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::objects::Entity;

    #[test]
    fn both_ends_are_trimmed_and_entities_follow() {
        let entities = vec![Entity::new("bold", 2, 5)];
        let trimmed = trim(Formatted {
            text: "\n\nab  \n".to_owned(),
            entities,
        });
        assert_eq!(trimmed.text, "ab");
        assert_eq!(trimmed.entities, [Entity::new("bold", 0, 2)]);
    }
}
