//! Updates that no handler can be given: kept as they came, until a person has looked at them.

mod escape;
mod letter;
mod letter_box;
mod replay;
mod store;
mod unread;

pub use letter::{Letter, StoredLetter};
pub use letter_box::LetterBox;
pub use replay::{Replay, Replayed};
pub use store::DeadLetters;
pub(crate) use store::{BEGUN_TOO_OFTEN, command};
