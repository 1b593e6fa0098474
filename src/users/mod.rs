//! The base of users: who ever interacted with the bot, and who of them can be written to.

mod connection;
mod layer;
#[cfg(feature = "admin")]
mod listed;
mod locale;
mod membership;
mod table;
mod tracker;

pub use layer::{TrackUser, TrackUserLayer};
#[cfg(feature = "admin")]
pub(crate) use listed::{Listed, Sought, find, one};
pub(crate) use locale::Asks;
pub use locale::{
    choose_chat_locale, choose_locale, forget_chat_locale, forget_locale, language_of,
};
pub use membership::membership;
pub use table::{Counts, count, deactivate, ensure, set_active};
pub(crate) use tracker::Lookup;
#[doc(hidden)]
pub use tracker::{TrackerDriver, UserTracker};
