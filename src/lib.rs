//! Ostankino: a Telegram update-processing service, and the library it is made of: *axum for
//! Telegram, on tower*.
//!
//! A long-poll loop stores each update in NATS JetStream; any number of identical, stateless
//! processes turn each update into a tower [`Request`], which passes stacked [`layers`] before it
//! reaches a [`Handler`] through the [`Router`]. A handler writes through its [`DbSession`] and
//! returns what to say; the layer commits; only then does the [`Reply`] leave.
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use ostankino::{App, Router, Text, html};
//!
//! async fn echo(text: Text) -> String {
//!     html::escape(&text).into_owned()
//! }
//!
//! #[tokio::main]
//! async fn main() -> ExitCode {
//!     let router = Router::new().command("start", || async { "Здравствуйте!" }).text(echo);
//!     ostankino::serve(|config| App::builder(config).router(router)).await
//! }
//! ```

mod app;
mod backoff;
mod cli;
pub mod config;
pub mod db;
pub mod delivery;
mod effects;
mod error;
pub mod extract;
pub mod fsm;
pub mod handler;
pub mod handlers;
pub mod html;
pub mod journal;
pub mod layers;
pub mod nats;
pub mod outcome;
mod program;
pub mod reply;
pub mod request;
pub mod routing;
mod service;
mod startup;
mod tasks;
pub mod telegram;
pub mod telemetry;
#[cfg(test)]
mod testing;
mod tls;

pub use app::{App, AppBuilder};
pub use cli::serve;
pub use config::Config;
pub use db::DbSession;
pub use error::{BoxError, Error, Origin, Result, chain};
pub use extract::{CallbackData, CommandArgs, Extension, FromRequest, Text};
pub use frankenstein::{methods, types};
pub use fsm::{Current, Fsm, State};
pub use handler::Handler;
pub use outcome::Outcome;
pub use program::Program;
pub use reply::{IntoReply, Reply};
pub use request::Request;
pub use routing::{Filter, Route, Router};
pub use startup::StartError;
pub use tasks::RunError;
pub use telegram::{Bot, Call, Update, UpdateKind, User};

/// The code of the README and of `docs/` compiles.
#[cfg(doctest)]
mod documentation {
    #[doc = include_str!("../README.md")]
    struct Readme;

    #[doc = include_str!("../docs/handlers.md")]
    struct Handlers;

    #[doc = include_str!("../docs/layers.md")]
    struct Layers;

    #[doc = include_str!("../docs/testing.md")]
    struct Testing;

    #[doc = include_str!("../docs/operations.md")]
    struct Operations;

    #[doc = include_str!("../docs/guarantees.md")]
    struct Guarantees;
}
