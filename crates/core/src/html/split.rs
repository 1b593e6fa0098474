//! A long HTML text as several, each short enough and whole: tags are closed at the end of one and
//! opened again at the beginning of the next.

use super::shorten::{Piece, pieces};

/// Splits a text into parts of `most` UTF-16 units at the most, as they are shown: between two
/// paragraphs if one ends in the second half of a part, or else between two lines, between two
/// words, or where it must be.
pub(crate) fn split(html: &str, most: usize) -> Vec<String> {
    let pieces: Vec<_> = pieces(html).collect();
    let mut parts = Vec::new();
    let mut open = Vec::new();
    let mut rest = pieces.as_slice();
    while !rest.is_empty() {
        let (part, after) = rest.split_at(end_of_part(rest, most));
        rest = after;
        let mut text = Part::new(open);
        for piece in part {
            text.take(piece);
        }
        open = text.open.iter().map(|tag| tag.piece).collect();
        parts.extend(text.end());
    }
    parts
}

/// How many pieces are of the first part.
fn end_of_part(pieces: &[Piece<'_>], most: usize) -> usize {
    let mut shown = 0;
    // The last place behind a space, a line, a paragraph; and what is shown before it.
    let (mut word, mut line, mut paragraph) = (None, None, None);
    let (mut before, mut emoji) = (None, None);
    for (index, piece) in pieces.iter().enumerate() {
        let Piece::Shown(character, _) = piece else {
            match piece {
                Piece::Begin("tg-emoji", _) => emoji = Some(index),
                Piece::End("tg-emoji") => emoji = None,
                _ => {}
            }
            continue;
        };
        // White space at the end of a part is not sent, so it need not fit.
        if shown + character.len_utf16() > most && !character.is_whitespace() {
            let in_second_half = |place: &Option<(usize, usize)>| {
                place
                    .filter(|(_, shown)| shown * 2 >= most)
                    .map(|(index, _)| index)
            };
            let good = in_second_half(&paragraph).or(in_second_half(&line));
            let any = word
                .map(|(index, _)| index)
                .or(emoji.filter(|index| *index > 0));
            return good.or(any).unwrap_or(index.max(1));
        }
        shown += character.len_utf16();
        if character.is_whitespace() {
            let place = Some((index + 1, shown));
            word = place;
            if *character == '\n' {
                line = place;
                if before == Some('\n') {
                    paragraph = place;
                }
            }
        }
        before = Some(*character);
    }
    pieces.len()
}

/// A part of a text as it is put together.
struct Part<'a> {
    text: String,
    open: Vec<Open<'a>>,
    /// Whether there is more in it than white space.
    is_shown: bool,
}

/// A tag that is open, and whether it is written: it is as soon as something is shown in it.
struct Open<'a> {
    piece: (&'a str, &'a str),
    is_written: bool,
}

impl<'a> Part<'a> {
    fn new(open: Vec<(&'a str, &'a str)>) -> Self {
        let open = open.into_iter().map(|piece| Open {
            piece,
            is_written: false,
        });
        Self {
            text: String::new(),
            open: open.collect(),
            is_shown: false,
        }
    }

    fn take(&mut self, piece: &Piece<'a>) {
        match *piece {
            Piece::Begin(name, written) => self.open.push(Open {
                piece: (name, written),
                is_written: false,
            }),
            Piece::End(_) => {
                if let Some(Open {
                    piece: (name, _),
                    is_written: true,
                }) = self.open.pop()
                {
                    self.close(name);
                }
            }
            Piece::Shown(character, written) => self.show(character, written),
        }
    }

    fn show(&mut self, character: char, written: &str) {
        // At its beginning no white space is sent, but in code.
        let is_white = character.is_whitespace();
        let is_code = || {
            self.open
                .iter()
                .any(|tag| tag.piece.0.eq_ignore_ascii_case("pre"))
        };
        if self.text.is_empty() && is_white && (character == '\n' || !is_code()) {
            return;
        }
        for tag in self.open.iter_mut().filter(|tag| !tag.is_written) {
            self.text.push_str(tag.piece.1);
            tag.is_written = true;
        }
        self.text.push_str(written);
        self.is_shown |= !is_white;
    }

    fn close(&mut self, name: &str) {
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }

    /// The text, unless nothing is shown of it.
    fn end(mut self) -> Option<String> {
        if !self.is_shown {
            return None;
        }
        self.text.truncate(self.text.trim_end().len());
        while let Some(tag) = self.open.pop() {
            if tag.is_written {
                self.close(tag.piece.0);
            }
        }
        Some(self.text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::shorten::{Piece, pieces, plain},
        *,
    };

    #[test]
    fn a_short_text_stays_and_a_blank_one_is_none() {
        assert_eq!(split("<b>а</b> б", 4096), ["<b>а</b> б"]);
        assert!(split(" \n", 4096).is_empty());
    }

    #[test]
    fn the_best_place_in_the_second_half_is_taken() {
        assert_eq!(split("аа бб\n\nвв гг\nдд", 14), ["аа бб", "вв гг\nдд"]);
        assert_eq!(
            split("а\n\nбб вв гг\nдд ее", 12),
            ["а\n\nбб вв гг", "дд ее"]
        );
        assert_eq!(split("а\n\nбб вв гг", 8), ["а\n\nбб вв", "гг"]);
        assert_eq!(split("ааааа", 2), ["аа", "аа", "а"]);
    }

    #[test]
    fn what_is_shown_counts_and_markup_does_not() {
        assert_eq!(split("<b>аб</b>&lt;&amp;", 4), ["<b>аб</b>&lt;&amp;"]);
        assert_eq!(split("😀😀", 3), ["😀", "😀"]);
        // White space that a part ends with is not sent.
        assert_eq!(split("аб вг", 2), ["аб", "вг"]);
    }

    #[test]
    fn tags_are_closed_and_opened_again() {
        let html = "<b>аа <a href=\"https://x?a&amp;b\">бб вв</a></b> гг";
        let parts = [
            "<b>аа <a href=\"https://x?a&amp;b\">бб</a></b>",
            "<b><a href=\"https://x?a&amp;b\">вв</a></b> гг",
        ];
        assert_eq!(split(html, 5), parts);
        // No tag is opened around nothing.
        assert_eq!(split("<b>аа</b> <i>бб</i>", 2), ["<b>аа</b>", "<i>бб</i>"]);
        let code = "<pre><code class=\"language-rust\">a\n  b</code></pre>";
        let parts = [
            "<pre><code class=\"language-rust\">a</code></pre>",
            "<pre><code class=\"language-rust\">  b</code></pre>",
        ];
        assert_eq!(split(code, 3), parts);
    }

    #[test]
    fn a_custom_emoji_is_not_cut() {
        let emoji = "<tg-emoji emoji-id=\"7\">👩‍🚀</tg-emoji>";
        assert_eq!(split(&format!("абв{emoji}"), 5), ["абв", emoji]);
    }

    proptest! {
        #[test]
        fn every_part_is_whole_and_short_and_nothing_is_lost(
            html in "(<b>|</b>|<i>|</i>|<pre>|</pre>|<br>|&lt;|&#1103;|😀|а| |\n|\n\n|слово){0,60}",
            most in 1_usize..12,
        ) {
            let most = most.max(2);
            let parts = split(&html, most);
            let mut shown = String::new();
            for part in &parts {
                let text = plain(part);
                prop_assert!(text.trim_end().encode_utf16().count() <= most, "{part:?}");
                let mut open = Vec::new();
                for piece in pieces(part) {
                    match piece {
                        Piece::Begin(name, _) => open.push(name),
                        Piece::End(name) => prop_assert_eq!(open.pop(), Some(name), "{:?}", part),
                        Piece::Shown(..) => {}
                    }
                }
                prop_assert!(open.is_empty(), "{part:?}");
                shown.push_str(&text);
            }
            let words = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(words(&shown), words(&plain(&html)));
        }
    }
}
