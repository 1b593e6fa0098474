//! How a window comes into the chat: as an edit of the message that shows the dialog, or as a new message in place of it.

use ostankino::{Reply, reply::InlineKeyboard};

use crate::{
    Show,
    picture::{Kind, Picture},
    stack::{Live, Stack},
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
    let (kind, sent) = (picture.kind(), stack.entry().serial);
    let live = stack.live.take();
    let is_moved = match how {
        Show::Send | Show::DeleteAndSend => true,
        Show::Edit => false,
        Show::Auto | Show::Silent => cause == Cause::Message,
    };
    if let Some(live) = live
        .clone()
        .filter(|live| !is_moved && can_become(live.kind, kind))
    {
        // The user may have deleted it.
        let edit = about(picture.edit(), &live, stack).or_send(stack.note_of(live.sent));
        stack.live = Some(Live { kind, hash, ..live });
        return edit;
    }
    let mut reply = picture.send().note(stack.note_of(sent));
    if let Some(live) = &live {
        // A message that became one of another kind would be there twice.
        let is_replaced = how == Show::DeleteAndSend || !is_moved;
        let old = match is_replaced {
            true => Reply::delete(),
            false => without_buttons(),
        };
        reply = reply.and_then(about(old, live, stack));
    }
    stack.live = Some(Live {
        id: None,
        before: live.and_then(|live| live.id),
        sent,
        kind,
        hash,
    });
    reply
}

/// Takes the buttons of the message away that shows a stack which is over.
pub(crate) fn end(stack: &Stack) -> Reply {
    let live = stack.live.as_ref();
    live.map_or_else(Reply::none, |live| about(without_buttons(), live, stack))
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

/// Whether Telegram edits a message of one kind to one of another.
fn can_become(from: Kind, to: Kind) -> bool {
    matches!(
        (from, to),
        (Kind::Text, Kind::Text | Kind::Media) | (Kind::Media, Kind::Media)
    )
}
