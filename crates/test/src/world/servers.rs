//! The servers that all worlds share, and what one world makes there.

use std::{env, time::Duration};

use async_nats::jetstream::{self, context::GetStreamErrorKind, stream::Stream};
use futures_util::TryStreamExt;

/// Where the servers are.
#[derive(Clone)]
pub(super) struct Servers {
    /// Up to the name of a database.
    base: String,
    /// A database to make others in.
    postgres: String,
    pub(super) nats: String,
    /// Empty where there is none.
    pub(super) redis: String,
}

impl Servers {
    pub(super) fn of_variables() -> Self {
        let postgres = variable(
            "OSTANKINO__DATABASE__URL",
            "docker run --rm -d -p 127.0.0.1:5432:5432 -e POSTGRES_PASSWORD=test postgres:18",
            "postgres://postgres:test@127.0.0.1:5432/postgres",
        );
        let nats = variable(
            "OSTANKINO__NATS__URLS",
            "docker run --rm -d -p 127.0.0.1:4222:4222 nats:2 -js",
            "nats://127.0.0.1:4222",
        );
        let (base, _) = postgres
            .rsplit_once('/')
            .expect("a URL ends with its database");
        Self {
            base: base.to_owned(),
            postgres,
            nats,
            redis: redis(),
        }
    }

    /// The URL of a world's database.
    pub(super) fn database_url(&self, name: &str) -> String {
        format!("{}/{name}", self.base)
    }

    /// Makes the database of a world.
    pub(super) async fn create(&self, name: &str) {
        let create = format!("CREATE DATABASE {name}");
        let created = connect(&self.postgres).await.batch_execute(&create).await;
        created.unwrap_or_else(|error| panic!("no database was made for this test: {error:?}"));
    }

    /// Removes what a world made; says how many connections it left in a transaction.
    pub(super) async fn clean(&self, name: &str) -> i64 {
        let client = connect(&self.postgres).await;
        let idle = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND state LIKE 'idle in transaction%'";
        let mut left_open = 0;
        for _ in 0..250 {
            let counted = client.query_one(idle, &[&name]).await;
            left_open = counted.expect("the query runs").get(0);
            if left_open == 0 {
                break;
            }
            // The server needs a moment to notice that a connection was closed.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let drop = format!("DROP DATABASE {name} WITH (FORCE)");
        let dropped = client.batch_execute(&drop).await;
        dropped.expect("the database is dropped");
        let jetstream = jetstream(&self.nats).await;
        let names: Vec<String> = jetstream
            .stream_names()
            .try_collect()
            .await
            .expect("nats-server tells its streams");
        for stream in names.iter().filter(|stream| is_of(stream, name)) {
            let deleted = jetstream.delete_stream(stream).await;
            deleted.expect("the stream is deleted");
        }
        left_open
    }
}

/// Whether a stream, or the one behind a bucket, has a name that begins with that of the world.
fn is_of(stream: &str, name: &str) -> bool {
    let bucket = stream.strip_prefix("KV_").or(stream.strip_prefix("OBJ_"));
    let rest = bucket.unwrap_or(stream).strip_prefix(name);
    rest.is_some_and(|rest| rest.starts_with('_'))
}

/// A connection to a database.
#[expect(
    clippy::disallowed_methods,
    reason = "the task ends with its client, which a test has for a moment"
)]
pub(super) async fn connect(url: &str) -> tokio_postgres::Client {
    let connected = tokio_postgres::connect(url, tokio_postgres::NoTls).await;
    let (client, connection) =
        connected.unwrap_or_else(|error| panic!("PostgreSQL does not answer: {error:?}"));
    tokio::spawn(connection);
    client
}

/// How often a stream is asked for: a cluster that has just lost a node answers once it has a leader again, and each time takes its
/// 5 s.
const ASKED: u32 = 4;

/// A stream of the nats-server at these URLs.
pub(super) async fn stream(urls: &str, name: &str) -> Stream {
    let jetstream = jetstream(urls).await;
    let mut asked = 1;
    loop {
        match jetstream.get_stream(name).await {
            Ok(stream) => return stream,
            Err(error) if asked < ASKED && error.kind() == GetStreamErrorKind::Request => {}
            Err(error) => panic!("there is no stream {name}: {error}"),
        }
        asked += 1;
    }
}

async fn jetstream(urls: &str) -> jetstream::Context {
    let urls: Vec<_> = urls.split(',').map(str::trim).collect();
    let connected = async_nats::connect(urls).await;
    jetstream::new(connected.unwrap_or_else(|error| panic!("NATS does not answer: {error}")))
}

/// Bots do without it.
#[expect(
    clippy::disallowed_methods,
    reason = "there is no configuration yet: a test's servers are in its environment"
)]
fn redis() -> String {
    env::var("OSTANKINO__REDIS__URL").unwrap_or_default()
}

#[expect(
    clippy::disallowed_methods,
    reason = "there is no configuration yet: a test's servers are in its environment"
)]
fn variable(name: &str, start: &str, value: &str) -> String {
    env::var(name).unwrap_or_else(|_| {
        panic!(
            "{name} is not set: a `World` needs real servers. Start one, for example by\n  {start}\nand then\n  \
             export {name}={value}\n(In the repository of ostankino: `make test`. For handlers alone `Chat` needs no server.)"
        )
    })
}
