//! Dialogue states in NATS KV: where a dialogue stands and what it learned so far. There is no
//! storage in memory, not even for tests: a container may die at any instruction.

mod context;
mod handle;
mod key;
mod moves;
mod reading;
mod record;
mod storage;

pub use crate::DialogueState;
#[doc(hidden)]
pub use context::DialogueContext;
pub use handle::{Current, Fsm};
pub use key::{DEFAULT_DESTINY, KeyBuilder, Scope};
pub(crate) use moves::Move;
#[doc(hidden)]
pub use record::{Cause, Change, Entry, Record};
pub(crate) use storage::open_bucket;
#[doc(hidden)]
pub use storage::{Advance, Journaled, NatsStorage, NotWritten};
