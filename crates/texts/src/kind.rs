//! What a message is for, as its name says.

/// What a message is for: that decides what it may hold, and what its method gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text in Telegram's HTML.
    Html,
    /// `*-button`: what stands on a button or key.
    Button,
    /// `*-toast`: a note over the chat, up to 200 characters.
    Toast,
    /// `cmd-*`: the description of a command, 1 to 256 characters.
    Command,
    /// `*-plain`: any other text that has no markup, such as a title; the `language-name`.
    Plain,
}

impl Kind {
    /// By the name of a message or of an attribute.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let ends = |suffix: &str| {
            let rest = name.strip_suffix(suffix);
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('-'))
        };
        match name {
            "language-name" => Self::Plain,
            _ if name.starts_with("cmd-") => Self::Command,
            _ if ends("button") => Self::Button,
            _ if ends("toast") => Self::Toast,
            _ if ends("plain") => Self::Plain,
            _ => Self::Html,
        }
    }

    /// Whether it is markup.
    #[must_use]
    pub fn is_html(self) -> bool {
        self == Self::Html
    }

    /// The most characters, where Telegram takes no more.
    #[must_use]
    pub fn most(self) -> Option<usize> {
        match self {
            Self::Toast => Some(200),
            Self::Command => Some(256),
            _ => None,
        }
    }

    /// Whether it may be blank.
    pub(crate) fn may_be_blank(self) -> bool {
        matches!(self, Self::Html | Self::Plain)
    }
}
