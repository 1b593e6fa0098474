//! What is asked of NATS and under way. An answer that comes after its request was repeated is
//! dropped: it would be taken for one to the later request, and prove what was so before.

use std::{collections::BTreeMap, future::Future, pin::Pin, sync::Arc, time::Duration};

use async_nats::Message;
use futures_util::{StreamExt, stream::FuturesUnordered};
use ostankino_seats::{Answer, Holding, Instance, Member, Seat, Written};
use tokio::time::timeout;

use super::{
    alive::Questions,
    store::{Look, Store},
};
use crate::nats::Nats;

pub(super) struct Requests {
    nats: Nats,
    store: Arc<Store>,
    questions: Questions,
    /// How long to wait for an answer.
    patience: Duration,
    under_way: FuturesUnordered<Request>,
    /// The latest request of each kind that is under way.
    latest: BTreeMap<Kind, u64>,
    made: u64,
}

/// The end of a request.
pub(super) enum Event {
    Looked(Look),
    MemberWritten(Instance, Written<Member>),
    SeatWritten(Hold, Written<Holding>),
    Asked(Instance, Answer),
    /// A dead member's entry is removed, or it is not known whether it is.
    Removed(Instance, bool),
    /// Whether it is certain that a member has no entry.
    Missed(Instance, bool),
    /// Nothing is to be learned from it.
    Done,
}

/// A write of a seat.
#[derive(Clone, Copy)]
pub(super) struct Hold {
    pub(super) seat: Seat,
    pub(super) over: u64,
    pub(super) holding: Holding,
    /// When the seat was taken, in Unix seconds.
    pub(super) since: u64,
    /// What is overwritten was given back.
    pub(super) was_released: bool,
}

/// Of each there is one under way whose end counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Look,
    Restore,
    Beat,
    Ask,
    Hold(Seat),
}

/// A request whose end counts only if no later one of that kind was made.
type Id = Option<(Kind, u64)>;

type Request = Pin<Box<dyn Future<Output = (Id, Event)> + Send>>;

impl Requests {
    pub(super) fn new(nats: &Nats, store: Store, questions: Questions, patience: Duration) -> Self {
        Self {
            nats: nats.clone(),
            store: Arc::new(store),
            questions,
            patience,
            under_way: FuturesUnordered::new(),
            latest: BTreeMap::new(),
            made: 0,
        }
    }

    pub(super) fn are_none(&self) -> bool {
        self.under_way.is_empty()
    }

    pub(super) fn is_looking(&self) -> bool {
        self.latest.contains_key(&Kind::Look)
    }

    /// Whether a seat is being written.
    pub(super) fn is_writing(&self) -> bool {
        let mut kinds = self.latest.keys();
        kinds.any(|kind| matches!(kind, Kind::Hold(_)))
    }

    /// Forgets all of them: their answers were to come over a connection that is gone.
    pub(super) fn clear(&mut self) {
        self.under_way.clear();
        self.latest.clear();
    }

    /// The next one that ends; `None` if there is none. Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> Option<Event> {
        loop {
            match self.under_way.next().await? {
                (None, event) => return Some(event),
                (Some((kind, id)), event) if self.latest.get(&kind) == Some(&id) => {
                    self.latest.remove(&kind);
                    return Some(event);
                }
                (Some(_), _) => {}
            }
        }
    }

    /// Reads all entries.
    pub(super) fn look(&mut self) {
        let (looking, patience) = (self.store.clone().look(), self.patience);
        self.make(Kind::Look, Event::Looked(Look::Unanswered), async move {
            let look = timeout(patience, looking).await;
            Event::Looked(look.unwrap_or(Look::Unanswered))
        });
    }

    /// Recreates the bucket if it is lost, or of no use.
    pub(super) fn restore(&mut self) {
        if self.latest.contains_key(&Kind::Restore) {
            return;
        }
        let restoring = self.store.clone().restore();
        self.make(Kind::Restore, Event::Done, async move {
            // The next look tells whether it worked.
            let _ = restoring.await;
            Event::Done
        });
    }

    /// Writes the own member entry.
    pub(super) fn beat(&mut self, instance: Instance, over: u64, member: Member) {
        let writing = self.store.clone().put_member(instance, over, member);
        let patience = self.patience;
        let unknown = Event::MemberWritten(instance, Written::Unknown);
        self.make(Kind::Beat, unknown, async move {
            let written = timeout(patience, writing).await;
            Event::MemberWritten(instance, written.unwrap_or(Written::Unknown))
        });
    }

    /// Writes a seat's entry.
    pub(super) fn hold(&mut self, hold: Hold) {
        let (writing, patience) = (self.store.clone().put_seat(hold), self.patience);
        let unknown = Event::SeatWritten(hold, Written::Unknown);
        self.make(Kind::Hold(hold.seat), unknown, async move {
            let written = timeout(patience, writing).await;
            Event::SeatWritten(hold, written.unwrap_or(Written::Unknown))
        });
    }

    /// Asks whether a member is alive.
    pub(super) fn ask(&mut self, member: Instance) {
        let asking = self.questions.clone().ask(member);
        let silence = Event::Asked(member, Answer::Silence);
        self.make(Kind::Ask, silence, async move {
            Event::Asked(member, asking.await)
        });
    }

    /// Looks whether a member has an entry.
    pub(super) fn look_for(&mut self, member: Instance) {
        let looking = self.store.clone().is_absent(member);
        self.make(None, Event::Missed(member, false), async move {
            Event::Missed(member, looking.await)
        });
    }

    /// Removes the entry of a member that died.
    pub(super) fn remove(&mut self, member: Instance, over: u64) {
        let removing = self.store.clone().remove_member(member, over);
        self.make(None, Event::Removed(member, false), async move {
            Event::Removed(member, removing.await)
        });
    }

    /// Removes the own member entry.
    pub(super) fn leave(&mut self, instance: Instance, over: u64) {
        let leaving = self.store.clone().remove_member(instance, over);
        self.make(None, Event::Done, async move {
            leaving.await;
            Event::Done
        });
    }

    /// Tells who asks that this process is alive.
    pub(super) fn answer(&mut self, question: Message) {
        let answering = self.questions.clone().answer(question);
        self.make(None, Event::Done, async move {
            answering.await;
            Event::Done
        });
    }

    /// `failed`: its end if there is no connection. The client would keep it for the next one.
    fn make(
        &mut self,
        kind: impl Into<Option<Kind>>,
        failed: Event,
        request: impl Future<Output = Event> + Send + 'static,
    ) {
        self.made += 1;
        let id = kind.into().map(|kind| (kind, self.made));
        self.latest.extend(id);
        if self.nats.is_connected() {
            let request = async move { (id, request.await) };
            self.under_way.push(Box::pin(request));
        } else {
            self.under_way
                .push(Box::pin(std::future::ready((id, failed))));
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;
    use crate::queue::seats::{bucket, tests::world::World};

    #[tokio::test]
    async fn an_answer_that_comes_after_the_request_was_repeated_is_dropped() {
        let world = World::new();
        let nats = Nats::connect(&world.config.nats).await.expect("it answers");
        let bucket = bucket::open(&nats, &world.config).await.expect("opened");
        let store = Store::new(&nats, bucket, 77, 8);
        let questions = Questions::new(&nats, "none", Duration::ZERO);
        let mut requests = Requests::new(&nats, store, questions, Duration::ZERO);
        let mut ask = |member: u64| {
            let (answer, answered) = oneshot::channel();
            requests.make(Kind::Ask, Event::Done, async move {
                let answer = answered.await.expect("an answer");
                Event::Asked(Instance(member), answer)
            });
            answer
        };
        let (first, second) = (ask(1), ask(2));
        first.send(Answer::NoResponders).expect("it waits");
        second.send(Answer::Alive).expect("it waits");
        let event = requests.next().await;
        assert!(matches!(
            event,
            Some(Event::Asked(Instance(2), Answer::Alive))
        ));
        assert!(requests.next().await.is_none());
    }
}
