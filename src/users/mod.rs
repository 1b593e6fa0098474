//! The base of users: who ever interacted with the bot, and who of them can be written to.

mod layer;
mod membership;
mod table;
mod tracker;

pub use layer::{TrackUser, TrackUserLayer};
pub use membership::membership;
pub use table::{Counts, count, deactivate, ensure, set_active};
#[doc(hidden)]
pub use tracker::{TrackerDriver, UserTracker};
