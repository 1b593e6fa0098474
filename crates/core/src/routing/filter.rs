//! What a route takes, as data.

use std::fmt;

use crate::{
    Request, UpdateKind,
    telegram::{Command, Content, Message},
};

/// What a route takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Filter {
    /// A message that begins with `/name`, or with `/name@our_bot`, as Telegram marks it; case is
    /// ignored.
    Command(&'static str),
    /// What a user says, no command, whose dialogue is in the state of that name.
    State(&'static str),
    /// A pressed button whose data begin with the prefix.
    Callback(&'static str),
    /// What Telegram tells of a chat, by the name of its field.
    Service(&'static str),
    /// A message with a text or a caption; not the command of another bot.
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
            Self::Command(_) | Self::State(_) | Self::Service(_) | Self::Text => {
                UpdateKind::Message
            }
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
            Self::Text => update.text().is_some() && !is_for_another_bot(request),
            Self::Service(name) => message(request).is_some_and(|it| it.service == Some(name)),
            Self::Command(name) => {
                command(request).is_some_and(|command| command.name.eq_ignore_ascii_case(name))
            }
            Self::Callback(prefix) => {
                let data = update
                    .callback_query()
                    .and_then(|query| query.data.as_deref());
                data.is_some_and(|data| data.starts_with(prefix))
            }
            Self::State(name) => {
                let is_said = message(request).is_some_and(Message::is_said);
                if is_said && update.command().is_none() {
                    return Match::IfState(name);
                }
                false
            }
        };
        if yes { Match::Yes } else { Match::No }
    }
}

/// The command that the message begins with, if it is for this bot.
fn command(request: &Request) -> Option<Command<'_>> {
    let command = request.update.command()?;
    command.is_for(request.bot.username()).then_some(command)
}

/// Whether the message is a command of another bot, and so nothing of ours.
pub(super) fn is_for_another_bot(request: &Request) -> bool {
    let command = request.update.command();
    command.is_some_and(|command| !command.is_for(request.bot.username()))
}

fn message(request: &Request) -> Option<&Message> {
    match &request.update.content {
        Content::Message(message) => Some(message),
        _ => None,
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(name) => write!(f, "/{name}"),
            Self::State(name) => write!(f, "state {name}"),
            Self::Callback(prefix) => write!(f, "callback {prefix}"),
            Self::Service(name) => write!(f, "service {name}"),
            Self::Text => f.write_str("text"),
            Self::Kind(kind) => f.write_str(kind.as_str()),
        }
    }
}
