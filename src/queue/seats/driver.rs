//! Drives the rules: tells them the time, what was read and how requests ended, and does what they say.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use async_nats::Subscriber;
use ostankino_seats::{Action, Condition, Entry, Holding, Instance, Member, Seat, Written};
use tokio::{
    sync::mpsc::UnboundedSender,
    time::{Instant, MissedTickBehavior, interval, sleep, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    Change, LAST_WORDS,
    alive::{self, Questions},
    clock,
    doubt::{Doubt, Need},
    entry::unix_seconds,
    handle::Shared,
    report::Report,
    requests::{Event, Hold, Requests},
    store::{Look, Sight, Store},
};
use crate::nats::{Nats, Tie};

/// What drives one process; dropping it gives nothing back.
pub(super) struct Driver {
    shared: Arc<Shared>,
    requests: Requests,
    questions: Questions,
    /// Questions whether this process is alive, and under which name.
    asked: Option<(Instance, Subscriber)>,
    tie: Tie,
    /// How often the connection was lost, as far as the process knows.
    losses: u64,
    is_up: bool,
    doubt: Doubt,
    /// The present life of this process was told.
    is_told: Option<Instance>,
    /// Seats that were given back, and the revision of that.
    released: BTreeMap<Seat, u64>,
    /// Holders that may live though they are no members.
    outsiders: BTreeSet<Instance>,
    /// When each seat was taken, in Unix seconds.
    since: BTreeMap<Seat, u64>,
    changes: UnboundedSender<Change>,
    report: Report,
    grace: Duration,
}

impl Driver {
    pub(super) fn new(
        nats: &Nats,
        shared: Arc<Shared>,
        store: Store,
        questions: Questions,
        changes: UnboundedSender<Change>,
        grace: Duration,
    ) -> Self {
        let mut tie = nats.tie();
        let state = tie.state();
        // Given up by the process after a renewal interval.
        let renewal = shared.lock().process.timing().renewal();
        let patience = renewal.mul_f64(0.9).min(Duration::from_secs(1));
        Self {
            shared,
            requests: Requests::new(nats, store, questions.clone(), patience),
            questions,
            asked: None,
            tie,
            losses: state.losses,
            is_up: state.is_up,
            doubt: Doubt::default(),
            is_told: None,
            released: BTreeMap::new(),
            outsiders: BTreeSet::new(),
            since: BTreeMap::new(),
            changes,
            report: Report::default(),
            grace,
        }
    }

    pub(super) async fn run(mut self, stop: CancellationToken) {
        let pause = self.shared.lock().process.timing().pause;
        let mut awake = interval(pause / 3);
        awake.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut ends: Option<Instant> = None;
        while !self.is_over() {
            let due = self.due();
            tokio::select! {
                biased;
                () = self.tie.changed() => self.observe_tie(),
                () = stop.cancelled(), if ends.is_none() => {
                    self.shared.lock().process.stop();
                    ends = Some(Instant::now() + self.grace + LAST_WORDS);
                }
                () = until(ends) => {
                    tracing::warn!(
                        event = "seats_not_handed_over",
                        "not all seats were handed over: others take them when they expire"
                    );
                    break;
                }
                Some(event) = self.requests.next() => self.happen(event).await,
                question = alive::next(self.asked.as_mut().map(|(_, asked)| asked)) => self.requests.answer(question),
                _ = awake.tick() => self.shared.lock().process.awake(clock::now()),
                () = self.shared.told.notified() => {}
                () = sleep(due), if !self.requests.is_looking() => self.requests.look(),
            }
            // What is left is said quickly, or not at all.
            if ends.is_some() && self.shared.lock().process.is_drained() {
                let soon = Instant::now() + LAST_WORDS;
                ends = ends.map(|ends| ends.min(soon));
            }
        }
    }

    /// Whether it has left, and told so.
    fn is_over(&self) -> bool {
        self.requests.are_none() && self.shared.lock().process.is_gone()
    }

    /// How long it is until the next look.
    fn due(&self) -> Duration {
        let next = self.shared.lock().process.next_tick();
        next.saturating_sub(clock::now())
    }

    fn observe_tie(&mut self) {
        let state = self.tie.state();
        if state.losses != self.losses {
            (self.losses, self.is_up) = (state.losses, false);
            self.requests.clear();
            self.shared.lock().process.disconnected(clock::now());
        }
        if state.is_up && !self.is_up {
            self.is_up = true;
            self.shared.lock().process.reconnected(clock::now());
        }
    }

    async fn happen(&mut self, event: Event) {
        let now = clock::now();
        let actions = match event {
            Event::Looked(look) => self.looked(look, now),
            Event::MemberWritten(instance, written) => self.member_written(instance, written, now),
            Event::SeatWritten(hold, written) => self.seat_written(hold, written),
            Event::Asked(member, answer) => self.shared.lock().process.asked(member, answer, now),
            Event::Removed(member, true) => {
                self.shared.lock().process.removed(member, now);
                let member = member.to_string();
                tracing::warn!(
                    event = "member_removed",
                    member,
                    "another process has lost its connection: the others take its seats"
                );
                Vec::new()
            }
            Event::Missed(member, true) => {
                self.shared.lock().process.is_dead(member);
                Vec::new()
            }
            Event::Removed(_, false) | Event::Missed(_, false) | Event::Done => Vec::new(),
        };
        for action in actions {
            self.act(action).await;
        }
        if !self.requests.is_writing() {
            let owned = self.shared.lock().process.owned().count();
            self.report.write(owned);
        }
    }

    fn looked(&mut self, look: Look, now: Duration) -> Vec<Action> {
        let sight = self.judge(look);
        let view = sight.as_ref().map(|sight| &sight.view);
        let actions = self.shared.lock().process.tick(now, view);
        if let Some(sight) = sight {
            let me = self.shared.lock().process.instance();
            let is_well = |(instance, entry): (&Instance, &Entry<Member>)| {
                *instance != me && entry.value.condition == Condition::Well
            };
            let has_well_peers = sight.view.members.iter().any(is_well);
            let known = &self.shared.has_well_peers;
            known.store(has_well_peers, Ordering::Relaxed);
            self.shared.saw(me, &sight.view);
            (self.released, self.outsiders) = (sight.released, sight.outsiders);
        }
        actions
    }

    /// What was seen; sees to it that a bucket that is lost is recreated.
    fn judge(&mut self, look: Look) -> Option<Sight> {
        let problem = match look {
            Look::Seen(sight) => {
                self.doubt.works(Need::Read);
                return Some(*sight);
            }
            Look::Lost => {
                self.requests.restore();
                "nobody has the bucket of leases".to_owned()
            }
            Look::Failed(error) => error.chain(),
            Look::Unanswered => "no answer in time".to_owned(),
        };
        self.fails(Need::Read, &problem);
        None
    }

    fn fails(&mut self, need: Need, problem: &str) {
        // That the connection is lost is told where it shows.
        if self.is_up {
            self.doubt.fails(need, problem);
        }
    }

    fn member_written(
        &mut self,
        instance: Instance,
        written: Written<Member>,
        now: Duration,
    ) -> Vec<Action> {
        match written {
            Written::Done(_) => {
                self.doubt.works(Need::Write);
                if self.is_told.replace(instance) != Some(instance) {
                    let instance = instance.to_string();
                    tracing::info!(event = "member_joined", instance, "this process takes part");
                }
            }
            Written::Unknown => {
                self.requests.restore();
                self.fails(Need::Write, "no write of its own entry was confirmed");
            }
            Written::Refused(_) => {}
        }
        let mut state = self.shared.lock();
        state.process.member_written(instance, written, now)
    }

    fn seat_written(&mut self, hold: Hold, written: Written<Holding>) -> Vec<Action> {
        let Hold { seat, holding, .. } = hold;
        if holding.released && matches!(written, Written::Done(_)) {
            self.report.handed_over(seat);
        }
        let mut state = self.shared.lock();
        let actions = state.process.seat_written(holding.holder, seat, written);
        drop(state);
        for action in &actions {
            if let Action::Own { seat, term } = *action {
                self.report.taken(seat);
                self.tell(Change::Own {
                    seat,
                    term,
                    was_released: hold.was_released,
                });
            }
        }
        actions
    }

    async fn act(&mut self, action: Action) {
        match action {
            Action::Listen(instance) => self.listen(instance).await,
            Action::Beat {
                instance,
                over,
                member,
            } => self.requests.beat(instance, over, member),
            Action::Hold {
                seat,
                over,
                holder,
                released,
            } => {
                let holding = Holding { holder, released };
                let since = self.since(seat);
                self.requests.hold(Hold {
                    seat,
                    over,
                    holding,
                    since,
                    was_released: self.released.get(&seat) == Some(&over),
                });
            }
            Action::Leave { instance, over } => self.requests.leave(instance, over),
            Action::Ask(member) => self.requests.ask(member),
            // That these have no entry says nothing.
            Action::Look(member) if self.outsiders.contains(&member) => {}
            Action::Look(member) => self.requests.look_for(member),
            Action::Remove { member, over } => self.requests.remove(member, over),
            // It was told with the write that took it.
            Action::Own { .. } => {}
            Action::Drain(seat) => self.tell(Change::Drain(seat)),
            Action::Abandon(seat) => {
                self.report.lost(seat);
                self.tell(Change::Abandon(seat));
            }
        }
    }

    async fn listen(&mut self, instance: Instance) {
        let is_listening = matches!(&self.asked, Some((name, _)) if *name == instance);
        if !is_listening {
            // Without it, others take this process for dead, and it joins once more.
            let questions = self.questions.listen(instance).await;
            self.asked = questions.ok().map(|questions| (instance, questions));
        }
    }

    /// When a seat was taken that is about to be written.
    fn since(&mut self, seat: Seat) -> u64 {
        let is_being_taken = self.shared.lock().process.term(seat).is_none();
        if is_being_taken {
            self.since.insert(seat, unix_seconds());
        }
        *self.since.entry(seat).or_insert_with(unix_seconds)
    }

    fn tell(&self, change: Change) {
        // At the end, nobody may listen any more.
        let _ = self.changes.send(change);
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.shared.end();
    }
}

async fn until(ends: Option<Instant>) {
    match ends {
        Some(ends) => sleep_until(ends).await,
        None => std::future::pending().await,
    }
}
