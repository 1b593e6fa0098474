//! What handlers and layers of a Telegram bot are made of: a tower [`Request`] of each update, the
//! [`Reply`] to it, what a [`Handler`]'s arguments are made of, the [`Router`], and [`layers`] that
//! need no server.
//!
//! ```text
//! ostankino-telegram   updates, methods, the client of the Bot API
//!         ▲
//! ostankino-core       you are here: request, reply, extract, handler, routing, error, layers
//!         ▲
//! ostankino            the service: NATS JetStream, PostgreSQL, dialogues, users; re-exports all of this
//! ```
//!
//! Bots depend on `ostankino`, which re-exports what is here; a crate of layers or handlers that needs
//! neither NATS nor PostgreSQL may depend on this one alone.

// The macros name the library from outside.
extern crate self as ostankino;

pub mod action;
pub mod album;
pub mod apology;
pub mod data;
mod dialogue_state;
pub mod error;
pub mod event;
pub mod extract;
pub mod handler;
pub mod html;
pub mod job;
pub mod layers;
mod needs;
pub mod outcome;
pub mod reply;
pub mod request;
pub mod routing;
mod state;
#[cfg(any(test, feature = "test"))]
pub mod testing;
pub mod texts;

#[doc(inline)]
pub use album::Album;
#[doc(inline)]
pub use data::{CallbackData, DeepLink, Link, Pressed};
#[doc(inline)]
pub use dialogue_state::DialogueState;
#[doc(inline)]
pub use error::{BoxError, Error, IntoError, Origin, Result};
#[doc(inline)]
pub use event::{Event, Fired};
#[doc(inline)]
pub use extract::{ButtonData, Caption, CommandArgs, Extension, FromRequest, Rejection, Text};
#[doc(inline)]
pub use handler::Handler;
#[doc(inline)]
pub use html::Html;
#[doc(inline)]
pub use job::Job;
pub use needs::{Need, Needs};
/// ```
/// #[ostankino_core::debug_handler(crate = "ostankino_core")]
/// async fn start(user: ostankino_core::User) -> String {
///     user.first_name
/// }
/// ```
pub use ostankino_macros::debug_handler;
#[doc(no_inline)]
pub use ostankino_telegram as telegram;
#[doc(inline)]
pub use outcome::Outcome;
#[doc(inline)]
pub use reply::{IntoReply, Reply};
#[doc(inline)]
pub use request::Request;
#[doc(inline)]
pub use routing::{Filter, Route, Router, filter};
pub use state::State;
pub use telegram::{Bot, Call, Method, Update, UpdateKind, Upload, User, chain, methods, types};

/// What `html!` expands to.
#[doc(hidden)]
pub mod __private {
    pub use ostankino_macros::html;

    pub use crate::html::writer::{Arg, Escaped, Marked, Writer};
}

/// What the service needs of this crate; no version promises anything of it.
#[doc(hidden)]
pub mod internal {
    pub use crate::{
        action::{Asked, Settle, Settler},
        apology::answer,
        error::Passing,
        event::{Draft, Whose},
        html::{is_blank, plain, shorten, shorten_plain},
        layers::{count_update, verdict},
        outcome::{Receipt, Recorded, Trouble},
        reply::{Effect, fill, has_no_address, is_heard},
        request::{Asker, HandlerClock},
        routing::filter::event_named,
    };
}

/// The code of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
