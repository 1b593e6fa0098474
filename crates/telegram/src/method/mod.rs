//! The methods of the Bot API, one row each: the parameters, the answer, and where a call goes.
//! A test compares the rows with the facts of the Bot API, so that a new version is a red test.

pub(crate) mod answers;
mod bot;
mod business;
mod chats;
mod edits;
mod forums;
mod messages;
pub(crate) mod params;
mod payments;
mod queries;
mod shared;
mod stickers;
mod target;
#[cfg(test)]
mod tests;
mod users;

use serde::{Serialize, de::DeserializeOwned};

pub use self::{
    shared::takes,
    target::{Place, Query, Target},
};

/// The parameters of a method of the Bot API: they know its name and what it answers.
///
/// [`Bot::send`](crate::Bot::send) makes the call, [`Call::of`](crate::Call::of) makes data of it.
/// Those of every method of Bot API 10.3 are in [`methods`](crate::methods); a method that is newer
/// is one more implementation, or a [`Call::new`](crate::Call::new) by its name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` are no parameters of a method of the Bot API",
    note = "those of each method are in `ostankino::methods`: `&SendDiceParams::builder().chat_id(7).build()`",
    note = "a method by its name is a `Call`, made with `Bot::call`"
)]
pub trait Method: Serialize {
    /// The name, such as `sendMessage`.
    const NAME: &'static str;

    /// What Telegram answers.
    type Answer: DeserializeOwned;

    /// Where a call goes, for calls that do not say so themselves.
    const TARGET: Target;
}

/// Where calls of the method of that name go; `None` if this version of the library does not know
/// it. As for Telegram, the case of the name does not matter.
#[must_use]
pub fn target(name: &str) -> Option<Target> {
    // Names differ in length first: the comparison of most is one of two numbers.
    let row = rows().find(|row| row.name.eq_ignore_ascii_case(name));
    row.map(|row| row.target)
}

/// A method without its types.
#[derive(Debug)]
struct Row {
    name: &'static str,
    target: Target,
    #[cfg(test)]
    params: fn() -> tests::Shape,
    #[cfg(test)]
    answer: fn() -> tests::Shape,
}

impl Row {
    const fn of<M: Method + DeserializeOwned>() -> Self {
        Self {
            name: M::NAME,
            target: M::TARGET,
            #[cfg(test)]
            params: tests::shape_of::<M>,
            #[cfg(test)]
            answer: tests::shape_of::<M::Answer>,
        }
    }
}

fn rows() -> impl Iterator<Item = &'static Row> {
    let tables = [
        messages::ROWS,
        edits::ROWS,
        queries::ROWS,
        payments::ROWS,
        chats::ROWS,
        forums::ROWS,
        users::ROWS,
        bot::ROWS,
        business::ROWS,
        stickers::ROWS,
    ];
    tables.into_iter().flatten()
}

/// Rows of `name: Params => Answer, PLACE + part + …;` see [`Target`] for the places and parts.
macro_rules! methods {
    ($($name:ident: $Params:ty => $Answer:ty, $PLACE:ident $(+ $part:ident)*;)*) => {
        $(impl super::Method for $Params {
            const NAME: &'static str = stringify!($name);
            type Answer = $Answer;
            const TARGET: super::Target = super::Target::$PLACE$(.$part())*;
        })*

        pub(super) const ROWS: &[Row] = &[$(Row::of::<$Params>()),*];
    };
}
use methods;
