//! How updates get from the poller to handlers: a JetStream stream between them, split into
//! partitions so that the updates of a user keep their order whatever the number of containers.

mod attempt;
mod backlog;
mod dead_letters;
mod escape;
mod finished;
mod health;
mod letter;
mod letter_box;
mod partition;
mod publisher;
mod pull;
mod quarantine;
mod queue;
mod replay;
mod retries;
mod worker;

pub use backlog::Backlog;
pub use dead_letters::DeadLetters;
pub use health::Health;
pub use letter::{Letter, StoredLetter};
pub use letter_box::LetterBox;
pub use partition::partition_of;
pub use publisher::Publisher;
pub use quarantine::{Quarantine, QuarantineLayer};
pub use queue::Queue;
pub use replay::{Replay, Replayed};
pub use retries::Retries;
pub use worker::Worker;
