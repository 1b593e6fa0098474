//! The seats that this process owns, or tries to take.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use crate::{Action, Entry, Holding, Instance, Seat, Timing, View, Written};

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Grips(BTreeMap<Seat, Grip>);

/// One seat.
#[derive(Clone, Copy, Debug)]
struct Grip {
    phase: Phase,
    /// The entry as far as it is known.
    revision: u64,
    /// The revision by which it was taken.
    term: u64,
    /// When the last write that succeeded was sent.
    sent: Duration,
    /// When the write under way was sent.
    writing: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Taking,
    Owned,
    /// Nothing begins any more; what was begun is under way.
    Draining,
    /// Nothing is under way any more.
    Releasing,
}

impl Grips {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether nothing begins any more, and nothing of any seat is under way.
    pub(crate) fn are_idle(&self) -> bool {
        self.0.values().all(|grip| grip.phase == Phase::Releasing)
    }

    pub(crate) fn owned(&self) -> impl Iterator<Item = Seat> {
        let owned = |(_, grip): &(_, &Grip)| grip.phase == Phase::Owned;
        self.0.iter().filter(owned).map(|(seat, _)| *seat)
    }

    pub(crate) fn term(&self, seat: Seat) -> Option<u64> {
        let grip = self.0.get(&seat)?;
        (grip.phase != Phase::Taking).then_some(grip.term)
    }

    /// Whether the entry of an owned seat can be relied on.
    pub(crate) fn is_held(&self, seat: Seat, now: Duration, timing: &Timing) -> bool {
        self.0.get(&seat).is_some_and(|grip| {
            grip.phase == Phase::Owned && now.saturating_sub(grip.sent) < timing.reliance()
        })
    }

    /// The same of a seat that is owned, or being handed over: nobody takes it before it is released.
    pub(crate) fn is_kept(&self, seat: Seat, now: Duration, timing: &Timing) -> bool {
        self.0.get(&seat).is_some_and(|grip| {
            matches!(grip.phase, Phase::Owned | Phase::Draining)
                && now.saturating_sub(grip.sent) < timing.reliance()
        })
    }

    /// The connection is gone, and with it the answers to what is under way.
    pub(crate) fn disconnect(&mut self) {
        for grip in self.0.values_mut() {
            grip.writing = None;
        }
    }

    /// Gives up waiting for answers; the next writes tell what became of these.
    pub(crate) fn give_up_on_silence(&mut self, now: Duration, limit: Duration) {
        for grip in self.0.values_mut() {
            grip.writing
                .take_if(|sent| now.saturating_sub(*sent) >= limit);
        }
    }

    /// Renews the entries, and releases what is drained.
    pub(crate) fn renew(
        &mut self,
        me: Instance,
        now: Duration,
        timing: &Timing,
        actions: &mut Vec<Action>,
    ) {
        for (seat, grip) in &mut self.0 {
            let is_due = match grip.phase {
                Phase::Taking => false,
                Phase::Owned | Phase::Draining => now.saturating_sub(grip.sent) >= timing.renewal(),
                Phase::Releasing => true,
            };
            if grip.writing.is_none() && is_due {
                actions.push(grip.write(*seat, me, now));
            }
        }
    }

    /// Begins to hand over everything, whatever stands in the store.
    pub(crate) fn drain_all(&mut self, actions: &mut Vec<Action>) {
        // Whether these were taken is not known. If so, a later look tells.
        self.0
            .retain(|_, grip| grip.phase != Phase::Taking || grip.writing.is_some());
        for (seat, grip) in &mut self.0 {
            if grip.phase == Phase::Owned {
                grip.phase = Phase::Draining;
                actions.push(Action::Drain(*seat));
            }
        }
    }

    /// Hands over what is rightfully another's.
    pub(crate) fn hand_over(
        &mut self,
        me: Instance,
        view: &View,
        is_mine: impl Fn(Seat) -> bool,
        actions: &mut Vec<Action>,
    ) {
        let mut lost = Vec::new();
        for (seat, grip) in &mut self.0 {
            let entry = view.seats.get(seat);
            if entry.is_some_and(|e| e.revision > grip.revision && e.value.holder != me) {
                lost.push(*seat);
                continue;
            }
            // What this process just took is not in what was read before.
            let is_known = entry.is_some_and(|entry| entry.revision >= grip.term);
            match grip.phase {
                Phase::Owned if is_known && !is_mine(*seat) => {
                    grip.phase = Phase::Draining;
                    actions.push(Action::Drain(*seat));
                }
                // Whether it was taken is not known. If so, the next look tells.
                Phase::Taking if grip.writing.is_none() && !is_mine(*seat) => lost.push(*seat),
                _ => {}
            }
        }
        actions.extend(lost.into_iter().filter_map(|seat| self.lose(seat)));
        // Taken by a request whose answer was lost, and rightfully another's by now.
        for (seat, entry) in &view.seats {
            let is_held = entry.value.holder == me && !entry.value.released;
            if is_held && !is_mine(*seat) {
                self.0
                    .entry(*seat)
                    .or_insert_with(|| Grip::new(Phase::Releasing, entry.revision));
            }
        }
    }

    /// Takes those of `rightful` that are free; gives the owners of others who may be dead.
    pub(crate) fn take(
        &mut self,
        me: Instance,
        rightful: impl Iterator<Item = Seat>,
        view: &View,
        dead: &BTreeSet<Instance>,
        now: Duration,
        actions: &mut Vec<Action>,
    ) -> BTreeSet<Instance> {
        let mut doubtful = BTreeSet::new();
        for seat in rightful {
            let is_open = self
                .0
                .get(&seat)
                .is_none_or(|grip| grip.phase == Phase::Taking && grip.writing.is_none());
            if !is_open {
                continue;
            }
            let entry = view.seats.get(&seat);
            if let Some(Entry { value, .. }) = entry
                && !value.released
                && value.holder != me
                && !dead.contains(&value.holder)
            {
                // Missing in what was read is not dead: it may have been read before it joined.
                if !view.members.contains_key(&value.holder) {
                    doubtful.insert(value.holder);
                }
                continue;
            }
            let over = entry.map_or(0, |entry| entry.revision);
            let mut grip = Grip::new(Phase::Taking, over);
            actions.push(grip.write(seat, me, now));
            self.0.insert(seat, grip);
        }
        doubtful
    }

    /// Takes the end of a write.
    pub(crate) fn written(
        &mut self,
        me: Instance,
        seat: Seat,
        written: Written<Holding>,
    ) -> Option<Action> {
        let grip = self.0.get_mut(&seat)?;
        let sent = grip.writing.take()?;
        match written {
            Written::Done(revision) => {
                (grip.revision, grip.sent) = (revision, sent);
                match grip.phase {
                    Phase::Taking => {
                        (grip.phase, grip.term) = (Phase::Owned, revision);
                        let term = revision;
                        return Some(Action::Own { seat, term });
                    }
                    Phase::Owned | Phase::Draining => {}
                    Phase::Releasing => drop(self.0.remove(&seat)),
                }
            }
            // An earlier write did arrive, and only its answer was lost.
            Written::Refused(Some(Entry { revision, value }))
                if value.holder == me && !value.released =>
            {
                grip.revision = revision;
            }
            Written::Refused(_) => return self.lose(seat),
            Written::Unknown => {}
        }
        None
    }

    /// Nothing of the seat is under way any more.
    pub(crate) fn drained(&mut self, seat: Seat) {
        let grip = self.0.get_mut(&seat);
        if let Some(grip) = grip.filter(|grip| grip.phase == Phase::Draining) {
            grip.phase = Phase::Releasing;
        }
    }

    /// Everything may be another's by now.
    pub(crate) fn lose_all(&mut self) -> Vec<Action> {
        let lost: Vec<Seat> = self.0.keys().copied().collect();
        lost.into_iter()
            .filter_map(|seat| self.lose(seat))
            .collect()
    }

    fn lose(&mut self, seat: Seat) -> Option<Action> {
        let grip = self.0.remove(&seat)?;
        (grip.phase != Phase::Taking).then_some(Action::Abandon(seat))
    }
}

impl Grip {
    fn new(phase: Phase, revision: u64) -> Self {
        Self {
            phase,
            revision,
            term: 0,
            sent: Duration::ZERO,
            writing: None,
        }
    }

    fn write(&mut self, seat: Seat, holder: Instance, now: Duration) -> Action {
        self.writing = Some(now);
        Action::Hold {
            seat,
            over: self.revision,
            holder,
            released: self.phase == Phase::Releasing,
        }
    }
}
