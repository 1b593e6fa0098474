//! Hosts, a store and the network between them, in simulated time.

mod faults;
mod messages;

use std::{collections::BTreeMap, time::Duration};

use fastrand::Rng;
use ostankino_seats::{Action, Instance, Process, Seat, Timing};

use crate::{
    host::{Host, local, millis},
    network::{Agenda, Event, Request},
    store::Store,
};

/// How often the promises are checked, in milliseconds; they are at every event, too.
const STEP: u64 = 50;

const PARTITIONS: u16 = 16;

pub(crate) struct World {
    pub(crate) now: u64,
    /// No message takes unusually long.
    pub(crate) is_calm: bool,
    seed: u64,
    rng: Rng,
    timing: Timing,
    store: Store,
    agenda: Agenda,
    hosts: Vec<Host>,
    last: BTreeMap<Seat, Last>,
    takings: usize,
    pub(crate) longest_gap: u64,
}

/// The last owner of a seat who might begin its work: its term, and when that was.
#[derive(Clone, Copy, Debug, Default)]
struct Last {
    term: u64,
    at: u64,
}

impl World {
    /// A world with that many processes, started within half a second.
    pub(crate) fn new(seed: u64, timing: Timing, hosts: usize) -> Self {
        let lease = u64::try_from(timing.lease.as_millis()).expect("short");
        let mut world = Self {
            // Clocks do not begin with the world.
            now: 100_000,
            is_calm: false,
            seed,
            rng: Rng::with_seed(seed),
            timing,
            store: Store::new(lease),
            agenda: Agenda::default(),
            hosts: Vec::new(),
            last: BTreeMap::new(),
            takings: 0,
            longest_gap: 0,
        };
        fastrand::seed(seed);
        for _ in 0..hosts {
            world.join();
        }
        world
    }

    pub(crate) fn join(&mut self) {
        let drift = self.rng.u64(990_000..=1_010_000);
        let begins = self.now + self.rng.u64(0..100);
        let name = || Instance(fastrand::u64(..));
        let process = Process::new(self.timing, PARTITIONS, name, local(begins, drift));
        let host = Host::new(process, drift);
        self.hosts.push(host);
        self.agenda.add(begins, self.hosts.len() - 1, Event::Wakes);
    }

    pub(crate) fn living(&self) -> Vec<usize> {
        let living = self.hosts.iter().enumerate();
        living
            .filter(|(_, host)| host.killed.is_none() && !host.process.is_gone())
            .map(|(n, _)| n)
            .collect()
    }

    /// Those whom nothing befell that lasts.
    pub(crate) fn sound(&self) -> Vec<usize> {
        let mut sound = self.living();
        sound.retain(|n| {
            let host = &self.hosts[*n];
            let ailing = [
                host.frozen_until,
                host.cut_until,
                host.minority_until,
                host.unseen_until,
            ];
            !host.is_stopping && ailing.iter().all(|until| *until <= self.now)
        });
        sound
    }

    /// Who may begin the work of which seat now.
    pub(crate) fn owners(&self) -> BTreeMap<Seat, usize> {
        self.find_owners().into_iter().collect()
    }

    fn find_owners(&self) -> Vec<(Seat, usize)> {
        let mut owners: Vec<(Seat, usize)> = Vec::with_capacity(2 * usize::from(PARTITIONS));
        for (n, host) in self.hosts.iter().enumerate() {
            if host.killed.is_some() || host.frozen_until > self.now {
                continue;
            }
            let now = self.clock(n);
            let begins = |seat: &Seat| host.process.may_begin(*seat, now);
            owners.extend(host.process.owned().filter(begins).map(|seat| (seat, n)));
        }
        owners.sort_unstable();
        if let Some(two) = owners.windows(2).find(|two| two[0].0 == two[1].0) {
            panic!(
                "seed {}, at {}: {two:?} may begin at once",
                self.seed, self.now
            );
        }
        owners
    }

    /// How many partitions each living process owns.
    pub(crate) fn shares(&self) -> Vec<usize> {
        let owners = self.owners();
        let share = |host: &usize| {
            let partitions = owners
                .iter()
                .filter(|(seat, _)| matches!(seat, Seat::Partition(_)));
            partitions.filter(|(_, owner)| *owner == host).count()
        };
        self.living().iter().map(share).collect()
    }

    /// How often a seat was taken so far.
    pub(crate) fn takings(&self) -> usize {
        self.takings
    }

    /// Lets a second pass in which no message takes long, and none reads what is behind.
    pub(crate) fn settle(&mut self) {
        let was_calm = std::mem::replace(&mut self.is_calm, true);
        self.run_for(Duration::from_secs(1));
        self.is_calm = was_calm;
    }

    pub(crate) fn run_for(&mut self, length: Duration) {
        let end = self.now + millis(length);
        while self.now < end {
            let step = (self.now / STEP + 1) * STEP;
            while let Some((at, host, event)) = self.agenda.next(step.min(end)) {
                self.now = self.now.max(at);
                self.store.expire(self.now);
                self.check();
                self.happen(host, event);
            }
            self.now = step.min(end);
            self.check();
        }
    }

    fn check(&mut self) {
        let owners = self.find_owners();
        for host in &mut self.hosts {
            if host.frozen_until <= self.now {
                host.process.awake(local(self.now, host.drift));
            }
        }
        for (seat, owner) in owners {
            let term = self.hosts[owner].process.term(seat).expect("it is owned");
            let last = self.last.entry(seat).or_default();
            assert!(
                last.term <= term,
                "seed {}: a former owner begins",
                self.seed
            );
            *last = Last { term, at: self.now };
        }
        let since = self.last.values().map(|last| last.at).min();
        let gap = self.now - since.unwrap_or(self.now);
        self.longest_gap = self.longest_gap.max(gap);
    }

    fn happen(&mut self, n: usize, event: Event) {
        if let Event::Arrives(request) = event {
            return self.arrive(n, &request);
        }
        let host = &mut self.hosts[n];
        if host.killed.is_some() {
            return;
        }
        if host.frozen_until > self.now {
            self.agenda.add(host.frozen_until, n, event);
            return;
        }
        let now = local(self.now, host.drift);
        let process = &mut host.process;
        let actions = match event {
            Event::Wakes => {
                if host.woken_for.is_some_and(|at| at > self.now) || host.is_looking {
                    return;
                }
                host.woken_for = None;
                host.is_looking = true;
                return self.send(n, Request::View);
            }
            Event::Viewed(view) => {
                host.is_looking = false;
                process.tick(now, view.as_ref())
            }
            Event::MemberWritten(instance, written) => {
                process.member_written(instance, written, now)
            }
            Event::SeatWritten(holder, seat, written) => {
                process.seat_written(holder, seat, written)
            }
            Event::Asked(member, answer) => process.asked(member, answer, now),
            Event::Removed(member) => {
                process.removed(member, now);
                Vec::new()
            }
            Event::Dead(member) => {
                process.is_dead(member);
                Vec::new()
            }
            Event::Drained(seat) => {
                process.drained(seat);
                Vec::new()
            }
            Event::NoticesCut => {
                process.disconnected(now);
                Vec::new()
            }
            Event::Heals => {
                process.reconnected(now);
                Vec::new()
            }
            Event::Arrives(_) => unreachable!("at the store"),
        };
        for action in actions {
            self.act(n, action);
        }
        self.arm(n);
    }

    /// Sets the host's timer.
    fn arm(&mut self, n: usize) {
        let host = &mut self.hosts[n];
        let due = u64::try_from(host.process.next_tick().as_micros()).expect("short") * 1_000
            / host.drift;
        let due = due.max(self.now) + 1;
        if host.woken_for.is_none_or(|at| at > due || at <= self.now) {
            host.woken_for = Some(due);
            self.agenda.add(due, n, Event::Wakes);
        }
    }

    fn act(&mut self, n: usize, action: Action) {
        match action {
            Action::Listen(instance) => self.hosts[n].listens = vec![instance],
            Action::Own { .. } => self.takings += 1,
            Action::Drain(seat) => {
                let ends = self.now + self.rng.u64(0..600);
                self.agenda.add(ends, n, Event::Drained(seat));
            }
            Action::Abandon(_) => {}
            request => self.send(n, Request::Do(request)),
        }
    }

    fn clock(&self, n: usize) -> Duration {
        local(self.now, self.hosts[n].drift)
    }
}
