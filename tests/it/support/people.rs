//! People of a world's Telegram, as tests often need them.

use ostankino::{queue::partition_of, telegram::Envelope};
use telegram_emulator::Person;

use super::World;

impl World {
    /// Somebody who said /start, and got the answer.
    pub(crate) async fn greeted(&self, name: &str) -> Person {
        let person = self.tg.person(name);
        person.says("/start");
        person.next_message().await;
        person
    }

    /// Somebody whose updates are in another partition than those of `others`.
    pub(crate) fn person_apart_from(&self, name: &str, others: &[&Person]) -> Person {
        let partitions = self.config().delivery.partitions;
        let partition = |person: &Person| {
            let update = format!(
                r#"{{"update_id":1,"message":{{"from":{{"id":{}}}}}}}"#,
                person.id()
            );
            let envelope = Envelope::peek(update.as_bytes()).expect("an update");
            partition_of(&envelope, partitions)
        };
        let taken: Vec<_> = others.iter().copied().map(partition).collect();
        assert!(taken.len() < usize::from(partitions), "one is free");
        std::iter::repeat_with(|| self.tg.person(name))
            .find(|person| !taken.contains(&partition(person)))
            .expect("it never ends")
    }

    /// So many people, no two of them in one partition.
    pub(crate) fn people_apart(&self, names: &[&str]) -> Vec<Person> {
        let mut people: Vec<Person> = Vec::new();
        for name in names {
            let others: Vec<_> = people.iter().collect();
            people.push(self.person_apart_from(name, &others));
        }
        people
    }
}
