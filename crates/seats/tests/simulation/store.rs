//! The store: entries that change by compare-and-swap and expire.

use std::collections::BTreeMap;

use ostankino_seats::{Entry, Holding, Instance, Member, Seat, View, Written};

/// Times are in milliseconds of the store's clock.
#[derive(Debug)]
pub(crate) struct Store {
    revision: u64,
    lease: u64,
    members: BTreeMap<Instance, Kept<Member>>,
    seats: BTreeMap<Seat, Kept<Holding>>,
}

#[derive(Clone, Copy, Debug)]
struct Kept<T> {
    entry: Entry<T>,
    expires: u64,
}

impl Store {
    pub(crate) fn new(lease: u64) -> Self {
        Self {
            revision: 0,
            lease,
            members: BTreeMap::new(),
            seats: BTreeMap::new(),
        }
    }

    pub(crate) fn expire(&mut self, now: u64) {
        self.members.retain(|_, kept| kept.expires > now);
        self.seats.retain(|_, kept| kept.expires > now);
    }

    /// Everything is lost but the revisions, which go on.
    pub(crate) fn wipe(&mut self) {
        self.members.clear();
        self.seats.clear();
    }

    pub(crate) fn put_member(
        &mut self,
        key: Instance,
        over: u64,
        value: Member,
        now: u64,
    ) -> Written<Member> {
        put(
            &mut self.members,
            key,
            over,
            value,
            &mut self.revision,
            now + self.lease,
        )
    }

    pub(crate) fn put_seat(
        &mut self,
        key: Seat,
        over: u64,
        value: Holding,
        now: u64,
    ) -> Written<Holding> {
        put(
            &mut self.seats,
            key,
            over,
            value,
            &mut self.revision,
            now + self.lease,
        )
    }

    /// Whether an entry of that revision was there.
    pub(crate) fn remove_member(&mut self, key: Instance, over: u64) -> bool {
        let is_it = self
            .members
            .get(&key)
            .is_some_and(|kept| kept.entry.revision == over);
        if is_it {
            self.members.remove(&key);
        }
        is_it
    }

    pub(crate) fn has_member(&self, key: Instance) -> bool {
        self.members.contains_key(&key)
    }

    pub(crate) fn view(&self) -> View {
        View {
            members: self.members.iter().map(|(k, v)| (*k, v.entry)).collect(),
            seats: self.seats.iter().map(|(k, v)| (*k, v.entry)).collect(),
        }
    }
}

fn put<K: Ord, V: Copy>(
    entries: &mut BTreeMap<K, Kept<V>>,
    key: K,
    over: u64,
    value: V,
    revision: &mut u64,
    expires: u64,
) -> Written<V> {
    let found = entries.get(&key).map(|kept| kept.entry);
    if found.map_or(0, |entry| entry.revision) != over {
        return Written::Refused(found);
    }
    *revision += 1;
    let entry = Entry {
        revision: *revision,
        value,
    };
    entries.insert(key, Kept { entry, expires });
    Written::Done(*revision)
}
