//! HTML texts made shorter, or plain: what is said when Telegram refuses one as it is.

use std::borrow::Cow;

/// The tags of Telegram's HTML: <https://core.telegram.org/bots/api#html-style>.
const TAGS: [&str; 18] = [
    "b",
    "strong",
    "i",
    "em",
    "u",
    "ins",
    "s",
    "strike",
    "del",
    "span",
    "tg-spoiler",
    "a",
    "code",
    "pre",
    "blockquote",
    "tg-emoji",
    "tg-time",
    "br",
];

/// A piece of an HTML text.
#[derive(Debug, PartialEq)]
pub(super) enum Piece<'a> {
    /// `<b>`: the name, and the whole of it.
    Begin(&'a str, &'a str),
    /// `</b>`: the name.
    End(&'a str),
    /// What is shown, and as what it is written.
    Shown(char, &'a str),
}

/// Takes the text apart; what is no tag of Telegram's is shown as it is.
pub(super) fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let (piece, length) = match first {
            '<' => tag(rest),
            '&' => entity(rest),
            _ => None,
        }
        .unwrap_or((
            Piece::Shown(first, &rest[..first.len_utf8()]),
            first.len_utf8(),
        ));
        rest = &rest[length..];
        Some(piece)
    })
}

fn tag(text: &str) -> Option<(Piece<'_>, usize)> {
    let end = text.find('>')?;
    let inner = &text[1..end];
    let (name, is_end) = match inner.strip_prefix('/') {
        Some(name) => (name, true),
        None => (inner, false),
    };
    let name = name.split(|c: char| c.is_whitespace() || c == '/').next()?;
    let known = TAGS.iter().any(|tag| tag.eq_ignore_ascii_case(name));
    let written = &text[..=end];
    let piece = match is_end {
        true => Piece::End(name),
        // It has no end, and shows a new line.
        false if name.eq_ignore_ascii_case("br") => Piece::Shown('\n', written),
        false => Piece::Begin(name, written),
    };
    known.then_some((piece, end + 1))
}

fn entity(text: &str) -> Option<(Piece<'_>, usize)> {
    // The longest is a number of seven digits.
    let end = text.bytes().take(12).position(|byte| byte == b';')?;
    let shown = match &text[1..end] {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        number => {
            let number = number.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((Piece::Shown(shown, &text[..=end]), end + 1))
}

/// Whether nothing is shown of the text.
pub fn is_blank(html: &str) -> bool {
    let is_seen = |piece| matches!(piece, Piece::Shown(character, _) if !character.is_whitespace());
    !pieces(html).any(is_seen)
}

/// The text without its tags.
pub fn plain(html: &str) -> String {
    let shown = pieces(html).filter_map(|piece| match piece {
        Piece::Shown(character, _) => Some(character),
        _ => None,
    });
    shown.collect()
}

/// The beginning of an HTML text, of `most` UTF-16 units at the most as it is shown, with «…» at
/// its end and all tags closed. A text that is short enough stays.
pub fn shorten(html: &str, most: usize) -> Cow<'_, str> {
    let length: usize = pieces(html)
        .map(|piece| match piece {
            Piece::Shown(character, _) => character.len_utf16(),
            _ => 0,
        })
        .sum();
    if length <= most {
        return Cow::Borrowed(html);
    }
    let (mut short, mut open, mut left) = (String::new(), Vec::new(), most - 1);
    for piece in pieces(html) {
        match piece {
            Piece::Begin(name, written) => {
                short.push_str(written);
                open.push(name);
            }
            Piece::End(name) => {
                short.push_str("</");
                short.push_str(name);
                short.push('>');
                open.pop();
            }
            Piece::Shown(character, written) => {
                let Some(after) = left.checked_sub(character.len_utf16()) else {
                    break;
                };
                left = after;
                short.push_str(written);
            }
        }
    }
    short.push('…');
    for name in open.into_iter().rev() {
        short.push_str("</");
        short.push_str(name);
        short.push('>');
    }
    Cow::Owned(short)
}

/// The beginning of a plain text, of `most` UTF-16 units at the most, with «…» at its end. A text
/// that is short enough stays.
pub fn shorten_plain(text: &str, most: usize) -> Cow<'_, str> {
    if text.encode_utf16().count() <= most {
        return Cow::Borrowed(text);
    }
    let mut left = most - 1;
    let fits = text.chars().take_while(|character| {
        left.checked_sub(character.len_utf16())
            .inspect(|after| left = *after)
            .is_some()
    });
    let mut short: String = fits.collect();
    short.push('…');
    Cow::Owned(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_counted_and_tags_are_closed() {
        let html = "<b>аб<i>вг&lt;</i></b>д";
        assert_eq!(shorten(html, 6), html);
        assert_eq!(shorten(html, 5), "<b>аб<i>вг…</i></b>");
        assert_eq!(shorten(html, 3), "<b>аб<i>…</i></b>");
        assert_eq!(shorten("a<br>b<br/>c", 3), "a<br>…");
        assert_eq!(
            shorten("<a href=\"https://x?a&amp;b\">abc</a>", 2),
            "<a href=\"https://x?a&amp;b\">a…</a>"
        );
    }

    #[test]
    fn no_character_is_cut_in_two() {
        assert_eq!(shorten("😀😀😀", 5), "😀😀…");
        assert_eq!(shorten("😀😀😀", 4), "😀…");
        assert_eq!(shorten_plain("😀😀😀", 4), "😀…");
        assert_eq!(shorten_plain("abc", 3), "abc");
    }

    #[test]
    fn a_plain_text_keeps_what_is_no_tag() {
        for (html, text) in [
            ("<b>Привет</b>, Анна <3 &amp; <i>Ко", "Привет, Анна <3 & Ко"),
            ("a < b > c &nbsp; &#1103;&#x44f; &", "a < b > c &nbsp; яя &"),
            ("<вася> <unknown>x</unknown>", "<вася> <unknown>x</unknown>"),
            ("<pre><code class=\"language-rust\">x</code></pre>", "x"),
            ("<b", "<b"),
        ] {
            assert_eq!(plain(html), text);
        }
    }
}
