//! A local Telegram: a real HTTP server that behaves as the Bot API towards a bot, and people to talk to that bot with.
//!
//! In tests every emulator takes a port of its own and dies when dropped:
//!
//! ```no_run
//! use telegram_emulator::{Emulator, Fault};
//!
//! # async fn test() {
//! let tg = Emulator::start().await;
//! // Point the bot at `tg.url()` with `tg.token()`, then talk to it:
//! let alice = tg.person("Алиса").with_username("alice");
//! alice.says("/start");
//! let greeting = alice.next_message().await;
//! assert!(greeting.text.contains("Алиса"));
//!
//! let press = alice.presses("Сохранить").await;
//! tg.press_answered(&press).await;
//!
//! tg.fault(Fault::on("sendMessage").status(502).times(2));
//! # }
//! ```
//!
//! Everything that waits, waits for an event with a deadline, and panics with the recent updates and calls when it does
//! not come. The same world is driven over HTTP by the control API (`/control/…`, see the README) and by the page at `/`.
//!
//! What is *not* here: the methods listed by the README as not known yet; those answer 501.

mod builder;
mod business;
mod control;
mod data;
mod emulator;
mod group;
mod methods;
mod person;
mod protocol;
mod server;
mod world;

pub use builder::Builder;
pub use business::Business;
pub use emulator::Emulator;
pub use group::Group;
pub use person::{Checkout, InlineMessage, InlineQuery, Payment, Person, WebApp};
pub use world::{Attachment, Call, CheckoutEnd, Fault, Latency, Press, SentMessage};
