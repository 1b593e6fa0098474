//! What is kept of a person, in every store: handed out, and erased, on request.
//!
//! Erasing is an event of that person's: it happens in the order of what he does, so that no handler writes of him beside it. What he
//! sends afterwards is of somebody new.

mod declared;
mod erase;
#[cfg(feature = "cli")]
mod export;
#[cfg(feature = "cli")]
mod operator;
mod pseudonym;
mod stores;
mod tables;

#[cfg(feature = "cli")]
pub(crate) use self::operator::Person;
pub(crate) use self::{declared::Declared, erase::routes, pseudonym::Pseudonyms, stores::Stores};
