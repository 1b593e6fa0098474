//! The entities of MarkdownV2: open ones, and what becomes of them when they end.

use crate::protocol::{
    objects::{Entity, User},
    text::links,
};

/// What an entity is; the names are those of Telegram's refusals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Bold,
    Italic,
    Underline,
    Strikethrough,
    Spoiler,
    Code,
    Pre,
    PreCode,
    TextUrl,
    CustomEmoji,
    BlockQuote,
}

impl Kind {
    /// The length of what ends it, in bytes.
    pub(super) fn end_length(self) -> usize {
        match self {
            Self::Underline | Self::Spoiler => 2,
            Self::Pre | Self::PreCode => 3,
            _ => 1,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Bold => "bold",
            Self::Italic => "italic",
            Self::Underline => "underline",
            Self::Strikethrough => "strikethrough",
            Self::Spoiler => "spoiler",
            Self::Code => "code",
            Self::Pre | Self::PreCode => "pre",
            Self::TextUrl => "text_link",
            Self::CustomEmoji => "custom_emoji",
            Self::BlockQuote => "blockquote",
        }
    }
}

/// An entity that waits for its end.
pub(super) struct Open {
    pub(super) kind: Kind,
    /// The language of a pre, the address of a link.
    pub(super) argument: Option<String>,
    /// Where its text begins, in UTF-16 units.
    pub(super) offset: usize,
    /// Where it was opened in the source, in bytes.
    pub(super) at: usize,
    /// Where its text begins, in bytes.
    pub(super) text_begin: usize,
}

impl Open {
    pub(super) fn has_no_end(&self) -> String {
        let Self { kind, at, .. } = self;
        format!("Can't find end of {kind:?} entity at byte offset {at}")
    }

    /// Its entity around `text`, which ends at `end`; `None` when it is around nothing, or its link leads nowhere.
    pub(super) fn entity(
        self,
        text: &str,
        end: usize,
        person: &dyn Fn(i64) -> Option<User>,
    ) -> Result<Option<Entity>, String> {
        let mut entity = Entity::new(self.kind.name(), self.offset, end - self.offset);
        match self.kind {
            Kind::PreCode => entity.language = self.argument,
            Kind::TextUrl => {
                let address = self.argument.as_deref().unwrap_or(text);
                if let Some(id) = links::user_id(address) {
                    // A person the bot cannot know is no mention, and no error either.
                    let Some(user) = person(id) else {
                        return Ok(None);
                    };
                    entity.kind = "text_mention".to_owned();
                    entity.user = Some(user);
                } else {
                    entity.url = links::checked(address);
                    if entity.url.is_none() {
                        return Ok(None);
                    }
                }
            }
            Kind::CustomEmoji => {
                let address = self
                    .argument
                    .ok_or("Custom emoji entity must contain a tg://emoji URL")?;
                if let Some(time) = links::time(&address) {
                    let (unix_time, format) = time?;
                    entity.kind = "date_time".to_owned();
                    entity.unix_time = Some(unix_time);
                    entity.date_time_format = format;
                } else {
                    entity.custom_emoji_id = Some(links::custom_emoji_id(&address)?);
                }
            }
            _ => {}
        }
        Ok(Some(entity).filter(|entity| entity.length > 0))
    }
}
