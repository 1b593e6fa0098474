//! How a window comes into the chat: as an edit of the message that shows the dialog, or as a new message in place of it.

use ostankino::{Reply, reply::InlineKeyboard};

use crate::{
    Show,
    picture::{Kind, Picture},
    stack::{Album, Live, Stack},
};

/// What the window is shown after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A press under that message.
    Press(i64),
    /// A message of the user, which stands below.
    Message,
    /// Something that the user did not do.
    Event,
}

/// The calls that show a picture of the upper window; from now on the stack has it as shown. `hash` is that of the picture.
pub(crate) fn show(
    picture: &Picture,
    hash: u64,
    stack: &mut Stack,
    cause: Cause,
    how: Show,
) -> Reply {
    let (kind, sent) = (picture.kind(), stack.entry().number());
    let live = stack.live.take();
    let is_moved = match how {
        Show::Send | Show::DeleteAndSend => true,
        Show::Edit => false,
        Show::Auto | Show::Silent => cause == Cause::Message,
    };
    if let Some(live) = live
        .clone()
        .filter(|live| !is_moved && can_become(live, picture))
    {
        // The user may have deleted it.
        let edit = about(picture.edit(), &live, stack).or_send(stack.note_of(live.sent));
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
    let mut reply = match picture.album() {
        Some(album) => album.note(stack.note_of_album(sent)).and(message),
        None => message,
    };
    if let Some(live) = &live {
        // A message that became one of another kind would be there twice.
        let is_replaced = how == Show::DeleteAndSend || !is_moved;
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
        sent,
        kind,
        hash,
        is_bare: picture.is_bare(),
        album,
    });
    reply
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
pub(crate) fn strip(message: i64) -> Reply {
    without_buttons().param("message_id", message)
}

/// The pressed message is the one that shows the stack from now on; another copy of it, which a crash may have left,
/// loses its buttons.
pub(crate) fn settle_on(message: i64, stack: &mut Stack) -> Reply {
    let Some(live) = &mut stack.live else {
        return Reply::none();
    };
    match live.id.replace(message) {
        Some(known) if known == message => Reply::none(),
        Some(other) => strip(other),
        None => {
            let sent = live.sent;
            let others = without_buttons().noted(stack.note_of(sent));
            others.except(message)
        }
    }
}

fn without_buttons() -> Reply {
    Reply::edit_keyboard(InlineKeyboard::new())
}

/// A call about the message that shows the stack.
fn about(call: Reply, live: &Live, stack: &Stack) -> Reply {
    match live.id {
        Some(id) => call.param("message_id", id),
        None => call.noted(stack.note_of(live.sent)),
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
