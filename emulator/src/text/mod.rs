//! Message texts: from what a bot or a person wrote to plain text with entities.

mod detect;
mod html;
mod trim;

pub(crate) use self::{detect::found, html::parse as parse_html, trim::trim};
use crate::objects::Entity;

/// A plain text and its entities.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Formatted {
    pub(crate) text: String,
    pub(crate) entities: Vec<Entity>,
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
