//! From Telegram into the queue: one process polls, and stores what it fetched before it confirms it.

mod answers;
mod conflicts;
mod flood;
mod leader;
mod pace;
mod poller;
mod publisher;
mod pulse;
mod seat;
mod sorting;
mod store;
mod trouble;
mod upgrade;

pub(crate) use flood::Flood;
pub(crate) use leader::Leader;
pub use poller::PollError;
pub(crate) use poller::Poller;
pub(crate) use publisher::Publisher;
pub(crate) use pulse::Pulse;
pub(crate) use store::Store;
