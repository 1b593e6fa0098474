//! Of several processes each has its share of the partitions; when one dies, stops, stands still or joins,
//! every partition is served on, and nothing is done twice.

mod comings;
mod frozen;
mod handed_over;
mod minority;

use diesel::{
    sql_query,
    sql_types::{BigInt, Text as SqlText},
};
use diesel_async::RunQueryDsl;
use ostankino::{
    App, Config, DbSession, Error, Router, Text, Update, User, queue::partition_of,
    telegram::Envelope, telemetry,
};
use serde_json::Value;
use telegram_emulator::Person;
use tokio_util::sync::CancellationToken;

use crate::support::{Service, ServiceSetup, World, servers::until};

/// No test: the bot that the tests of this folder start as processes. It notes what it handles.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a program, started by the tests of this folder"]
async fn a_bot_that_notes_what_it_handles() {
    let config = Config::read().expect("the variables are set");
    telemetry::install(config.telemetry.format, &config.telemetry.filter).expect("a valid filter");
    let note = |update: Update, user: User, text: Text, db: DbSession| async move {
        tracing::info!(event = "handler_runs", "a handler runs");
        let note = sql_query("INSERT INTO notes (update_id, user_id, text) VALUES ($1, $2, $3)")
            .bind::<BigInt, _>(update.id)
            .bind::<BigInt, _>(user.id)
            .bind::<SqlText, _>(&text.0);
        note.execute(&mut *db.conn().await?).await?;
        Ok::<_, Error>(format!("✓ {}", text.0))
    };
    let app = App::builder(config).router(Router::new().text(note));
    let app = app.build().await.expect("its servers are there");
    app.run(stopped_by_a_signal())
        .await
        .expect("it ends in order");
}

/// Cancelled when an operator stops the process.
pub(crate) fn stopped_by_a_signal() -> CancellationToken {
    let stop = CancellationToken::new();
    let stopped = stop.clone();
    tokio::spawn(async move {
        let kind = tokio::signal::unix::SignalKind::terminate();
        let mut term = tokio::signal::unix::signal(kind).expect("a handler");
        term.recv().await;
        stopped.cancel();
    });
    stop
}

fn bot(world: &World) -> ServiceSetup {
    world.this_program("seats::a_bot_that_notes_what_it_handles")
}

async fn world() -> World {
    let world = World::new().await;
    prepare(&world).await;
    world
}

async fn prepare(world: &World) {
    let table =
        "CREATE TABLE notes (n BIGSERIAL PRIMARY KEY, update_id BIGINT, user_id BIGINT, text TEXT)";
    let made = world.database().await.batch_execute(table).await;
    made.expect("the table is made");
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
    let client = world.database().await;
    let all = i64::try_from(people.len() * count).expect("few");
    until("all is noted", async || {
        world.count("FROM notes").await >= all
    })
    .await;
    world.queue_is_empty().await;
    for person in people {
        let sql = "SELECT text FROM notes WHERE user_id = $1 ORDER BY n";
        let rows = client.query(sql, &[&person.id()]).await.expect("rows");
        let noted: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        let said: Vec<_> = (0..count).map(|number| number.to_string()).collect();
        assert_eq!(noted, said);
    }
}

/// Waits until each was answered so often, at least.
async fn all_are_answered(people: &[Person], count: usize) {
    until("everybody is answered", async || {
        people.iter().all(|person| person.messages().len() >= count)
    })
    .await;
}
