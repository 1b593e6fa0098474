//! Ostankino: a Telegram update-processing service, and the library it is made of: *axum for
//! Telegram, on tower*.
//!
//! A long-poll loop stores each update in NATS JetStream; any number of identical, stateless
//! processes turn each update into a tower [`Request`], which passes stacked [`layers`] before it
//! reaches a [`Handler`] through the [`Router`]. A handler writes through its [`DbSession`] and
//! returns what to say; the layer commits; only then does the [`Reply`] leave.
//!
//! ```text
//! ostankino-telegram   updates, methods, the client of the Bot API: `ostankino::telegram`
//!         ▲
//! ostankino-core       request, reply, extract, handler, routing, error, layers: re-exported here
//!         ▲
//! ostankino            you are here: the queue, the database, dialogues, users, the process
//!         ▲
//! your bot  ◄── ostankino-test   talks to its handlers without servers
//! ```
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use ostankino::{App, Html, Router, Text, html};
//!
//! async fn echo(text: Text) -> Html {
//!     html!("<b>{text}</b>")
//! }
//!
//! #[tokio::main]
//! async fn main() -> ExitCode {
//!     let router = Router::new().command("start", || async { "Здравствуйте!" }).text(echo);
//!     ostankino::serve(|config| App::builder(config).router(router)).await
//! }
//! ```
//!
//! # Where to find what
//!
//! | To … | look at |
//! |---|---|
//! | write a handler | [`Handler`]; what its arguments may be: [`extract`], [`DbSession`], [`Fsm`], [`User`] and [`Bot`] among them |
//! | answer | [`Reply`], [`IntoReply`], keyboards and media of [`reply`], any method as a [`Call`]; texts with names in them by [`html!`] |
//! | make buttons and links | [`CallbackData`] and [`DeepLink`], typed; [`Pressed`] and [`Link`] to take them |
//! | speak the user's language | [`texts`](mod@texts): typed texts of Fluent files, made by the macro of the same name |
//! | fail | [`Error`] and [`Result`]: [`Error::user`] says a text, everything else is logged and apologised for |
//! | send and fetch files | [`Upload`] in a [`Call`], [`Bot::download`] |
//! | route updates | [`Router`], and [`filter`] for what its methods do not say |
//! | hold a dialogue | [`dialogue`]: a [`DialogueState`] a type, [`Fsm`] to move on, [`Current`] for its data |
//! | read and write tables | [`DbSession::conn`], [`users`] for the base of users, [`db`] for queries that are cached and for migrations |
//! | wrap handlers | a tower layer of [`Request`]s and [`Reply`]s: [`layers`] has those of the stack, [`AppBuilder::layer`] adds yours |
//! | send to many | [`Context::limits`]: [`Limits::bulk_turn`] before each call |
//! | give operators a button | [`action`]: a handler that runs about a user, from the admin page |
//! | tell the time, and wait | [`Context::clock`]: a [`Clock`], which tests move; zones in [`jiff`] |
//! | run a bot | [`serve`], or [`Program`] with a version; [`App::builder`] composes it |
//! | run it in a program of your own | [`App`], a [`Config`] ([`config`] has its sections), [`telemetry`] for the log |
//! | look into an update | [`Update`] and [`telegram`]: what the library reads by itself, field by field |
//!
//! Two modules come nearly whole from the crate `frankenstein`, some 600 types without a word of ours:
//!
//! - [`types`] holds all of the Bot API's objects. Handlers ask for that of their update: `Arc<types::Message>`,
//!   `Arc<types::PollAnswer>`; [`Update::payload`] decodes into any of them. They are closed: what Telegram adds later does
//!   not fit, so nothing that the library does depends on them, and the arguments in [`extract`] are its own.
//! - [`methods`] holds the parameters of each method: [`Bot::send`] makes the call and gives its typed answer, [`Call::of`] makes data of it.
//!
//! Guides with whole examples are in the folder `docs/` of the repository: a tutorial, a cookbook, handlers, replies, layers,
//! testing, operations, and what is guaranteed.

// What the derives name.
extern crate self as ostankino;

mod actions;
mod albums;
mod app;
#[cfg(feature = "cli")]
mod cli;
mod clock;
mod coalesce;
pub mod config;
#[doc(hidden)]
pub mod counted;
pub mod db;
// How the service is made inside: `App` composes it, and tests look at it.
#[doc(hidden)]
pub mod dead_letters;
pub mod dialogue;
mod events;
mod files;
mod intake;
mod jobs;
pub mod layers;
mod limits;
pub mod mailings;
mod maintenance;
#[doc(hidden)]
pub mod nats;
mod owed;
mod personal;
pub mod prelude;
mod program;
mod purge;
#[doc(hidden)]
pub mod queue;
mod redis;
mod registry;
#[cfg(test)]
mod testing;
pub mod timers;
pub mod unit_of_work;
pub mod users;
#[cfg(feature = "web")]
mod web;
mod worker;

// What most bots name. Each is documented where it is made.
pub use app::{App, AppBuilder, Bots, Context, RunError, StartError};
#[cfg(feature = "cli")]
pub use cli::{CommandContext, Program, serve};
pub use clock::Clock;
#[cfg(feature = "test")]
#[doc(hidden)]
pub use clock::ClockHands;
#[doc(inline)]
pub use config::Config;
#[doc(inline)]
pub use dialogue::{Current, Fsm};
pub use intake::PollError;
/// Times and zones, as [`Clock`] tells them.
#[doc(no_inline)]
pub use jiff;
#[doc(inline)]
pub use limits::{Limits, Turn};
/// ```
/// #[ostankino::debug_handler]
/// async fn start(user: ostankino::User) -> String {
///     user.first_name
/// }
/// ```
pub use ostankino_core::debug_handler;
#[doc(inline)]
pub use ostankino_core::{
    Album, BoxError, ButtonData, Call, CallbackData, CommandArgs, DeepLink, DialogueState, Error,
    Event, Extension, Filter, Fired, FromRequest, Handler, Html, IntoError, IntoReply, Job, Link,
    Need, Needs, Origin, Outcome, Pressed, Rejection, Reply, Request, Result, Route, Router, State,
    Text, action, apology, chain, data, event, extract, filter, handler, html, job, outcome, reply,
    request, routing, texts,
};
#[doc(no_inline)]
pub use ostankino_core::{methods, types};
#[doc(inline)]
pub use ostankino_telegram as telegram;
#[doc(inline)]
pub use ostankino_telemetry as telemetry;
/// For spans of a handler's own in the trace of its update: `opentelemetry::global::tracer("shop")`.
#[cfg(feature = "otlp")]
pub use ostankino_traces::opentelemetry;
#[doc(inline)]
pub use telegram::{Bot, Method, Update, UpdateKind, Upload, User};
#[doc(inline)]
pub use timers::Timers;
#[doc(inline)]
pub use unit_of_work::DbSession;

#[doc(hidden)]
pub use ostankino_core::{__private, album::Gathered};

/// The code of the README and of `docs/` compiles.
#[cfg(doctest)]
mod documentation {
    #[doc = include_str!("../README.md")]
    struct Readme;

    #[doc = include_str!("../docs/tutorial.md")]
    struct Tutorial;

    #[doc = include_str!("../docs/your-bot.md")]
    struct YourBot;

    #[doc = include_str!("../docs/handlers.md")]
    struct Handlers;

    #[doc = include_str!("../docs/extractors.md")]
    struct Extractors;

    #[doc = include_str!("../docs/events.md")]
    struct Events;

    #[doc = include_str!("../docs/owed.md")]
    struct Owed;

    #[doc = include_str!("../docs/jobs.md")]
    struct Jobs;

    #[doc = include_str!("../docs/mailings.md")]
    struct Mailings;

    #[doc = include_str!("../docs/files.md")]
    struct Files;

    #[doc = include_str!("../docs/express.md")]
    struct Express;

    #[doc = include_str!("../docs/limits.md")]
    struct Limits;

    #[doc = include_str!("../docs/replies.md")]
    struct Replies;

    #[doc = include_str!("../docs/texts.md")]
    struct Texts;

    #[doc = include_str!("../docs/cookbook.md")]
    struct Cookbook;

    #[doc = include_str!("../docs/layers.md")]
    struct Layers;

    #[doc = include_str!("../docs/moving.md")]
    struct Moving;

    #[doc = include_str!("../docs/testing.md")]
    struct Testing;

    #[doc = include_str!("../docs/operations.md")]
    struct Operations;

    #[doc = include_str!("../docs/admin.md")]
    struct Admin;

    #[doc = include_str!("../docs/guarantees.md")]
    struct Guarantees;
}
