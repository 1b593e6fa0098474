//! A dialog that is open: read from its frame, and written into it again by what became of it.

use ostankino::{FromRequest, Html, Reply, Request, Result};
use serde_json::value::to_raw_value;

use super::{Became, Dialog, Next, Outcome};
use crate::{
    DialogData, Show, Turn, Windows,
    shown::Shown,
    stack::{Frame, Memory},
    turn::Go,
};

impl<D: DialogData, T: FromRequest + Send + Sync + 'static> Dialog<D, T> {
    /// The window and the data of a frame; nothing if they are of another version.
    pub(super) fn read(&self, frame: &Frame) -> Option<(D::Window, &dyn Shown<D>, D)> {
        let found = self.window_named(&frame.window);
        let data = serde_json::from_str(frame.data.get());
        match (found, data) {
            (Some((name, window)), Ok(data)) => Some((name, window, data)),
            (found, data) => {
                tracing::warn!(
                    event = "dialog_lost",
                    dialog = frame.dialog,
                    window = frame.window,
                    has_window = found.is_some(),
                    has_data = data.is_ok(),
                    "a dialog that is open is of another version of the bot"
                );
                None
            }
        }
    }

    pub(super) fn became(
        &self,
        frame: &Frame,
        name: D::Window,
        data: D,
        memory: Memory,
        turn: Turn<D>,
    ) -> Result<Outcome> {
        if let Some(problem) = turn.problem {
            return Err(problem);
        }
        let data = turn.data.unwrap_or(data);
        let mut frame = Frame {
            data: to_raw_value(&data)?,
            memory,
            ..frame.clone()
        };
        let mut is_entered = false;
        let next = match turn.go {
            Go::Stay => Next::Nothing,
            Go::To(window) => {
                is_entered = true;
                if window != name {
                    frame.window = window.name().into();
                    frame.memory.clear();
                }
                Next::Nothing
            }
            Go::Start(started) => Next::Start(started),
            Go::Done(result) => Next::Done(result),
            Go::Close => Next::Close,
        };
        Ok(Outcome::Became(Box::new(Became {
            frame,
            is_entered,
            next,
            toast: turn.toast,
            reply: turn.reply,
            show: turn.show,
        })))
    }
}

/// What was sent does not fit. Who said it to the bot alone is told so alone.
pub(super) fn refused<D: DialogData>(why: Html, request: &Request) -> Turn<D> {
    let why = Reply::text(why);
    let why = match request.update.ephemeral_message_id() {
        Some(_) => why.ephemeral(),
        None => why,
    };
    Turn::stay().say(why).show(Show::Silent)
}
