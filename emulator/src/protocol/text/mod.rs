//! Message texts: from what a bot or a person wrote to plain text with entities.

mod clean;
mod detect;
mod fix;
mod html;
mod links;
mod markdown;
mod markdown_v2;
mod trim;

pub(crate) use self::{
    clean::{clean, is_blank, pieces, plain},
    detect::{found, is_found},
    links::checked as link,
    trim::trim,
};
use crate::protocol::objects::{Entity, User};

/// A plain text and its entities.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Formatted {
    pub(crate) text: String,
    pub(crate) entities: Vec<Entity>,
}

/// Parses a text as the `parse_mode` of this name says (its case is ignored); `None` when there is no such mode. `person`
/// finds those that `tg://user?id=` links name. The error is the text after "can't parse entities: ".
pub(crate) fn parse(
    mode: &str,
    source: &str,
    person: &dyn Fn(i64) -> Option<User>,
) -> Option<Result<Formatted, String>> {
    match mode.to_ascii_lowercase().as_str() {
        "html" => Some(html::parse(source, person)),
        "markdown" => Some(markdown::parse(source, person)),
        "markdownv2" => Some(markdown_v2::parse(source, person)),
        _ => None,
    }
}

/// What follows the three backticks that open a pre: its language, if white space ends it, and the text after it and one
/// line break.
fn language(inner: &str) -> (Option<String>, &str) {
    let is_space = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n' | '\x0b');
    let end = inner.find(|c| is_space(c) || c == '`');
    let end = end.filter(|end| *end > 0 && !inner[*end..].starts_with('`'));
    let language = end.map(|end| inner[..end].to_owned());
    let text = &inner[end.unwrap_or(0)..];
    let breaks = ["\r\n", "\n\r", "\n", "\r"];
    let text = breaks
        .iter()
        .find_map(|line_break| text.strip_prefix(line_break))
        .unwrap_or(text);
    (language, text)
}

/// The length Telegram counts: UTF-16 units.
pub(crate) fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Puts entities into the order Telegram returns them in: outer before inner.
pub(crate) fn sort(entities: &mut [Entity]) {
    entities.sort_by_key(|entity| {
        (
            entity.offset,
            std::cmp::Reverse(entity.length),
            rank(&entity.kind),
        )
    });
}

/// Which of two entities over the same text is the outer one.
fn rank(kind: &str) -> u8 {
    match kind {
        "blockquote" | "expandable_blockquote" => 0,
        "pre" => 10,
        "code" => 20,
        "text_link" | "text_mention" => 49,
        "bold" => 90,
        "italic" => 91,
        "underline" => 92,
        "strikethrough" => 93,
        "spoiler" => 94,
        "custom_emoji" => 99,
        _ => 50,
    }
}
