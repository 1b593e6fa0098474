//! Handles what is in the queue: pulls the batches of the partitions that this process owns, runs a lane
//! per user, and acknowledges a batch once all of its updates have a result.

mod acks;
mod attempt;
mod batch;
mod express;
mod hand_over;
mod health;
mod held;
mod lane;
mod lanes;
mod partition;
mod pulling;
mod reread;
mod shared;
mod sharing;
mod suspects;
mod traced;
mod trouble;
mod turn;
mod watchdog;

pub(crate) use express::{ExpressParts, ExpressWorker, timely};
pub(crate) use health::{Asked, Health, Probed};
pub(crate) use shared::Parts;
pub(crate) use sharing::Worker;
