//! How a window comes into the chat: as an edit of the message that shows the dialog, or as a new message in place of it.

use ostankino::{Reply, reply::InlineKeyboard};
use serde_json::json;

use crate::{
    Show,
    message::MessageId,
    picture::{Kind, Picture},
    stack::{Album, Live, Stack},
};

/// What the window is shown after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A press under that message.
    Press(MessageId),
    /// A message of the user, which stands below.
    Message,
    /// Something that the user did not do.
    Event,
}

/// In which way a window is to come into the chat.
pub(crate) struct Way<'a> {
    pub(crate) cause: Cause,
    pub(crate) how: Show,
    /// Who alone is to see it, if it is to be ephemeral.
    pub(crate) seen_by: Option<i64>,
    /// The press by which somebody is told something alone, if the update is none.
    pub(crate) press: Option<&'a str>,
    /// What is said where Telegram does not let the bot tell it to one alone.
    pub(crate) instead: Reply,
}

/// The calls that show a picture of the upper window; from now on the stack has it as shown. `hash` is that of the picture.
pub(crate) fn show(picture: &Picture, hash: u64, stack: &mut Stack, way: Way<'_>) -> Reply {
    let (kind, sent) = (picture.kind(), stack.entry().number());
    let live = stack.live.take();
    let is_moved = match way.how {
        Show::Send | Show::DeleteAndSend => true,
        Show::Edit => false,
        Show::Auto | Show::Silent | Show::Ephemeral => way.cause == Cause::Message,
    };
    let can_stay = |live: &Live| {
        // What all see cannot be hidden again; what one sees stays so.
        let is_seen_by_all = way.seen_by.is_some() && live.seen_by.is_none();
        !is_moved && !is_seen_by_all && can_become(live, picture)
    };
    if let Some(live) = live.clone().filter(can_stay) {
        // The user may have deleted it.
        let edit = about(picture.edit(), &live, stack).or_send(stack.note_of(live.sent));
        let edit = match live.seen_by {
            Some(_) => edit.or(way.instead),
            None => edit,
        };
        let keeps_album = kind == Kind::Album;
        let album = live.album.clone().filter(|_| keeps_album);
        let gone = match keeps_album {
            true => Reply::none(),
            false => without_album(&live, stack),
        };
        stack.live = Some(Live {
            kind,
            hash,
            is_bare: picture.is_bare(),
            album,
            ..live
        });
        return edit.and(gone);
    }
    let message = picture.send().note(stack.note_of(sent));
    let message = match way.seen_by {
        Some(user) => to_one(message, user, way.press).or(way.instead),
        None => message,
    };
    let mut reply = match picture.album() {
        Some(album) => album.note(stack.note_of_album(sent)).and(message),
        None => message,
    };
    if let Some(live) = &live {
        // A message that became one of another kind would be there twice. What all see stays while one is shown something alone.
        let is_seen_alike = way.seen_by.is_none() || live.seen_by.is_some();
        let is_replaced = way.how == Show::DeleteAndSend || (!is_moved && is_seen_alike);
        reply = match is_replaced {
            true => reply
                .and_then(about(Reply::delete(), live, stack))
                .and(without_album(live, stack)),
            false => reply.and_then(stripped(live, stack)),
        };
    }
    let album = (kind == Kind::Album).then(|| Album {
        messages: picture.media.len(),
        sent,
        hash: picture.hash_of_media(),
    });
    stack.live = Some(Live {
        id: None,
        before: live.and_then(|live| live.id),
        seen_by: way.seen_by,
        sent,
        kind,
        hash,
        is_bare: picture.is_bare(),
        album,
    });
    reply
}

/// Has a message be for that user alone, by that press.
pub(crate) fn to_one(message: Reply, user: i64, press: Option<&str>) -> Reply {
    let mut parameters = json!({"receiver_user_id": user});
    if let Some(press) = press {
        parameters["callback_query_id"] = press.into();
    }
    let message = message.ephemeral();
    message.param("ephemeral_message_parameters", parameters)
}

/// Deletes the album above the message that shows a stack. Telegram told the ids of its messages when it was sent; those
/// that it did not tell, as the process ended at that moment, stay.
fn without_album(live: &Live, stack: &Stack) -> Reply {
    let Some(album) = &live.album else {
        return Reply::none();
    };
    let first = stack.note_of_album(album.sent);
    let names = (1..=album.messages).map(|number| match number {
        1 => first.clone(),
        _ => format!("{first}.{number}"),
    });
    names.fold(Reply::none(), |reply, name| {
        reply.and(Reply::delete().noted(name))
    })
}

/// Takes the buttons of the message away that shows a stack which is over.
pub(crate) fn end(stack: &Stack) -> Reply {
    let live = stack.live.as_ref();
    live.map_or_else(Reply::none, |live| stripped(live, stack))
}

/// Takes the buttons of the message away that shows a stack, if it has some.
fn stripped(live: &Live, stack: &Stack) -> Reply {
    match live.is_bare {
        true => Reply::none(),
        false => about(without_buttons(), live, stack),
    }
}

/// Takes the buttons of a message away.
pub(crate) fn strip(message: MessageId) -> Reply {
    message.name(without_buttons())
}

/// The pressed message is the one that shows the stack from now on; another copy of it, which a crash may have left,
/// loses its buttons. `user` pressed.
pub(crate) fn settle_on(message: MessageId, user: Option<i64>, stack: &mut Stack) -> Reply {
    let Some(live) = stack.live.clone() else {
        return Reply::none();
    };
    let seen_by = user.filter(|_| message.is_ephemeral());
    stack.live = Some(Live {
        id: Some(message),
        seen_by,
        ..live.clone()
    });
    match live.id {
        Some(known) if known == message => Reply::none(),
        Some(_) => about(without_buttons(), &live, stack),
        None => about(without_buttons(), &live, stack).except(message.0),
    }
}

fn without_buttons() -> Reply {
    Reply::edit_keyboard(InlineKeyboard::new())
}

/// A call about the message that shows the stack.
fn about(call: Reply, live: &Live, stack: &Stack) -> Reply {
    let call = match (live.id, live.seen_by) {
        (Some(id), _) => id.name(call),
        (None, Some(_)) => call.ephemeral().noted(stack.note_of(live.sent)),
        (None, None) => call.noted(stack.note_of(live.sent)),
    };
    match live.seen_by {
        Some(user) => call.param("receiver_user_id", user),
        None => call,
    }
}

/// Whether the message can be edited to that picture. That below an album is a text, and stays below it while that is the same.
fn can_become(live: &Live, picture: &Picture) -> bool {
    match (live.kind, picture.kind()) {
        (Kind::Text | Kind::Album, Kind::Text | Kind::Media) | (Kind::Media, Kind::Media) => true,
        (Kind::Album, Kind::Album) => {
            let album = live.album.as_ref();
            album.is_some_and(|album| album.hash == picture.hash_of_media())
        }
        (Kind::Media, Kind::Text) | (Kind::Text | Kind::Media, Kind::Album) => false,
    }
}
