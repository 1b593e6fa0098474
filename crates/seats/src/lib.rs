//! Which of several processes owns which partition of a queue: the rules, without any I/O.
//!
//! Work that must keep its order is split into partitions, and of each partition one process at a
//! time may *begin* work. Who that is stands in a store of entries that change by compare-and-swap
//! and expire unless they are renewed (a NATS KV bucket with an age, for one). There are two kinds:
//! a [`Member`] per process, and a [`Holding`] per [`Seat`], which names the member that owns it.
//!
//! A [`Process`] is one participant as a state machine. Whoever drives it tells it the time, what
//! was read from the store and how its requests ended; it answers with [`Action`]s. It never waits
//! and has no clock, so that thousands of schedules of kills, pauses and lost connections can be
//! simulated in a second: `tests/simulation` does.
//!
//! What is promised:
//!
//! - **Never do two processes begin work of one seat at a time**, whatever fails, as long as clocks
//!   run apart by a few percent at the most and the server of the store notices a lost connection
//!   not much earlier than the client does (see [`Timing::replicated`] for where it may). A store
//!   that forgets everything under its clients' connections is no exception, unless a process
//!   starts within two seconds after: it cannot know that others own what is not written there.
//! - **A seat is taken over** within two seconds after its owner died or lost its connection, within
//!   the time of its hand-over if the owner stops in order or somebody joins, and after the lease
//!   has expired if the owner stands still or its machine lost power.
//! - **Seats are shared evenly**: no two well members differ by more than one, and no more seats
//!   move than that takes.
//!
//! What happens to work that was begun before a seat was lost is not decided here: its effects need
//! a fence of their own.

mod action;
mod entry;
mod grips;
mod health;
mod membership;
mod neighbour;
mod process;
mod share;
mod timing;

pub use action::{Action, Answer, Written};
pub use entry::{Condition, Entry, Holding, Instance, Member, Seat, View};
pub use process::Process;
pub use share::share;
pub use timing::Timing;
