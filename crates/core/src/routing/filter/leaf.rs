//! The single conditions: what kinds of updates each is about, and whether it holds.

use std::{fmt, sync::Arc};

use regex::Regex;

use super::{Facts, Kinds, Known};
use crate::{
    Request,
    telegram::{Chat, ChatKind, Entity, EntityKind, Message, Update, UpdateKind},
};

/// What messages may hold that is a file.
const MEDIA: [&str; 10] = [
    "animation",
    "audio",
    "document",
    "live_photo",
    "paid_media",
    "photo",
    "sticker",
    "video",
    "video_note",
    "voice",
];

/// One condition. Each is made by the function of its name in [`filter`](super).
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Leaf {
    Kind(UpdateKind),
    /// By its name, whose case is ignored.
    Command(Arc<str>),
    /// `/start` with a payload that begins so.
    StartPayload(Arc<str>),
    /// `/start` with a payload that is read as a type.
    Link(Payload),
    /// By the beginning of the button's data.
    Callback(Arc<str>),
    /// By its name.
    State(Arc<str>),
    /// By the name of the field.
    Service(&'static str),
    /// By the name of the field.
    Content(&'static str),
    Media,
    Text,
    Caption,
    TextIs(Arc<str>),
    TextStarts(Arc<str>),
    TextMatches(Pattern),
    Entity(EntityKind),
    Private,
    Group,
    Channel,
    Chat(i64),
    Thread(i64),
    Forwarded,
    Reply,
    From(Arc<[i64]>),
    FromBot,
    /// By its name.
    Event(Arc<str>),
    When(Predicate),
}

/// What links of one type carry; by its prefix it is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Payload {
    pub(super) prefix: &'static str,
    pub(super) is_read: fn(&str) -> bool,
}

/// A regular expression.
#[derive(Clone, Debug)]
pub(super) struct Pattern(pub(super) Arc<Regex>);

/// A condition of the author's own.
#[derive(Clone)]
pub(super) struct Predicate {
    pub(super) name: Arc<str>,
    pub(super) holds: Arc<dyn Fn(&Request) -> bool + Send + Sync>,
}

impl Leaf {
    /// The kinds of updates it is about.
    pub(super) fn kinds(&self) -> Kinds {
        match self {
            Self::Kind(kind) => Kinds::of(&[*kind]),
            Self::Callback(_) => Kinds::of(&[UpdateKind::CallbackQuery]),
            Self::State(_) | Self::Thread(_) => Kinds::MESSAGES_AND_PRESSES,
            Self::Private | Self::Group | Self::Channel | Self::Chat(_) => Kinds::IN_CHATS,
            Self::From(_) | Self::FromBot => Kinds::OF_USERS,
            Self::Event(_) => Kinds::EVENTS,
            Self::When(_) => Kinds::ALL,
            _ => Kinds::MESSAGES,
        }
    }

    /// Whether it holds for an update of a kind that it is about; `None` if only the state of the
    /// dialogue tells, which is not known yet.
    pub(super) fn holds(&self, facts: &Facts<'_>, state: Known<'_>) -> Option<bool> {
        let update = facts.update();
        let text = || update.text();
        Some(match self {
            Self::Kind(kind) => update.kind == *kind,
            Self::Command(name) => {
                let command = facts.command();
                command.is_some_and(|command| command.name.eq_ignore_ascii_case(name))
            }
            Self::StartPayload(prefix) => facts.command().is_some_and(|command| {
                command.name.eq_ignore_ascii_case("start") && command.args.starts_with(&**prefix)
            }),
            Self::Link(payload) => facts.command().is_some_and(|command| {
                command.name.eq_ignore_ascii_case("start") && (payload.is_read)(command.args)
            }),
            Self::Callback(prefix) => {
                let query = update.callback_query();
                let data = query.and_then(|query| query.data.as_deref());
                data.is_some_and(|data| data.starts_with(&**prefix))
            }
            Self::State(name) => {
                if let Some(message) = facts.message()
                    && (!message.is_said() || facts.is_command())
                {
                    return Some(false);
                }
                match state {
                    Known::NotYet => return None,
                    Known::Is(state) => state == Some(name),
                }
            }
            Self::Service(name) => facts.message().is_some_and(|it| it.service == Some(name)),
            Self::Content(name) => facts.message().is_some_and(|it| it.content == Some(name)),
            Self::Media => {
                let content = facts.message().and_then(|message| message.content);
                content.is_some_and(|content| MEDIA.contains(&content))
            }
            Self::Text => text().is_some() && !facts.is_for_another_bot(),
            Self::Caption => facts.message().is_some_and(|it| it.caption.is_some()),
            Self::TextIs(whole) => text() == Some(whole),
            Self::TextStarts(prefix) => text().is_some_and(|text| text.starts_with(&**prefix)),
            Self::TextMatches(regex) => text().is_some_and(|text| regex.0.is_match(text)),
            Self::Entity(kind) => {
                let is_such = |entity: &Entity| entity.kind == *kind;
                facts
                    .message()
                    .is_some_and(|it| it.entities.iter().any(is_such))
            }
            Self::Private => update.is_private(),
            Self::Group => update.chat().is_some_and(Chat::is_group),
            Self::Channel => update.chat().is_some_and(|it| it.kind == ChatKind::Channel),
            Self::Chat(id) => update.chat_id() == Some(*id),
            Self::Thread(id) => update.message().and_then(|it| it.message_thread_id) == Some(*id),
            Self::Forwarded => facts.message().is_some_and(|it| it.is_forwarded),
            Self::Reply => facts.message().is_some_and(answers),
            Self::From(ids) => update.person().is_some_and(|it| ids.contains(&it.id)),
            Self::FromBot => facts.is_from_bot(),
            Self::Event(name) => is_event(update, name),
            Self::When(predicate) => (predicate.holds)(facts.request()),
        })
    }

    /// Whether it holds wherever `other` does, of updates that both are about.
    pub(super) fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Callback(prefix), Self::Callback(longer)) => longer.starts_with(&**prefix),
            (Self::Command(name), Self::Command(other)) => name.eq_ignore_ascii_case(other),
            (Self::Command(name), Self::StartPayload(_) | Self::Link(_)) => {
                name.eq_ignore_ascii_case("start")
            }
            (Self::StartPayload(prefix), Self::Link(payload)) => {
                payload.prefix.starts_with(&**prefix)
            }
            (Self::StartPayload(prefix), Self::StartPayload(longer)) => {
                longer.starts_with(&**prefix)
            }
            (Self::Text, Self::Command(_) | Self::StartPayload(_) | Self::Link(_)) => true,
            // What begins otherwise is no command of another bot.
            (Self::Text, Self::TextIs(text) | Self::TextStarts(text)) => {
                !text.is_empty() && !text.starts_with('/')
            }
            (Self::TextStarts(prefix), Self::TextStarts(longer) | Self::TextIs(longer)) => {
                longer.starts_with(&**prefix)
            }
            (Self::TextMatches(regex), Self::TextIs(text)) => regex.0.is_match(text),
            (Self::Media, Self::Content(content)) => MEDIA.contains(content),
            (Self::From(ids), Self::From(fewer)) => fewer.iter().all(|id| ids.contains(id)),
            _ => self == other,
        }
    }
}

/// Kept apart from the conditions on what people send, which every update passes.
#[inline(never)]
fn is_event(update: &Update, name: &str) -> bool {
    update.event().is_some_and(|it| it.name == name)
}

/// Whether a message answers another one. In a topic everything that answers nothing seems to answer
/// the message that opened it.
fn answers(message: &Message) -> bool {
    let Some(answered) = &message.reply_to_message else {
        return false;
    };
    !message.is_topic_message || message.message_thread_id != Some(answered.message_id)
}

impl PartialEq for Payload {
    fn eq(&self, other: &Self) -> bool {
        self.prefix == other.prefix
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

/// Code cannot be compared: only what was cloned is the same.
impl PartialEq for Predicate {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.holds, &other.holds)
    }
}

impl fmt::Debug for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Predicate").field(&self.name).finish()
    }
}
