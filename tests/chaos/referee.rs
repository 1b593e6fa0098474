//! Who holds which seat, seen from the messages that pass the proxies, and what must not be: the work of
//! a seat by who does not hold it, a seat that is taken from a living owner, a reply that is sent twice
//! though nothing happened.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::fleet::RELIANCE;

/// How long a process may go on before it must have noticed what befell it.
const NOTICED: Duration = Duration::from_secs(3);

/// After how long everybody must know who holds a seat.
const KNOWN: Duration = Duration::from_secs(1);

/// A reply may be repeated for what happened so long before it was first sent.
const AFTERMATH: Duration = Duration::from_secs(10);

/// The right to do some work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Seat {
    Poll,
    Partition(u16),
}

/// What was counted of what must not be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fouls {
    pub(crate) stolen: usize,
    pub(crate) unseated: usize,
    pub(crate) repeated: usize,
    pub(crate) notes: Vec<String>,
}

/// See the [module](self).
#[derive(Debug)]
pub(crate) struct Referee(Mutex<State>);

#[derive(Debug)]
struct State {
    holders: HashMap<Seat, Holder>,
    /// Until when what befalls a process excuses it.
    excused: HashMap<usize, Instant>,
    /// Until when anything befell anybody.
    trouble: Instant,
    /// Who sent the answer to an update first, and when.
    replies: HashMap<i64, (usize, Instant)>,
    fouls: Fouls,
}

#[derive(Clone, Copy, Debug)]
struct Holder {
    process: usize,
    since: Instant,
    written: Instant,
    is_released: bool,
}

impl Default for Referee {
    fn default() -> Self {
        Self(Mutex::new(State {
            holders: HashMap::new(),
            excused: HashMap::new(),
            trouble: Instant::now(),
            replies: HashMap::new(),
            fouls: Fouls::default(),
        }))
    }
}

impl Referee {
    /// Something happens that can be felt for so long.
    pub(crate) fn happens(&self, time: Duration) {
        let mut state = self.lock();
        state.trouble = (Instant::now() + time).max(state.trouble);
    }

    /// It befalls that process for so long, and its seats.
    pub(crate) fn befalls(&self, process: usize, time: Duration) {
        self.happens(time);
        let mut state = self.lock();
        let until = Instant::now() + time;
        let excused = state.excused.entry(process).or_insert(until);
        *excused = until.max(*excused);
    }

    /// The server took the write of a seat that was asked for then: its holder counts from that, however
    /// late the answer is.
    pub(crate) fn written(&self, process: usize, seat: Seat, is_released: bool, asked: Instant) {
        let mut state = self.lock();
        let now = Instant::now();
        let before = state.holders.get(&seat).copied();
        let same = before.filter(|before| before.process == process);
        if let Some(before) = before
            && before.process != process
            && !before.is_released
            && now.duration_since(before.written) < RELIANCE
            && !state.is_excused(before.process)
        {
            state.fouls.stolen += 1;
            let note = format!("{seat:?}: {process} took it from {}", before.process);
            state.fouls.notes.push(note);
        }
        let holder = Holder {
            process,
            since: same.map_or(now, |before| before.since),
            written: asked,
            is_released,
        };
        state.holders.insert(seat, holder);
    }

    /// A process does the work of a seat.
    pub(crate) fn works(&self, process: usize, seat: Seat) {
        let mut state = self.lock();
        let Some(holder) = state.holders.get(&seat).copied() else {
            return;
        };
        if holder.process != process && holder.since.elapsed() > KNOWN && !state.is_excused(process)
        {
            state.fouls.unseated += 1;
            let note = format!("{seat:?} is {}'s: {process} works for it", holder.process);
            state.fouls.notes.push(note);
        }
    }

    /// A process sends the answer to an update.
    pub(crate) fn replied(&self, process: usize, update_id: i64) {
        let mut state = self.lock();
        let now = Instant::now();
        let (by, at) = *state.replies.entry(update_id).or_insert((process, now));
        if at != now && state.trouble + AFTERMATH < at {
            state.fouls.repeated += 1;
            let note = format!("{by} answered update {update_id}, and {process} did it again");
            state.fouls.notes.push(note);
        }
    }

    /// Who holds a seat, as far as is known.
    pub(crate) fn holder(&self, seat: Seat) -> Option<usize> {
        let holder = self.lock().holders.get(&seat).copied();
        holder
            .filter(|holder| !holder.is_released)
            .map(|holder| holder.process)
    }

    pub(crate) fn fouls(&self) -> Fouls {
        self.lock().fouls.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_excused(&self, process: usize) -> bool {
        let until = self.excused.get(&process);
        until.is_some_and(|until| Instant::now() < *until + NOTICED)
    }
}
