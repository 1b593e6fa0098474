//! What a route takes, as data.

use std::fmt;

use crate::{Request, UpdateKind};

/// What a route takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Filter {
    /// A message that begins with `/name`, or with `/name@our_bot`; case is ignored.
    Command(&'static str),
    /// A message, no command, of a user whose dialogue is in the state of that name.
    State(&'static str),
    /// A pressed button whose data begin with the prefix.
    Callback(&'static str),
    /// A message with a text or a caption.
    Text,
    /// Every update of a kind.
    Kind(UpdateKind),
}

/// How a filter stands to an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    Yes,
    No,
    /// Yes, if the dialogue is in the state of that name.
    IfState(&'static str),
}

impl Filter {
    /// The kind of updates that the filter takes.
    #[must_use]
    pub fn kind(self) -> UpdateKind {
        match self {
            Self::Command(_) | Self::State(_) | Self::Text => UpdateKind::Message,
            Self::Callback(_) => UpdateKind::CallbackQuery,
            Self::Kind(kind) => kind,
        }
    }

    /// Whether nothing that `other` takes is left over when this filter comes first.
    pub(super) fn covers(self, other: Self) -> bool {
        match (self, other) {
            (Self::Kind(kind), _) => kind == other.kind(),
            (Self::Callback(prefix), Self::Callback(longer)) => longer.starts_with(prefix),
            (Self::Command(name), Self::Command(other)) => name.eq_ignore_ascii_case(other),
            (Self::Text, Self::Command(_)) => true,
            _ => self == other,
        }
    }

    pub(super) fn matches(self, request: &Request) -> Match {
        let update = &request.update;
        if update.kind != self.kind() {
            return Match::No;
        }
        let yes = match self {
            Self::Kind(_) => true,
            Self::Text => update.text().is_some(),
            Self::Command(name) => command(request).is_some_and(|c| c.eq_ignore_ascii_case(name)),
            Self::Callback(prefix) => {
                let data = update
                    .callback_query()
                    .and_then(|query| query.data.as_deref());
                data.is_some_and(|data| data.starts_with(prefix))
            }
            Self::State(name) => match command(request) {
                None => return Match::IfState(name),
                Some(_) => false,
            },
        };
        if yes { Match::Yes } else { Match::No }
    }
}

/// The name of the command for this bot that the message begins with.
fn command(request: &Request) -> Option<&str> {
    let word = request
        .update
        .text()?
        .strip_prefix('/')?
        .split(char::is_whitespace)
        .next()?;
    match word.split_once('@') {
        None => Some(word),
        Some((name, bot)) => request
            .bot
            .username()
            .is_none_or(|username| username.eq_ignore_ascii_case(bot))
            .then_some(name),
    }
    .filter(|name| !name.is_empty())
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(name) => write!(f, "/{name}"),
            Self::State(name) => write!(f, "state {name}"),
            Self::Callback(prefix) => write!(f, "callback {prefix}"),
            Self::Text => f.write_str("text"),
            Self::Kind(kind) => f.write_str(kind.as_str()),
        }
    }
}
