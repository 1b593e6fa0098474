//! The button by whose presses two messages are compared: whoever presses it is thanked.

use ostankino::{CallbackData, Pressed, Reply};

use crate::Texts;

/// Its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, CallbackData)]
#[callback(prefix = "mailed")]
pub(crate) enum Counted {
    Liked,
}

pub(crate) async fn pressed(_: Pressed<Counted>, t: Texts) -> Reply {
    Reply::toast(t.counted_toast())
}
