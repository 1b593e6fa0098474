//! What people do besides when a fault asks for it: some faults need certain updates to meet.

use fastrand::Rng;
use ostankino::{queue::partition_of, telegram::Envelope};
use telegram_emulator::Person;
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use crate::{
    ledger::{Entry, Kind},
    workload::{PATIENCE, People},
};

/// A scene that is asked for.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) play: Play,
    pub(crate) told: oneshot::Sender<Played>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Play {
    /// Somebody is slow; somebody else of the same partition is refused, and goes a step. All of it is to
    /// be in one batch: the caller holds Telegram's answers back meanwhile.
    Held,
    /// Somebody is slow, then refused or not, then goes a step.
    Queued,
    /// Somebody says so much.
    Flood(usize),
}

/// What came of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Played {
    /// The last update.
    pub(crate) update: i64,
    pub(crate) partition: u16,
}

/// Asks people for scenes.
#[derive(Clone, Debug)]
pub(crate) struct Stage(mpsc::UnboundedSender<Scene>);

impl Stage {
    pub(crate) fn new() -> (Self, mpsc::UnboundedReceiver<Scene>) {
        let (scenes, asked) = mpsc::unbounded_channel();
        (Self(scenes), asked)
    }

    /// Has it played; `None` if everybody has gone.
    pub(crate) async fn play(&self, play: Play) -> Option<Played> {
        let (told, played) = oneshot::channel();
        self.0.send(Scene { play, told }).ok()?;
        timeout(PATIENCE, played).await.ok()?.ok()
    }
}

impl People {
    pub(crate) fn play(
        &self,
        play: Play,
        rng: &mut Rng,
        partitions: u16,
        sent: &mut Vec<Entry>,
    ) -> Played {
        let partition = |person: &Person| partition_of_user(person.id(), partitions);
        let anybody = &self.talkers[rng.usize(..self.talkers.len())];
        let neighbour = |of: &Person| {
            let mut others = self.talkers.iter();
            others.find(|other| other.id() != of.id() && partition(other) == partition(of))
        };
        let person = match play {
            Play::Held if neighbour(anybody).is_none() => {
                let mut all = self.talkers.iter();
                all.find(|person| neighbour(person).is_some())
            }
            _ => None,
        };
        let person = person.unwrap_or(anybody);
        let mut say = |person: &Person, kind: Kind, rest: &str| {
            let update_id = person.says(&format!("/{} {rest}", kind.name()));
            sent.push(Entry {
                update_id,
                user: person.id(),
                chat: person.id(),
                kind,
            });
            update_id
        };
        let update = match play {
            Play::Held => {
                if let Some(neighbour) = neighbour(person) {
                    say(neighbour, Kind::Count, "scene slow");
                }
                say(person, Kind::Maybe, "scene");
                say(person, Kind::Step, "scene")
            }
            Play::Queued => {
                say(person, Kind::Count, "scene slow");
                say(person, Kind::Maybe, "scene");
                say(person, Kind::Step, "scene")
            }
            Play::Flood(many) => {
                let kinds = [Kind::Count, Kind::Step, Kind::Maybe, Kind::Solo, Kind::Say];
                let said = (0..many).map(|n| say(person, kinds[n % kinds.len()], "flood"));
                said.last().unwrap_or_default()
            }
        };
        Played {
            update,
            partition: partition(person),
        }
    }
}

/// The partition of a user's updates.
pub(crate) fn partition_of_user(user: i64, partitions: u16) -> u16 {
    let update = format!(r#"{{"update_id":1,"message":{{"from":{{"id":{user}}}}}}}"#);
    let envelope = Envelope::peek(update.as_bytes()).expect("an update");
    partition_of(&envelope, partitions)
}
