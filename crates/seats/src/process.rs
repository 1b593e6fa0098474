//! One participant: it keeps its member entry, watches its neighbour, takes the seats that are
//! rightfully its own and hands over those that are not.

use std::{collections::BTreeSet, time::Duration};

use crate::{
    Action, Answer, Condition, Entry, Holding, Instance, Member, Seat, Timing, View, Written,
    grips::Grips, health::Health, membership::Membership, neighbour::Neighbour, share::share,
};

/// One process as a state machine. All times are of one clock of that process, which also runs
/// while its machine sleeps.
#[derive(Debug)]
pub struct Process {
    timing: Timing,
    partitions: u16,
    membership: Membership,
    grips: Grips,
    health: Health,
    neighbour: Neighbour,
    /// Draws the name of the next life.
    name: fn() -> Instance,
    last_tick: Duration,
    /// When it was last known to run.
    awake_at: Duration,
    link: Link,
    is_stopping: bool,
    is_gone: bool,
    /// No seat is taken before.
    takes_from: Duration,
    /// Lives that have ended for certain. A name is never used again.
    dead: BTreeSet<Instance>,
    /// Something was learned on which the next tick can act at once.
    is_urgent: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    Lost,
    Up { since: Option<Duration> },
}

impl Process {
    /// A process that is no member yet. `name` draws a random name for each of its lives.
    #[must_use]
    pub fn new(timing: Timing, partitions: u16, name: fn() -> Instance, now: Duration) -> Self {
        Self {
            timing,
            partitions,
            membership: Membership::new(name()),
            grips: Grips::default(),
            health: Health::new(),
            neighbour: Neighbour::default(),
            name,
            last_tick: now,
            awake_at: now,
            link: Link::Up { since: None },
            is_stopping: false,
            is_gone: false,
            takes_from: now,
            dead: BTreeSet::new(),
            is_urgent: true,
        }
    }

    /// The lengths of time by which it lives.
    #[must_use]
    pub fn timing(&self) -> &Timing {
        &self.timing
    }

    /// The name of its present life.
    #[must_use]
    pub fn instance(&self) -> Instance {
        self.membership.instance
    }

    /// Whether it has left in order, and holds nothing any more.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.is_gone
    }

    /// Whether it is to leave and nothing of any seat is under way any more.
    #[must_use]
    pub fn is_drained(&self) -> bool {
        self.is_stopping && self.grips.are_idle()
    }

    /// The seats that it owns. Whether their work may begin is a matter of the moment: see
    /// [`may_begin`](Self::may_begin).
    pub fn owned(&self) -> impl Iterator<Item = Seat> {
        self.grips.owned()
    }

    /// The term of a seat that it owns: the revision by which it was taken, greater than that of any
    /// owner before. An answer may come late, so somebody may own it with a greater one by now.
    #[must_use]
    pub fn term(&self, seat: Seat) -> Option<u64> {
        self.grips.term(seat)
    }

    /// Whether work of that seat may begin now. To be asked right before it begins.
    #[must_use]
    pub fn may_begin(&self, seat: Seat, now: Duration) -> bool {
        self.membership.is_relied_on(now, &self.timing)
            && self.grips.is_held(seat, now, &self.timing)
            && now.saturating_sub(self.awake_at) < self.timing.pause
    }

    /// Whether what was begun of that seat is still this process's alone, so that it may come to its end: also while the seat
    /// is handed over, which waits for that.
    #[must_use]
    pub fn may_end(&self, seat: Seat, now: Duration) -> bool {
        self.membership.is_relied_on(now, &self.timing)
            && self.grips.is_kept(seat, now, &self.timing)
            && now.saturating_sub(self.awake_at) < self.timing.pause
    }

    /// When [`tick`](Self::tick) is to be called next, at the latest.
    #[must_use]
    pub fn next_tick(&self) -> Duration {
        if self.is_urgent {
            return self.last_tick;
        }
        let regular = self.last_tick + self.timing.tick;
        let second_question = self.neighbour.due(&self.timing);
        second_question.map_or(regular, |due| regular.min(due.max(self.last_tick)))
    }

    /// What was just found of the servers that work needs.
    pub fn found_servers(&mut self, are_well: bool, now: Duration) {
        self.health.found(are_well, now);
    }

    /// The connection to the store is lost: nothing begins until this process has asserted itself.
    pub fn disconnected(&mut self, now: Duration) {
        self.link = Link::Lost;
        self.membership.disconnect(now);
        self.grips.disconnect();
        self.neighbour.reset();
    }

    /// The connection is there again.
    pub fn reconnected(&mut self, now: Duration) {
        self.link = Link::Up { since: Some(now) };
        self.is_urgent = true;
    }

    /// It is to leave: it hands over all seats, then it is gone.
    pub fn stop(&mut self) {
        (self.is_stopping, self.is_urgent) = (true, true);
    }

    /// It runs: to be called at least three times within [`Timing::pause`], so that a pause is
    /// noticed at its end, before anything begins.
    pub fn awake(&mut self, now: Duration) {
        if now.saturating_sub(self.awake_at) >= self.timing.pause {
            self.membership.doubt(now);
            self.is_urgent = true;
        }
        self.awake_at = now;
    }

    /// Goes on: at each tick, and whenever [`next_tick`](Self::next_tick) says. `view` is what was
    /// read right before; `None` if it could not be read.
    pub fn tick(&mut self, now: Duration, view: Option<&View>) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.is_gone {
            return actions;
        }
        self.awake(now);
        (self.last_tick, self.is_urgent) = (now, false);
        let patience = self.timing.renewal();
        self.membership.give_up_on_silence(now, patience);
        self.grips.give_up_on_silence(now, patience);
        if self.is_stopping
            && self.grips.is_empty()
            && let Some(leave) = self.membership.leave()
        {
            self.is_gone = true;
            actions.extend(leave);
            return actions;
        }
        let me = self.instance();
        let is_missing = view.is_some_and(|view| !view.members.contains_key(&me));
        if is_missing && self.membership.is_known() {
            // What was read is behind, or this process was declared dead, or everything was lost.
            self.membership.doubt(now);
        }
        self.beat(now, view, &mut actions);
        if self.is_stopping {
            self.grips.drain_all(&mut actions);
        }
        self.grips.renew(me, now, &self.timing, &mut actions);
        if let Some(view) = view.filter(|view| view.members.contains_key(&me)) {
            self.settle(view, now, &mut actions);
            self.watch(view, now, &mut actions);
        }
        actions
    }

    /// A [`Beat`](Action::Beat) in the name of `instance` ended.
    pub fn member_written(
        &mut self,
        instance: Instance,
        written: Written<Member>,
        now: Duration,
    ) -> Vec<Action> {
        if instance != self.instance() {
            return Vec::new();
        }
        let was_confirmed = self.membership.is_confirmed();
        if !self.membership.written(written, self.link != Link::Lost) {
            return self.rejoin(now);
        }
        self.is_urgent |= self.membership.is_confirmed() && !was_confirmed || self.may_leave();
        Vec::new()
    }

    /// A [`Hold`](Action::Hold) in the name of `holder` ended.
    pub fn seat_written(
        &mut self,
        holder: Instance,
        seat: Seat,
        written: Written<Holding>,
    ) -> Vec<Action> {
        let me = self.instance();
        let written = (holder == me).then(|| self.grips.written(me, seat, written));
        self.is_urgent |= self.may_leave();
        written.flatten().into_iter().collect()
    }

    /// An [`Ask`](Action::Ask) ended.
    pub fn asked(&mut self, member: Instance, answer: Answer, now: Duration) -> Vec<Action> {
        let dead = self.neighbour.answered(member, answer, now, &self.timing);
        let remove = dead.map(|(member, over)| Action::Remove { member, over });
        remove.into_iter().collect()
    }

    /// A [`Remove`](Action::Remove) succeeded.
    pub fn removed(&mut self, member: Instance, now: Duration) {
        self.neighbour.removed(now);
        self.is_dead(member);
    }

    /// A [`Look`](Action::Look) found no entry.
    pub fn is_dead(&mut self, member: Instance) {
        self.dead.insert(member);
        self.is_urgent = true;
    }

    /// Nothing of a seat that was to be [drained](Action::Drain) is under way any more.
    pub fn drained(&mut self, seat: Seat) {
        self.grips.drained(seat);
        self.is_urgent = true;
    }

    /// Writes the own member entry where that is due.
    fn beat(&mut self, now: Duration, view: Option<&View>, actions: &mut Vec<Action>) {
        let condition = self.condition(now);
        if !self.membership.is_known() {
            if view.is_none() {
                return;
            }
            actions.push(Action::Listen(self.instance()));
        }
        actions.extend(self.membership.beat(condition, now, &self.timing));
    }

    fn condition(&mut self, now: Duration) -> Condition {
        let is_well = self.health.is_well(now, &self.timing);
        match (self.is_stopping, is_well) {
            (true, _) => Condition::Leaving,
            (false, true) => Condition::Well,
            (false, false) => Condition::Unwell,
        }
    }

    fn may_leave(&self) -> bool {
        self.is_stopping && self.grips.is_empty()
    }

    /// Hands over what is rightfully another's, takes what is rightfully its own and free.
    fn settle(&mut self, view: &View, now: Duration, actions: &mut Vec<Action>) {
        let (me, is_stopping) = (self.instance(), self.is_stopping);
        self.dead.retain(|member| {
            let holds = |entry: &Entry<Holding>| entry.value.holder == *member;
            view.members.contains_key(member) || view.seats.values().any(holds)
        });
        let mut living = view.clone();
        living
            .members
            .retain(|member, _| !self.dead.contains(member));
        let rightful = share(&living, self.partitions);
        let is_mine = |seat: Seat| !is_stopping && rightful.get(&seat) == Some(&me);
        self.grips.hand_over(me, view, is_mine, actions);
        if now < self.takes_from || !self.membership.is_confirmed() {
            return;
        }
        let mine = rightful.keys().copied().filter(|seat| is_mine(*seat));
        let doubtful = self.grips.take(me, mine, view, &self.dead, now, actions);
        actions.extend(doubtful.into_iter().map(Action::Look));
    }

    /// Asks whether the neighbour is alive.
    fn watch(&mut self, view: &View, now: Duration, actions: &mut Vec<Action>) {
        let Link::Up { since } = self.link else {
            return;
        };
        let quiet = self.timing.quiet_after_reconnect;
        let is_quiet = since.is_some_and(|since| now.saturating_sub(since) < quiet);
        if is_quiet || !self.membership.is_confirmed() {
            return;
        }
        let me = self.membership.instance;
        let question = self
            .neighbour
            .question(me, &view.members, now, &self.timing);
        actions.extend(question.map(Action::Ask));
    }

    /// It was declared dead, or its entry expired: whatever it owned may be another's. It begins
    /// another life.
    fn rejoin(&mut self, now: Duration) -> Vec<Action> {
        self.dead.insert(self.instance());
        self.neighbour.reset();
        // If everything was lost, others may not know yet.
        if self.membership.is_known() {
            self.takes_from = now + self.timing.wait_for_others;
        }
        self.is_urgent = true;
        self.membership = Membership::new((self.name)());
        self.is_gone = self.is_stopping;
        self.grips.lose_all()
    }
}
