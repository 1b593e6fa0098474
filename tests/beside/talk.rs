//! People who talk, whatever else goes on.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use telegram_emulator::Person;
use tokio::time::{MissedTickBehavior, interval};

use crate::{figures::Waits, support::World};

/// What the bot answers to them.
pub(crate) const ANSWER: &str = "Слышу";

/// How many of them there are, so that nobody writes more than once a second.
const PEOPLE: usize = 20;

/// Between the messages of two of them: 15 a second.
const PACE: Duration = Duration::from_millis(67);

/// Those of a world.
pub(crate) struct People(Vec<Person>);

impl People {
    /// Makes them known to the bot.
    pub(crate) async fn of(world: &World) -> Self {
        let people = Self((0..PEOPLE).map(|_| world.tg.person("Один")).collect());
        people.talk(PEOPLE).await;
        people
    }

    /// So many messages, and how long each of them waited for its answer.
    pub(crate) async fn talk(&self, messages: usize) -> Waits {
        let mut pace = interval(PACE);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut waiting = Vec::new();
        for person in self.0.iter().cycle().take(messages).cloned() {
            pace.tick().await;
            let said = Instant::now();
            person.says("Вы тут?");
            waiting.push(tokio::spawn(async move {
                while person.next_message().await.text != ANSWER {}
                said.elapsed()
            }));
        }
        let waited = join_all(waiting).await.into_iter();
        Waits::of(waited.map(|it| it.expect("an answer")).collect())
    }
}
