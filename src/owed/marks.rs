//! The places where calls may wait for their turn, as far as this process knows. Others are not looked up.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// The places, each with the number of its marking: one that is marked again meanwhile stays.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// False: there are none, and nobody needs the lock.
    any: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    places: HashMap<i64, u64>,
    last: u64,
}

/// A moment among those at which places were marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment(u64);

impl Marks {
    /// Whether there are any.
    pub(super) fn any(&self) -> bool {
        self.any.load(Ordering::Acquire)
    }

    /// Now.
    pub(super) fn moment(&self) -> Moment {
        Moment(self.lock().last)
    }

    pub(super) fn add(&self, places: impl IntoIterator<Item = i64>) {
        let mut state = self.lock();
        state.last += 1;
        let last = state.last;
        state
            .places
            .extend(places.into_iter().map(|place| (place, last)));
        self.count(&state);
    }

    /// Whether a place is marked.
    pub(super) fn has(&self, place: i64) -> bool {
        self.lock().places.contains_key(&place)
    }

    /// Nothing waited in a place after that moment, unless it was marked since.
    pub(super) fn remove(&self, place: i64, as_of: Moment) {
        let mut state = self.lock();
        if state.places.get(&place).is_some_and(|at| *at <= as_of.0) {
            state.places.remove(&place);
        }
        self.count(&state);
    }

    /// These were all after that moment, but for those that were marked since.
    pub(super) fn replace(&self, places: &[i64], as_of: Moment) {
        let mut state = self.lock();
        state.places.retain(|_, at| *at > as_of.0);
        for place in places {
            state.places.entry(*place).or_insert(as_of.0);
        }
        self.count(&state);
    }

    fn count(&self, state: &State) {
        self.any.store(!state.places.is_empty(), Ordering::Release);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_is_marked_while_somebody_looks_stays_marked() {
        let marks = Marks::default();
        assert!(!marks.any());
        marks.add([7]);
        let looked = marks.moment();
        marks.add([7, 8]);
        marks.remove(7, looked);
        assert!(marks.has(7));
        marks.replace(&[9], looked);
        assert_eq!([7, 8, 9].map(|place| marks.has(place)), [true; 3]);
        marks.replace(&[9], marks.moment());
        assert_eq!(
            [7, 8, 9].map(|place| marks.has(place)),
            [false, false, true]
        );
        marks.remove(9, marks.moment());
        assert!(!marks.any());
    }
}
