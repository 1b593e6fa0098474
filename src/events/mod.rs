//! Events of the service's own on their way into the queue: each goes into the partition of its user,
//! as updates do, under an id that Telegram never gives.
//!
//! Ids are below zero and tell an event for ever: of a timer twice the number of the firing, of a reply
//! an odd number made of the update that it answers. A copy of an event is met by its id, in the queue or in
//! the inbox.

mod id;
mod publisher;

pub(crate) use self::{
    id::{of_answer, of_news, of_reply, of_timer},
    publisher::{Events, Happening},
};
