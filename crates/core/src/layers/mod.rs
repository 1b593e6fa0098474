//! The layers that need no server, a file each, in the order of the stack from the outside in.
//!
//! Below [`ErrorReplyLayer`] services fail, with an [`Error`](crate::Error) or, outside of the session,
//! a [`Failure`](crate::outcome::Failure); above it they are infallible: a layer on the wrong side of it
//! does not compile. Why they stand in this order on each side is told in `docs/layers.md`.

mod trace;

mod send_reply;

mod error_reply;

mod own_message;

mod timeout;

mod catch_panic;

mod verdict;

// Those that a bot adds for its own routes.
mod extension;
mod from_fn;
mod typing;

pub use crate::apology::APOLOGY;
pub use catch_panic::{CatchPanic, CatchPanicLayer};
pub use error_reply::{ErrorReply, ErrorReplyLayer};
pub use extension::AddExtension;
pub use from_fn::{FromFn, FromFnLayer, Next, from_fn};
pub use own_message::{OwnMessage, OwnMessageLayer};
#[doc(hidden)]
pub use send_reply::{
    Instead, Made, Owed, Renewal, ReplyStore, Trouble, Why, make, place_of, tell_answer,
};
pub use send_reply::{SendReply, SendReplyLayer};
pub use timeout::{Timeout, TimeoutLayer};
#[doc(hidden)]
pub use trace::count as count_update;
pub use trace::{Trace, TraceLayer};
pub use typing::{Typing, TypingLayer};
#[doc(hidden)]
pub use verdict::verdict;
