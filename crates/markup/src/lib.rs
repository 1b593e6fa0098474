//! Whether Telegram takes an HTML text, found out before it is sent. An internal crate of ostankino: no version promises
//! anything of it.

mod check;
mod hints;
mod tags;

pub use check::{Item, Place, check};
pub use tags::TAGS;
