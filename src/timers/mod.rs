//! Timers: events of the bot's own that happen at a time.
//!
//! A timer is a row of the table `timers`, written by the session of who asks for it: it is there exactly if
//! that committed. The process that polls publishes the events of those that are due; an event is applied once,
//! since a copy of it is known by its id. What is late comes late, in the order in which it was due.

mod asked;
mod cron;
mod firing;
mod handle;
mod key;
mod listed;
#[cfg(feature = "cli")]
mod operator;
mod publishing;
mod row;
mod schedule;
mod table;
mod wake;

pub use self::{
    cron::{Cron, CronError},
    handle::Timers,
    key::TimerKey,
    listed::Timer,
    schedule::Schedule,
};
pub(crate) use self::{firing::Firing, table::Table, wake::Timing};
#[cfg(feature = "cli")]
pub(crate) use self::{operator::AllTimers, row::Row};
pub(crate) use crate::nats::Wake;
