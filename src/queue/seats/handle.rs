//! What a process asks of its seats, from wherever it works.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use ostankino_seats::{Holding, Instance, Process, Seat, View};
use tokio::sync::Notify;

use super::clock;

/// Asks and tells a [`Seats`](super::Seats) that runs. A clone is cheap.
#[derive(Clone, Debug)]
pub(crate) struct SeatsHandle(pub(super) Arc<Shared>);

/// What the driver and its handles share.
#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<State>,
    /// The process was told something on which it can act at once.
    pub(super) told: Notify,
    /// Another process was seen that could do the work.
    pub(super) has_well_peers: AtomicBool,
    /// How many processes take part, and how many of them come before this one.
    pub(super) standing: Mutex<(u32, u32)>,
    /// Who has what, as far as was seen.
    pub(super) seen: Mutex<Seen>,
}

/// Who has which seats.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Who polls.
    poller: Option<Instance>,
    /// Partitions that belong to somebody who takes part.
    partitions: usize,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) process: Process,
    /// Nobody drives the process any more.
    has_ended: bool,
}

impl Shared {
    pub(super) fn new(process: Process) -> Self {
        let has_ended = false;
        Self {
            state: Mutex::new(State { process, has_ended }),
            told: Notify::new(),
            has_well_peers: AtomicBool::new(false),
            standing: Mutex::new((1, 0)),
            seen: Mutex::default(),
        }
    }

    /// Never held over an await.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// That was seen of who takes part, this process beside them, and of who has what.
    pub(super) fn saw(&self, me: Instance, view: &View) {
        let (mut of, mut before) = (1, 0);
        for member in view.members.keys().filter(|member| **member != me) {
            of += 1;
            before += u32::from(*member < me);
        }
        *self.standing.lock().unwrap_or_else(PoisonError::into_inner) = (of, before);
        let mut seen = Seen::default();
        for (seat, entry) in &view.seats {
            let Holding { holder, released } = entry.value;
            if released || !view.members.contains_key(&holder) {
                continue;
            }
            match seat {
                Seat::Poll => seen.poller = Some(holder),
                Seat::Partition(_) => seen.partitions += 1,
            }
        }
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = seen;
    }

    /// Nothing begins any more.
    pub(super) fn end(&self) {
        self.lock().has_ended = true;
    }
}

impl State {
    pub(super) fn may_begin(&self, seat: Seat) -> bool {
        !self.has_ended && self.process.may_begin(seat, clock::now())
    }

    fn may_end(&self, seat: Seat) -> bool {
        !self.has_ended && self.process.may_end(seat, clock::now())
    }
}

impl SeatsHandle {
    /// Whether an update of that seat may begin now. It is cheap, and to be asked right before each.
    pub(crate) fn may_begin(&self, seat: Seat) -> bool {
        self.0.lock().may_begin(seat)
    }

    /// Whether what was begun of that seat is still this process's alone: also while it is handed over.
    pub(crate) fn may_end(&self, seat: Seat) -> bool {
        self.0.lock().may_end(seat)
    }

    /// Nothing is under way any more of a seat that was to be handed over.
    pub(crate) fn drained(&self, seat: Seat) {
        self.0.lock().process.drained(seat);
        self.0.told.notify_one();
    }

    /// Whether the servers that handlers need were just found to be well. Tell it again and again: a
    /// process that is unwell for seconds hands its seats to those that are well.
    pub(crate) fn found_servers(&self, are_well: bool) {
        let now = clock::now();
        self.0.lock().process.found_servers(are_well, now);
    }

    /// Whether another process is there that could do the work, as far as is known.
    pub(crate) fn has_well_peers(&self) -> bool {
        self.0.has_well_peers.load(Ordering::Relaxed)
    }

    /// How many processes take part, this one among them, and how many of them come before it in an order that all agree
    /// on; as far as is known.
    pub(crate) fn standing(&self) -> (u32, u32) {
        let standing = self.0.standing.lock();
        *standing.unwrap_or_else(PoisonError::into_inner)
    }

    /// How many partitions are this process's.
    #[cfg(feature = "web")]
    pub(crate) fn owned(&self) -> usize {
        let state = self.0.lock();
        let is_partition = |seat: &Seat| matches!(seat, Seat::Partition(_));
        state.process.owned().filter(is_partition).count()
    }

    /// How many partitions belong to some process, as far as was seen.
    #[cfg(feature = "web")]
    pub(crate) fn owned_by_any(&self) -> usize {
        self.seen().partitions
    }

    /// Which process polls, as far as was seen.
    #[cfg(feature = "web")]
    pub(crate) fn poller(&self) -> Option<String> {
        self.seen().poller.map(|poller| poller.to_string())
    }

    #[cfg(feature = "web")]
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How this process is called now, in the bucket and the log.
    pub(crate) fn instance(&self) -> String {
        self.0.lock().process.instance().to_string()
    }
}
