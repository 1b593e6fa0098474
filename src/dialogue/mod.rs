//! Dialogue states in NATS KV: where a dialogue stands and what it learned so far. There is no
//! storage in memory: a container may die at any instruction. (Unit tests of handlers have no service; what they hold
//! of a dialogue from one update to the next is no storage, and behind the feature `test`.)

mod context;
mod handle;
mod key;
mod moves;
mod reading;
mod record;
#[cfg(feature = "admin")]
mod reset;
mod source;
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
#[cfg(feature = "admin")]
pub(crate) use {
    key::parse as parse_key,
    reset::{Reset, routes as reset_routes, whose},
};
