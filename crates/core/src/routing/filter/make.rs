//! The conditions, a function each.

use std::sync::Arc;

use regex::Regex;

use super::{
    Filter,
    leaf::{Leaf, Pattern, Payload, Predicate},
};
use crate::{
    CallbackData, DeepLink, DialogueState, Event, Request,
    telegram::{EntityKind, Message},
};

/// A message that begins with `/name`, or with `/name@our_bot`, as Telegram marks it; case is
/// ignored.
///
/// # Panics
///
/// If the name is empty, or holds a slash, `@` or a space.
#[track_caller]
pub fn command(name: impl Into<Arc<str>>) -> Filter {
    let name = name.into();
    assert!(
        !name.is_empty() && !name.contains(|c: char| c == '/' || c == '@' || c.is_whitespace()),
        "a command is registered without its slash: `start`, not {name:?}"
    );
    Filter::leaf(Leaf::Command(name))
}

/// `/start` with a payload that begins with `prefix`: who comes by a link `t.me/<bot>?start=<payload>`.
pub fn start_payload(prefix: impl Into<Arc<str>>) -> Filter {
    Filter::leaf(Leaf::StartPayload(prefix.into()))
}

/// `/start` with a payload of the type `T`; one that cannot be read as such, since another version of the bot
/// made it, is not taken.
pub fn link<T: DeepLink>() -> Filter {
    Filter::leaf(Leaf::Link(Payload {
        prefix: T::PREFIX,
        is_read: |payload| T::decode(payload).is_ok(),
    }))
}

/// A pressed button with data of the type `T`, those that cannot be read any more included.
pub fn press<T: CallbackData>() -> Filter {
    callback(T::PREFIX)
}

/// A pressed button whose data begin with `prefix`.
pub fn callback(prefix: impl Into<Arc<str>>) -> Filter {
    Filter::leaf(Leaf::Callback(prefix.into()))
}

/// An event of the service's own, of the type `E`.
///
/// # Panics
///
/// If its name is invalid: see [`Event::NAME`].
#[track_caller]
pub fn event<E: Event>() -> Filter {
    crate::event::check_name(E::NAME);
    event_named(E::NAME)
}

/// An event of that name.
#[doc(hidden)]
pub fn event_named(name: impl Into<Arc<str>>) -> Filter {
    Filter::leaf(Leaf::Event(name.into()))
}

/// What the sender says, no command, or presses, while the dialogue is in the state `S`. For presses
/// join it with what they are: `callback("form:") & state::<Confirm>()`.
pub fn state<S: DialogueState>() -> Filter {
    state_named(S::NAME)
}

/// [`state`] by its name.
pub fn state_named(name: impl Into<Arc<str>>) -> Filter {
    Filter::leaf(Leaf::State(name.into()))
}

/// What Telegram tells of a chat, by the name of its field: `pinned_message`, `new_chat_members`,
/// `successful_payment`.
///
/// # Panics
///
/// If no message has such a field.
#[track_caller]
pub fn service(field: &'static str) -> Filter {
    assert!(
        Message::is_name_of_service(field),
        "no message of Telegram's has the field {field:?}"
    );
    Filter::leaf(Leaf::Service(field))
}

/// A message that holds what the field of that name does: `dice`, `poll`, `story`. The most frequent
/// ones have functions of their own.
///
/// # Panics
///
/// If no message holds such a thing.
#[track_caller]
pub fn content(field: &'static str) -> Filter {
    assert!(
        Message::is_name_of_content(field),
        "no message holds a {field:?}: what Telegram tells of a chat is `service`"
    );
    Filter::leaf(Leaf::Content(field))
}

macro_rules! contents {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        pub fn $name() -> Filter {
            content(stringify!($name))
        }
    )*};
}

contents! {
    /// A message with a photo.
    photo,
    /// A message with a video.
    video,
    /// A message with an animation: a GIF, or a video without sound.
    animation,
    /// A message with a piece of music.
    audio,
    /// A voice message.
    voice,
    /// A round video message.
    video_note,
    /// A message with a file that is none of the others.
    document,
    /// A message with a sticker.
    sticker,
    /// A message with somebody's contact.
    contact,
    /// A message with a place on the map; one with a name and an address is a [`venue`].
    location,
    /// A message with a place that has a name and an address.
    venue,
}

/// A message with a file: a photo, a video, a document, a sticker, a voice and the like.
pub fn media() -> Filter {
    Filter::leaf(Leaf::Media)
}

/// A message with a text or a caption; not the command of another bot.
pub fn text() -> Filter {
    Filter::leaf(Leaf::Text)
}

/// A message with a caption: what stands below a photo or other media.
pub fn caption() -> Filter {
    Filter::leaf(Leaf::Caption)
}

/// A message whose text or caption is this, to the letter: what a button of a reply keyboard says.
pub fn text_is(text: impl Into<Arc<str>>) -> Filter {
    Filter::leaf(Leaf::TextIs(text.into()))
}

/// A message whose text or caption begins so.
pub fn text_starts(prefix: impl Into<Arc<str>>) -> Filter {
    Filter::leaf(Leaf::TextStarts(prefix.into()))
}

/// A message in whose text or caption the pattern is found; the syntax is that of the crate
/// [regex](https://docs.rs/regex/latest/regex/#syntax). Anchor it for the whole: `^\d{6}$`, and begin
/// with `(?i)` for any case, of Cyrillic too.
///
/// # Panics
///
/// If it is no pattern.
#[track_caller]
pub fn regex(pattern: &str) -> Filter {
    match Regex::new(pattern) {
        Ok(regex) => Filter::leaf(Leaf::TextMatches(Pattern(regex.into()))),
        Err(error) => panic!("{error}"),
    }
}

/// A message in whose text or caption Telegram marked such a thing: a link, a phone number.
pub fn entity(kind: EntityKind) -> Filter {
    Filter::leaf(Leaf::Entity(kind))
}

/// In the private chat of a user and the bot; of a business account, in that of two people.
pub fn private() -> Filter {
    Filter::leaf(Leaf::Private)
}

/// In a group or a supergroup.
pub fn group() -> Filter {
    Filter::leaf(Leaf::Group)
}

/// In a channel.
pub fn channel() -> Filter {
    Filter::leaf(Leaf::Channel)
}

/// In the chat with this id.
pub fn chat(id: i64) -> Filter {
    Filter::leaf(Leaf::Chat(id))
}

/// In the topic of a forum, or the thread of replies, with this id.
pub fn thread(id: i64) -> Filter {
    Filter::leaf(Leaf::Thread(id))
}

/// A message that was forwarded, by a person, or by Telegram from a channel to its discussion group.
pub fn forwarded() -> Filter {
    Filter::leaf(Leaf::Forwarded)
}

/// A message that answers another one of the same chat.
pub fn reply() -> Filter {
    Filter::leaf(Leaf::Reply)
}

/// From one of these people, by their ids: `command("stats") & from(admins)`.
///
/// A chat that speaks through an account is nobody of them, nor is a bot: see
/// [`Update::person`](crate::Update::person).
pub fn from(ids: impl Into<Arc<[i64]>>) -> Filter {
    Filter::leaf(Leaf::From(ids.into()))
}

/// From another bot, or sent by one for a business account.
pub fn from_bot() -> Filter {
    Filter::leaf(Leaf::FromBot)
}

/// A message that is a part of an album.
pub fn album() -> Filter {
    when("album", |request| request.update.media_group_id().is_some())
}

/// Whatever `holds` says; `name` is its name in the log. It may be asked more than once about one
/// update, so it only looks. It is about all kinds of updates: join it with those that it means.
///
/// ```
/// use ostankino_core::filter::{message, when};
///
/// let long = message() & when("long", |request| {
///     request.update.text().is_some_and(|text| text.chars().count() > 1000)
/// });
/// # drop(long);
/// ```
pub fn when(
    name: impl Into<Arc<str>>,
    holds: impl Fn(&Request) -> bool + Send + Sync + 'static,
) -> Filter {
    Filter::leaf(Leaf::When(Predicate {
        name: name.into(),
        holds: Arc::new(holds),
    }))
}
