//! From Telegram into the queue: one process polls, or all are posted to. What was taken is stored before Telegram is told so.

mod answers;
mod conflicts;
mod flood;
mod hook;
mod leader;
mod pace;
mod poller;
mod publisher;
mod pulse;
mod seat;
mod sorting;
mod store;
mod traced;
mod trouble;
mod upgrade;
#[cfg(feature = "web")]
mod webhook;

pub(crate) use flood::Flood;
pub(crate) use hook::Hook;
pub(crate) use leader::{Leader, Source};
pub use poller::PollError;
pub(crate) use poller::Poller;
pub(crate) use publisher::Publisher;
pub(crate) use pulse::Pulse;
pub(crate) use store::Store;
#[cfg(feature = "web")]
pub(crate) use webhook::{Door, Keeper, Receiver, Receivers, Terms, serve};
