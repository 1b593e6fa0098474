//! Buttons that open links, as administrators write them: «Текст https://…», one a line.

use serde::{Deserialize, Serialize};

/// The most of them below a message.
pub(crate) const MOST: usize = 10;

/// A button that opens a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LinkButton {
    pub(crate) text: String,
    pub(crate) url: String,
}

/// What is wrong with what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// The line of that number, from 1 on.
    Line(usize),
    TooMany,
}

/// Reads them; blank lines are none.
pub(crate) fn read(written: &str) -> Result<Vec<LinkButton>, Wrong> {
    let lines = (1..).zip(written.lines());
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    let buttons: Vec<_> = lines
        .map(|(number, line)| button(line).ok_or(Wrong::Line(number)))
        .collect::<Result<_, _>>()?;
    match buttons.len() {
        0 => Err(Wrong::Line(1)),
        1..=MOST => Ok(buttons),
        _ => Err(Wrong::TooMany),
    }
}

fn button(line: &str) -> Option<LinkButton> {
    let (text, url) = line.trim().rsplit_once(char::is_whitespace)?;
    let text = text.trim_end_matches(|c: char| c.is_whitespace() || "-–—:=|".contains(c));
    let schemes = ["https://", "http://", "tg://"];
    let rest = schemes.iter().find_map(|scheme| {
        let begins = url.get(..scheme.len())?.eq_ignore_ascii_case(scheme);
        begins.then(|| &url[scheme.len()..])
    })?;
    (!text.is_empty() && !rest.is_empty()).then(|| LinkButton {
        text: text.to_owned(),
        url: url.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_text_and_a_link() {
        let read = |written| {
            read(written).map(|buttons| {
                let buttons = buttons.into_iter();
                buttons.map(|it| (it.text, it.url)).collect::<Vec<_>>()
            })
        };
        let pair = |text: &str, url: &str| (text.to_owned(), url.to_owned());
        assert_eq!(
            read("Наш сайт https://example.org/?a=b\n\n Бот — tg://resolve?domain=x \n"),
            Ok(vec![
                pair("Наш сайт", "https://example.org/?a=b"),
                pair("Бот", "tg://resolve?domain=x")
            ])
        );
        for (wrong, line) in [
            ("", 1),
            ("https://example.org", 1),
            ("Сайт https://example.org\nСайт", 2),
            ("Сайт javascript:alert(1)", 1),
            ("— https://example.org", 1),
            ("Сайт https://", 1),
        ] {
            assert_eq!(read(wrong), Err(Wrong::Line(line)), "{wrong}");
        }
        let many = "Сайт https://example.org\n".repeat(11);
        assert_eq!(read(&many), Err(Wrong::TooMany));
    }
}
