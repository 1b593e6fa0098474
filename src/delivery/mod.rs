//! How updates get from the poller to handlers: a JetStream stream between them, split into
//! partitions so that the updates of a user keep their order whatever the number of containers. One
//! process polls, elected by a lease; all of them work.

mod arrival;
mod attempt;
mod backlog;
mod dead_letters;
mod election;
mod epoch;
mod escape;
mod finished;
mod health;
mod lease;
mod letter;
mod letter_box;
mod partition;
mod publisher;
mod pull;
mod queue;
mod replay;
mod retries;
mod supervisor;
mod trouble;
mod worker;

pub use backlog::Backlog;
pub use dead_letters::DeadLetters;
pub(crate) use dead_letters::{BEGUN_TOO_OFTEN, command, queued_as};
pub use election::Election;
pub use health::Health;
pub use letter::{Letter, StoredLetter};
pub use letter_box::LetterBox;
pub use partition::partition_of;
pub use publisher::Publisher;
pub use queue::Queue;
pub use replay::{Replay, Replayed};
pub use retries::Retries;
pub use supervisor::Supervisor;
pub use worker::Worker;
