//! Of several processes each has its share of the partitions; when one dies, stops, stands still or joins,
//! every partition is served on, and nothing is done twice.

mod comings;
mod frozen;
mod handed_over;
mod minority;

use ostankino::{
    App, DbSession, Error, Router, Text, Update, User, queue::partition_of, telegram::Envelope,
};
use serde_json::Value;
use telegram_emulator::Person;

use crate::support::{Service, ServiceSetup, World, notes, program::serve, servers::until};

/// No test: the bot that the tests of this folder start as processes. It notes what it handles.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a program, started by the tests of this folder"]
async fn a_bot_that_notes_what_it_handles() {
    let note = |update: Update, user: User, text: Text, db: DbSession| async move {
        tracing::info!(event = "handler_runs", "a handler runs");
        notes::note(&db, &update, &user, &text.0).await?;
        Ok::<_, Error>(format!("✓ {}", text.0))
    };
    serve(|config| App::builder(config).router(Router::new().text(note))).await;
}

fn bot(world: &World) -> ServiceSetup {
    world.this_program("seats::a_bot_that_notes_what_it_handles")
}

async fn world() -> World {
    let world = World::new().await;
    world.prepare_notes().await;
    world
}

/// So many processes, each with its share.
async fn processes(world: &World, count: usize, variables: &[(&str, &str)]) -> Vec<Service> {
    let mut all: Vec<Service> = Vec::new();
    for _ in 0..count {
        let set = |setup: ServiceSetup, (key, value): &(&str, &str)| setup.set(key, value);
        let service = variables.iter().fold(bot(world), set).spawn();
        service.logs.wait_until("its share", has_taken).await;
        all.push(service);
    }
    all
}

fn has_taken(record: &Value) -> bool {
    record["event"] == "seats_taken"
}

/// How many records of that event a process wrote.
fn told(service: &Service, event: &str) -> usize {
    let records = service.logs.records();
    records.iter().filter(|it| it["event"] == event).count()
}

/// Somebody of each partition.
fn one_of_each_partition(world: &World, partitions: u16) -> Vec<Person> {
    let partition = |person: &Person| {
        let update = format!(
            r#"{{"update_id":1,"message":{{"from":{{"id":{}}}}}}}"#,
            person.id()
        );
        partition_of(
            &Envelope::peek(update.as_bytes()).expect("an update"),
            partitions,
        )
    };
    let of = |number: u16| {
        let mut people = std::iter::repeat_with(|| world.tg.person("Гость"));
        people
            .find(|person| partition(person) == number)
            .expect("it never ends")
    };
    (0..partitions).map(of).collect()
}

/// Each says the texts of these numbers.
fn all_say(people: &[Person], numbers: std::ops::Range<usize>) {
    for number in numbers {
        for person in people {
            person.says(&number.to_string());
        }
    }
}

/// Waits until everything that these people said up to that number is noted: once, and in its order.
async fn all_is_noted_once_in_order(world: &World, people: &[Person], count: usize) {
    let all = i64::try_from(people.len() * count).expect("few");
    until("all is noted", async || {
        world.count("FROM notes").await >= all
    })
    .await;
    world.queue_is_empty().await;
    for person in people {
        let said: Vec<_> = (0..count).map(|number| number.to_string()).collect();
        assert_eq!(world.noted(person).await, said);
    }
}

/// Waits until each was answered so often, at least.
async fn all_are_answered(people: &[Person], count: usize) {
    until("everybody is answered", async || {
        people.iter().all(|person| person.messages().len() >= count)
    })
    .await;
}
