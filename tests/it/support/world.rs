//! The world of a test, as `ostankino-test` has it, with programs as processes, and with servers to stop.

use std::{
    env,
    ops::{Deref, DerefMut},
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
    time::SystemTime,
};

use async_nats::jetstream;
use futures_util::TryStreamExt;
use ostankino::{App, Router};
use ostankino_test::{AppSetup, TestApp};

use super::{
    servers::{Nats, Postgres, Redis, connect, until},
    service::ServiceSetup,
};

/// See the [module](super).
pub(crate) struct World(ostankino_test::World);

/// A row of the table `users`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) username: Option<String>,
    pub(crate) fullname: String,
    pub(crate) language: Option<String>,
    pub(crate) is_active: bool,
    pub(crate) created_at: SystemTime,
    pub(crate) updated_at: SystemTime,
}

impl Deref for World {
    type Target = ostankino_test::World;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for World {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self(ostankino_test::World::new().await)
    }

    /// A world with a PostgreSQL of its own, to stop and start.
    pub(crate) async fn with_postgres() -> (Self, Postgres) {
        let postgres = Postgres::start().await;
        let mut world = Self::new().await;
        world.database_url = postgres.url();
        (world, postgres)
    }

    /// A world with a nats-server of its own, to stop and start.
    pub(crate) async fn with_nats() -> (Self, Nats) {
        let nats = Nats::start().await;
        let mut world = Self::new().await;
        world.nats_urls = nats.url();
        (world, nats)
    }

    /// A world with a Redis of its own, to stop and start.
    pub(crate) async fn with_redis() -> (Self, Redis) {
        let redis = Redis::start().await;
        let mut world = Self::new().await;
        world.redis_url = redis.url();
        (world, redis)
    }

    /// The bundled bot as a process of its own, not started yet.
    pub(crate) fn service(&self) -> ServiceSetup {
        self.program(built().to_str().expect("a path in UTF-8"))
    }

    /// A bot of the folder `examples/` as a process of its own, not started yet.
    pub(crate) fn example(&self, name: &str) -> ServiceSetup {
        let path = built().with_file_name("examples").join(name);
        self.program(path.to_str().expect("a path in UTF-8"))
    }

    /// A function of this very program as a process of its own, not started yet: an ignored test of
    /// that name, which is a bot.
    pub(crate) fn this_program(&self, test: &str) -> ServiceSetup {
        let path = env::current_exe().expect("this program has a path");
        let arguments = ["--ignored", "--exact", test, "--nocapture"];
        let program = self.program(path.to_str().expect("a path in UTF-8"));
        arguments.into_iter().fold(program, ServiceSetup::argument)
    }

    fn program(&self, path: &str) -> ServiceSetup {
        ServiceSetup::new(path)
            .variable("OSTANKINO_TEST_CLOCK", &self.clock_url())
            .set("TELEGRAM__TOKEN", self.tg.token())
            .set("TELEGRAM__API_URL", &self.tg.url())
            .set("DATABASE__URL", &self.database_url)
            .set("DATABASE__POOL_SIZE", "4")
            .set("NATS__URLS", &self.nats_urls)
            .set("NATS__PREFIX", &self.prefix)
            .set("REDIS__URL", &self.redis_url)
            .set("NATS__STREAM_MAX_MB", "8")
            .set("NATS__FILES_MAX_MB", "32")
            .set("DELIVERY__PARTITIONS", "4")
            .set("DELIVERY__LEASE_MS", "2000")
            .set("TELEMETRY__FORMAT", "json")
            .set("TELEMETRY__FILTER", "info,async_nats=warn")
    }

    /// A bot with these routes in a thread of its own, not started yet.
    pub(crate) fn app(&self, router: Router) -> AppSetup {
        self.0
            .app(move |config| App::builder(config).router(router))
    }

    /// A bot with these routes, running.
    pub(crate) async fn run(&self, router: Router) -> TestApp {
        self.app(router).start().await
    }

    /// A connection to the world's database.
    pub(crate) async fn database(&self) -> tokio_postgres::Client {
        connect(&self.database_url).await
    }

    /// The row of a user.
    pub(crate) async fn user(&self, id: i64) -> Option<User> {
        let columns = "username, fullname, language, is_active, created_at, updated_at";
        let query = format!("SELECT {columns} FROM users WHERE id = $1");
        let row = self
            .database()
            .await
            .query_opt(&query, &[&id])
            .await
            .expect("the query runs")?;
        Some(User {
            username: row.get(0),
            fullname: row.get(1),
            language: row.get(2),
            is_active: row.get(3),
            created_at: row.get(4),
            updated_at: row.get(5),
        })
    }

    /// How many connections to the world's database stand in a transaction without a query.
    pub(crate) async fn open_transactions(&self) -> i64 {
        self.count(
            "FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
        )
        .await
    }

    /// Waits until no connection stands in a transaction: the server notices a closed one by itself.
    pub(crate) async fn all_transactions_end(&self) {
        until("no transaction is open", async || {
            self.open_transactions().await == 0
        })
        .await;
    }

    /// JetStream of the world's nats-server.
    pub(crate) async fn jetstream(&self) -> jetstream::Context {
        let urls: Vec<_> = self.nats_urls.split(',').collect();
        let connected = async_nats::connect(urls).await;
        jetstream::new(connected.expect("nats-server answers"))
    }

    /// The bucket that says who polls.
    pub(crate) async fn leases(&self) -> jetstream::kv::Store {
        let bucket = format!("{}_leases", self.prefix);
        let found = self.jetstream().await.get_key_value(bucket).await;
        found.expect("the bucket is there")
    }

    /// The stream of updates.
    pub(crate) async fn queue(&self) -> jetstream::stream::Stream {
        let name = format!("{}_UPDATES", self.prefix);
        let found = self.jetstream().await.get_stream(name).await;
        found.expect("the queue is there")
    }

    /// Deletes the consumers of all partitions; says how many there were.
    pub(crate) async fn delete_consumers(&self) -> usize {
        let queue = self.queue().await;
        let names: Vec<String> = queue
            .consumer_names()
            .try_collect()
            .await
            .expect("an answer");
        for name in &names {
            // The owner may be about to recreate it.
            let _ = queue.delete_consumer(name).await;
        }
        names.len()
    }

    /// The bytes of the updates that were set aside, and why.
    pub(crate) async fn dead_letters(&self) -> Vec<(String, String)> {
        let jetstream = self.jetstream().await;
        let stream = jetstream
            .get_stream(format!("{}_DEAD", self.prefix))
            .await
            .expect("a stream");
        let mut letters = Vec::new();
        for sequence in 1..=stream.cached_info().state.last_sequence {
            // One that was replayed or purged is not there.
            let Ok(message) = stream.get_raw_message(sequence).await else {
                continue;
            };
            let reason = message
                .headers
                .get("Ostankino-Reason")
                .map(ToString::to_string);
            let bytes = String::from_utf8_lossy(&message.payload).into_owned();
            letters.push((bytes, reason.unwrap_or_default()));
        }
        letters
    }
}

/// The program of the bundled bot. It is a package of its own, so that building the tests does not build it: it is built when the first
/// test starts it, selected as `make test` does, since its dependencies would be built again otherwise.
fn built() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--locked", "--workspace"]);
        build.args(["--bin", "ostankino", "--test", "it"]);
        let ended = build.current_dir(env!("CARGO_MANIFEST_DIR")).status();
        assert!(ended.expect("cargo runs").success(), "the bot is not built");
        let tests = env::current_exe().expect("this program has a path");
        let folder = tests.ancestors().nth(2).expect("target/debug/deps/it");
        folder.join("ostankino")
    })
}
