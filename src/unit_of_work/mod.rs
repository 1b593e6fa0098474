//! Everything that an update changes, applied once: the rows of its session, its dialogues, and the
//! replies that are to be sent after them.
//!
//! [`DbSessionLayer`] reads top to bottom what happens to an update; what it learned leaves it in
//! what it returns.

mod dead;
mod effects;
mod inbox;
mod layer;
#[cfg(feature = "admin")]
mod look;
mod outbox;
mod resume;
mod session;
mod task_session;
mod transaction;
mod unit;

#[doc(hidden)]
pub use inbox::{Inbox, InboxEntry};
pub use layer::{DbSessionLayer, DbSessionService};
#[cfg(feature = "admin")]
pub(crate) use look::LookLayer;
pub use session::{Conn, DbSession};
pub use task_session::TaskSession;
#[doc(hidden)]
pub use transaction::NotCommitted;
