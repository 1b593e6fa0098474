//! What stands in the store: an entry per member, an entry per seat.

use std::{collections::BTreeMap, fmt};

/// The name of one life of a process: a random number, drawn again whenever it joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instance(pub u64);

impl fmt::Display for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// What one process at a time may own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seat {
    /// The right to fetch updates.
    Poll,
    /// The right to begin the updates of that partition.
    Partition(u16),
}

/// Whether a member should own seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It can work.
    Well,
    /// A server that it needs is away: others should work, if they can.
    Unwell,
    /// It is stopping, and releases its seats.
    Leaving,
}

/// A process that takes part. Its key names its [`Instance`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Whether it should own seats.
    pub condition: Condition,
}

/// Who owns a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// The owner.
    pub holder: Instance,
    /// The owner gave it back: it begins nothing any more, and nothing of it is under way.
    pub released: bool,
}

/// An entry as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<T> {
    /// The number of its last write: greater than that of any earlier write of the store.
    pub revision: u64,
    /// What was written.
    pub value: T,
}

/// What was read of the store. It may be behind: only a compare-and-swap is certain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The members.
    pub members: BTreeMap<Instance, Entry<Member>>,
    /// The seats that have an entry.
    pub seats: BTreeMap<Seat, Entry<Holding>>,
}
