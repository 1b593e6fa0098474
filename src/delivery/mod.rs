//! How updates get from the poller to handlers: a JetStream stream between them, split into
//! partitions so that the updates of a user keep their order whatever the number of containers.

mod attempt;
mod dead_letters;
mod finished;
mod health;
mod partition;
mod publisher;
mod pull;
mod quarantine;
mod queue;
mod retries;
mod worker;

pub use dead_letters::DeadLetters;
pub use health::Health;
pub use partition::partition_of;
pub use publisher::Publisher;
pub use quarantine::{Quarantine, QuarantineLayer};
pub use queue::Queue;
pub use retries::Retries;
pub use worker::Worker;
