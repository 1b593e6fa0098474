//! Requests on their way to the store, what it does with them, and its answers.

use ostankino_seats::{Action, Answer, Holding, Instance, View};

use super::World;
use crate::network::{Event, Request, unanswered};

/// How long a request waits for its answer, in milliseconds.
const TIMEOUT: u64 = 1_000;

impl World {
    fn delay(&mut self) -> u64 {
        match self.rng.u8(..) {
            0..4 if !self.is_calm => self.rng.u64(0..400),
            _ => self.rng.u64(0..5),
        }
    }

    pub(super) fn send(&mut self, n: usize, request: Request) {
        if self.hosts[n].is_cut(self.now) {
            return self.lose(n, &request);
        }
        let arrives = self.now + self.delay();
        self.agenda.add(arrives, n, Event::Arrives(request));
    }

    /// There will be no answer.
    fn lose(&mut self, n: usize, request: &Request) {
        let Some(event) = unanswered(request) else {
            return;
        };
        self.agenda.add(self.now + TIMEOUT, n, event);
    }

    /// What the store does, whatever has become of the host meanwhile.
    pub(super) fn arrive(&mut self, n: usize, request: &Request) {
        let event = match request {
            Request::View => Some(Event::Viewed(Some(self.read()))),
            Request::Do(action) => self.carry_out(*action),
        };
        if self.hosts[n].is_cut(self.now) {
            return self.lose(n, request);
        }
        let Some(event) = event else { return };
        let answered = self.now + self.delay();
        self.agenda.add(answered, n, event);
    }

    /// A read of many keys may miss one that is written at that moment.
    fn read(&mut self) -> View {
        let mut view = self.store.view();
        if !self.is_calm && self.rng.u8(..) < 8 {
            let victim = self.rng.choice(view.members.keys().copied());
            victim.and_then(|victim| view.members.remove(&victim));
        }
        view
    }

    fn carry_out(&mut self, action: Action) -> Option<Event> {
        match action {
            Action::Beat {
                instance,
                over,
                member,
            } => {
                let written = self.store.put_member(instance, over, member, self.now);
                Some(Event::MemberWritten(instance, written))
            }
            Action::Hold {
                seat,
                over,
                holder,
                released,
            } => {
                let value = Holding { holder, released };
                let written = self.store.put_seat(seat, over, value, self.now);
                Some(Event::SeatWritten(holder, seat, written))
            }
            Action::Leave { instance, over } => {
                self.store.remove_member(instance, over);
                None
            }
            Action::Remove { member, over } => {
                let is_removed = self.store.remove_member(member, over);
                is_removed.then_some(Event::Removed(member))
            }
            Action::Look(member) => (!self.store.has_member(member)).then_some(Event::Dead(member)),
            Action::Ask(member) => Some(Event::Asked(member, self.answer(member))),
            Action::Listen(_) | Action::Own { .. } | Action::Drain(_) | Action::Abandon(_) => None,
        }
    }

    /// What the server of the store says of a member's connection.
    fn answer(&self, member: Instance) -> Answer {
        let mut hosts = self.hosts.iter();
        let host = hosts.rfind(|host| host.listens.contains(&member));
        let Some(host) = host else {
            return Answer::NoResponders;
        };
        host.answer(self.now)
    }
}
