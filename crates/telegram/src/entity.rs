//! What stands out in a text: commands, mentions, links, formatting.

use super::lenient::{Lenient, fields};

/// A part of a text that Telegram marked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entity {
    /// What the part is.
    pub kind: EntityKind,
    /// Where it begins, in UTF-16 code units.
    pub offset: usize,
    /// How long it is, in UTF-16 code units.
    pub length: usize,
    /// Where a [`EntityKind::TextLink`] leads.
    pub url: Option<String>,
    /// Whom a [`EntityKind::TextMention`] means.
    pub user_id: Option<i64>,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $Kind:ident = $name:literal,)*) => {
        /// The kind of an [`Entity`]: `type` in the Bot API.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum EntityKind {
            $($(#[$doc])* $Kind,)*
            /// A kind that this version of the library does not know.
            Unknown,
        }

        impl EntityKind {
            /// The name in the Bot API; `unknown` for [`EntityKind::Unknown`].
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$Kind => $name,)*
                    Self::Unknown => "unknown",
                }
            }

            /// The kind of that name.
            #[must_use]
            pub fn from_name(name: &str) -> Self {
                match name {
                    $($name => Self::$Kind,)*
                    _ => Self::Unknown,
                }
            }
        }
    };
}

kinds! {
    /// `@username`
    Mention = "mention",
    /// `#hashtag`, or `#hashtag@chat`
    Hashtag = "hashtag",
    /// `$USD`, or `$USD@chat`
    Cashtag = "cashtag",
    /// `/start`, or `/start@bot`
    BotCommand = "bot_command",
    /// `https://telegram.org`
    Url = "url",
    /// `do-not-reply@telegram.org`
    Email = "email",
    /// `+1-212-555-0123`
    PhoneNumber = "phone_number",
    /// **bold**
    Bold = "bold",
    /// *italic*
    Italic = "italic",
    /// underlined
    Underline = "underline",
    /// struck through
    Strikethrough = "strikethrough",
    /// hidden until touched
    Spoiler = "spoiler",
    /// a quotation
    Blockquote = "blockquote",
    /// a quotation that is folded up
    ExpandableBlockquote = "expandable_blockquote",
    /// monospaced, within a line
    Code = "code",
    /// monospaced, a block
    Pre = "pre",
    /// a text that is a link
    TextLink = "text_link",
    /// a person without a username
    TextMention = "text_mention",
    /// an emoji of a custom set
    CustomEmoji = "custom_emoji",
    /// a date and a time
    DateTime = "date_time",
}

impl Entity {
    /// The part of `text` that it marks; `None` if it does not lie in it.
    #[must_use]
    pub fn of<'a>(&self, text: &'a str) -> Option<&'a str> {
        let begin = byte_at(text, self.offset)?;
        let rest = &text[begin..];
        Some(&rest[..byte_at(rest, self.length)?])
    }
}

/// The index of the byte at which the `units`th UTF-16 code unit of `text` begins.
fn byte_at(text: &str, units: usize) -> Option<usize> {
    let mut left = units;
    for (index, c) in text.char_indices() {
        if left == 0 {
            return Some(index);
        }
        left = left.checked_sub(c.len_utf16())?;
    }
    (left == 0).then_some(text.len())
}

impl Lenient for Entity {
    fn read(json: &[u8]) -> Option<Self> {
        let mut kind = EntityKind::Unknown;
        let (mut offset, mut length, mut url, mut user_id) = (None, None, None, None);
        for (key, value) in fields(json) {
            match &*key {
                b"type" => kind = EntityKind::from_name(&String::read(value)?),
                b"offset" => offset = i64::read(value),
                b"length" => length = i64::read(value),
                b"url" => url = String::read(value),
                b"user" => user_id = super::lenient::field(value, "id"),
                _ => {}
            }
        }
        Some(Self {
            kind,
            offset: usize::try_from(offset?).ok()?,
            length: usize::try_from(length?).ok()?,
            url,
            user_id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(offset: usize, length: usize, text: &str) -> Option<&str> {
        let json = format!(r#"{{"type":"new","offset":{offset},"length":{length}}}"#);
        Entity::read(json.as_bytes()).expect("an entity").of(text)
    }

    #[test]
    fn places_are_counted_in_utf_16() {
        assert_eq!(marked(0, 5, "/help, please"), Some("/help"));
        assert_eq!(marked(3, 2, "🦀 ыш"), Some("ыш"));
        assert_eq!(marked(0, 2, "🦀"), Some("🦀"));
        for (offset, length) in [(1, 1), (0, 1), (0, 3), (3, 0), (9, 9)] {
            assert_eq!(marked(offset, length, "🦀"), None, "{offset} {length}");
        }
        assert_eq!(marked(2, 0, "🦀"), Some(""));
    }
}
