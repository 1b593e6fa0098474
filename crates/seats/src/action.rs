//! What a process asks of whoever drives it, and what it is told in return.

use crate::{Entry, Instance, Member, Seat};

/// What is to be done now. Requests to the store are answered by the method of
/// [`Process`](crate::Process) that each names; of one key there is never more than one under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Answer from now on to questions whether this instance is alive.
    Listen(Instance),
    /// Write the own member entry over that revision, 0 where there must be none.
    /// Answered by [`member_written`](crate::Process::member_written).
    Beat {
        /// The own name, the entry's key.
        instance: Instance,
        /// What the entry must be now.
        over: u64,
        /// What it becomes.
        member: Member,
    },
    /// Remove the own member entry of that revision. Needs no answer.
    Leave {
        /// The own name, the entry's key.
        instance: Instance,
        /// What the entry must be now.
        over: u64,
    },
    /// Write a seat's entry over that revision, 0 where there must be none: to take, renew or
    /// release it. Answered by [`seat_written`](crate::Process::seat_written).
    Hold {
        /// Whose entry.
        seat: Seat,
        /// What the entry must be now.
        over: u64,
        /// The own name.
        holder: Instance,
        /// Whether it is given back.
        released: bool,
    },
    /// Ask whether a member is alive. Answered by [`asked`](crate::Process::asked).
    Ask(Instance),
    /// Read a member's entry, from whoever decides on it. If there is none, say so by
    /// [`is_dead`](crate::Process::is_dead).
    Look(Instance),
    /// Remove the entry of a member that died. Answered by
    /// [`removed`](crate::Process::removed).
    Remove {
        /// Who died.
        member: Instance,
        /// What the entry must be now.
        over: u64,
    },
    /// A seat is owned: begin its work. `term` is greater than that of any owner before.
    Own {
        /// Which seat.
        seat: Seat,
        /// The revision by which it was taken.
        term: u64,
    },
    /// A seat is to be handed over: begin nothing of it any more, and tell by
    /// [`drained`](crate::Process::drained) when nothing of it is under way.
    Drain(Seat),
    /// A seat was lost: another process may have begun its work.
    Abandon(Seat),
}

/// How a write ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written<T> {
    /// It is written, as that revision.
    Done(u64),
    /// The entry was another one: this, if there is one. It must be read after the refusal, from
    /// whoever decided on it (in a cluster, the leader).
    Refused(Option<Entry<T>>),
    /// There was no answer: it may be written or not.
    Unknown,
}

/// What became of the question whether a member is alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It answered.
    Alive,
    /// The server knows of nobody who could answer: the connection of that member is gone.
    NoResponders,
    /// No answer in time, or the question could not be asked.
    Silence,
}
