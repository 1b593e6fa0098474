//! What outlives a reply: calls that are made later, and the names of messages that were sent.
//!
//! A call is owed if it is an obligation without an answer that lasts, if its chat takes nothing for a while, or if
//! nobody waits for it. Its row is stored before the update that it is of counts as answered, in the statement that
//! strikes out what that had left to do. The calls of a place, which is a chat or what stands for another one, are made by the
//! owner of the place's partition; a row that somebody takes is left alone by all others for a time, so that a hand-over makes
//! nothing twice.

mod hints;
mod keeper;
mod marks;
mod notes;
#[cfg(feature = "cli")]
mod operator;
mod row;
mod sender;
mod sending;
mod table;

#[cfg(feature = "cli")]
pub(crate) use self::operator::{AllOwed, Debts, Listed};
pub(crate) use self::{
    keeper::{Parts, ReplyKeeper},
    notes::Notes,
    sender::Sender,
    table::OwedCalls,
};
