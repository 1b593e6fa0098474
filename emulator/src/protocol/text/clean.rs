//! Texts are cleaned before anything else: controls become spaces, what is not shown goes, and entities move with the text.

use super::{Formatted, utf16_len};

/// Cleans a text; entities keep their words.
pub(crate) fn clean(formatted: Formatted) -> Formatted {
    let Formatted { text, mut entities } = formatted;
    if !text.contains(|c| is_removed(c) || is_control(c)) {
        return Formatted { text, entities };
    }
    // Offsets, in UTF-16 units, of what goes: each is one unit.
    let mut removed = vec![];
    let mut cleaned = String::with_capacity(text.len());
    let mut offset = 0;
    for c in text.chars() {
        if is_removed(c) {
            removed.push(offset);
        } else {
            cleaned.push(if is_control(c) { ' ' } else { c });
        }
        offset += c.len_utf16();
    }
    let moved = |offset: usize| offset - removed.partition_point(|gone| *gone < offset);
    for entity in &mut entities {
        let (begin, end) = (moved(entity.offset), moved(entity.end()));
        (entity.offset, entity.length) = (begin, end - begin);
    }
    entities.retain(|entity| entity.length > 0);
    Formatted {
        text: cleaned,
        entities,
    }
}

/// A plain text, cleaned and trimmed; `None` when there is nothing to see in it.
pub(crate) fn plain(text: &str) -> Option<String> {
    let formatted = Formatted {
        text: text.to_owned(),
        entities: vec![],
    };
    let text = clean(formatted).text;
    (!is_blank(&text)).then(|| text.trim_matches([' ', '\n']).to_owned())
}

/// Whether there is nothing to see in a text: spaces of all kinds, and characters without width.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        matches!(
            c,
            ' ' | '\n' | '\u{a0}' | '\u{1680}' | '\u{180e}' | '\u{2000}'..='\u{200f}' | '\u{202e}' | '\u{202f}'
                | '\u{205f}' | '\u{2800}' | '\u{3000}' | '\u{feff}' | '\u{fffc}' | '\u{e0000}'..='\u{e007f}'
        )
    })
}

/// Cuts a text into pieces of at most `most` UTF-16 units, as the apps do: at a line break or a space if there is one.
pub(crate) fn pieces(text: &str, most: usize) -> Vec<&str> {
    let mut pieces = vec![];
    let mut rest = text;
    while utf16_len(rest) > most {
        let mut units = 0;
        let end = rest
            .char_indices()
            .find(|(_, c)| {
                units += c.len_utf16();
                units > most
            })
            .map_or(rest.len(), |(end, _)| end);
        let cut = rest[..end]
            .rfind('\n')
            .or_else(|| rest[..end].rfind(' '))
            .filter(|cut| *cut > 0)
            .unwrap_or(end);
        pieces.push(&rest[..cut]);
        rest = rest[cut..].trim_start_matches([' ', '\n']);
    }
    pieces.push(rest);
    pieces.retain(|piece| !is_blank(piece));
    pieces
}

fn is_control(c: char) -> bool {
    c < ' ' && c != '\n'
}

/// Line separators, marks of direction that override others, and lines drawn through or under letters.
fn is_removed(c: char) -> bool {
    matches!(
        c,
        '\r' | '\u{2028}'..='\u{202e}' | '\u{333}' | '\u{33f}' | '\u{30a}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_words_and_lose_none() {
        let text = "слово ".repeat(1000);
        let pieces = pieces(text.trim(), 4096);
        assert_eq!(pieces.len(), 2);
        assert!(pieces.iter().all(|piece| utf16_len(piece) <= 4096));
        let words: usize = pieces.iter().map(|piece| piece.split(' ').count()).sum();
        assert_eq!(words, 1000);
        assert_eq!(super::pieces(&"😀".repeat(3000), 4096).len(), 2);
    }
}
