//! What is on its way: requests to the store, their answers, and the wake-ups of processes.

use std::{cmp::Ordering, collections::BinaryHeap};

use ostankino_seats::{Action, Answer, Holding, Instance, Member, Seat, View, Written};

/// What happens at a host, or at the store on behalf of one.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// A request arrives at the store.
    Arrives(Request),
    /// A host's timer.
    Wakes,
    /// The host has read the store, or could not.
    Viewed(Option<View>),
    MemberWritten(Instance, Written<Member>),
    SeatWritten(Instance, Seat, Written<Holding>),
    Asked(Instance, Answer),
    Removed(Instance),
    Dead(Instance),
    /// What was under way of a seat has ended.
    Drained(Seat),
    /// The client notices that its connection is gone.
    NoticesCut,
    /// The connection is there again.
    Heals,
}

/// A request to the store.
#[derive(Clone, Debug)]
pub(crate) enum Request {
    View,
    Do(Action),
}

/// Everything that is to happen, by time (in milliseconds) and then by the order of asking.
#[derive(Debug, Default)]
pub(crate) struct Agenda {
    heap: BinaryHeap<Item>,
    asked: u64,
}

#[derive(Debug)]
struct Item {
    at: u64,
    order: u64,
    host: usize,
    event: Event,
}

impl Agenda {
    pub(crate) fn add(&mut self, at: u64, host: usize, event: Event) {
        self.asked += 1;
        self.heap.push(Item {
            at,
            order: self.asked,
            host,
            event,
        });
    }

    /// What is due by then.
    pub(crate) fn next(&mut self, until: u64) -> Option<(u64, usize, Event)> {
        if self.heap.peek()?.at > until {
            return None;
        }
        self.heap.pop().map(|item| (item.at, item.host, item.event))
    }
}

impl Ord for Item {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.order).cmp(&(self.at, self.order))
    }
}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Item {}

/// What a host is told of a request that gets no answer.
pub(crate) fn unanswered(request: &Request) -> Option<Event> {
    match *request {
        Request::View => Some(Event::Viewed(None)),
        Request::Do(Action::Beat { instance, .. }) => {
            Some(Event::MemberWritten(instance, Written::Unknown))
        }
        Request::Do(Action::Hold { seat, holder, .. }) => {
            Some(Event::SeatWritten(holder, seat, Written::Unknown))
        }
        Request::Do(Action::Ask(member)) => Some(Event::Asked(member, Answer::Silence)),
        Request::Do(_) => None,
    }
}
