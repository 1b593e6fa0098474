//! What a button or a link carries, as a type: [`CallbackData`] and [`DeepLink`], whose length the
//! compiler checks, and [`Pack`] for their parts.
//!
//! Data are a prefix and letters: those of base64url, which a link may have as well. Two of them name the
//! variant of an enum; a number takes a letter for each five bits that it has, so small ones are short;
//! the bytes of a text take four letters for each three. All of it is read back as a whole or not at all.
//!
//! Buttons and links outlive the version of the bot that made them. A variant is known by its name, so
//! others may be added, removed and moved; the fields of a variant or struct are known by their order. To
//! change them, give the variant another name, or the type another prefix: what was made before is
//! [`Stale`] then, and nothing is taken for what it is not.

mod bounded;
mod callback;
mod extract;
mod letters;
#[doc(hidden)]
pub mod limit;
mod link;
mod pack;

use std::fmt;

pub use ostankino_macros::{CallbackData, DeepLink, Pack};

pub use self::{
    bounded::Bounded,
    callback::CallbackData,
    extract::{Link, Pressed},
    letters::{Packer, Unpacker},
    link::DeepLink,
    pack::Pack,
};

/// What is said to who presses a button whose data are of an earlier version of the bot; in a bot with
/// [texts](mod@crate::texts) its translation, the message `stale-button-toast` of `ostankino.ftl`.
pub const STALE_BUTTON: &str = "Кнопка устарела";

/// What the data of a dialog's buttons begin with: see the crate `ostankino-dialogs`.
pub const DIALOG: &str = "~";

/// Why data cannot be used, for their author.
pub(crate) const UNREADABLE: &str = "a text in the data is longer than its `#[max(…)]`";

/// Data that no type of this version made: another bot did, or an earlier version of this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stale;

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the data are of another version of the bot")
    }
}

impl std::error::Error for Stale {}

#[cfg(test)]
mod tests;
