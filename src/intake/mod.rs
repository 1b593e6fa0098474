//! From Telegram into the queue: one process polls, and stores what it fetched before it confirms it.

mod answers;
mod leader;
mod publisher;
mod upgrade;

pub(crate) use leader::Leader;
pub(crate) use publisher::Publisher;
