//! Tests of bots on [`ostankino`]: [`Chat`] for handlers, in the test's own thread and without any server, and [`World`] for
//! the whole bot, on real servers and against a local Telegram.
//!
//! ```text
//! your handlers ◄── Chat     in process: says, presses, expect_text; no database, no wait
//! your bot      ◄── World    PostgreSQL, NATS, telegram-emulator; migrations, tasks, restarts
//! ```
//!
//! Most tests need a `Chat` only; what a handler reads and writes, and that all of the bot fits together, is for a `World`.

mod app;
mod chat;
mod logs;
mod wait;
mod world;

pub use app::{AppSetup, TestApp};
pub use chat::{Answer, Chat, Speaker, content};
pub use logs::Logs;
#[doc(no_inline)]
pub use telegram_emulator;
pub use wait::{DEADLINE, wait_until, wait_within};
pub use world::World;

/// The code of the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
