//! The world of a test: its database, its names in NATS, its Telegram.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    sync::{LazyLock, OnceLock},
    time::{Duration, SystemTime},
};

use async_nats::jetstream;
use futures_util::TryStreamExt;
use ostankino::{
    Config, Router,
    config::{DatabaseConfig, DeliveryConfig, NatsConfig, TelegramConfig},
};
use telegram_emulator::Emulator;
use tokio::runtime::{self, Runtime};

use super::{
    DEADLINE, TestApp,
    app::AppSetup,
    servers::{Nats, Postgres, connect, until},
    service::ServiceSetup,
};

/// Where every Telegram runs: it must answer while a test's own thread waits for a bot to stop.
static TELEGRAMS: LazyLock<Runtime> = LazyLock::new(|| {
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build();
    runtime.expect("a runtime")
});

/// See the [module](super).
pub(crate) struct World {
    pub(crate) tg: Emulator,
    /// The database's URL; set it to that of a server of the test's own before starting anything.
    pub(crate) database_url: String,
    pub(crate) nats_urls: String,
    /// Of the streams and buckets.
    pub(crate) prefix: String,
    shared_database: String,
    shared_nats: String,
}

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

impl World {
    pub(crate) async fn new() -> Self {
        let shared_database = variable("OSTANKINO__DATABASE__URL");
        let shared_nats = variable("OSTANKINO__NATS__URLS");
        let prefix = format!("it_{:016x}", fastrand::u64(..));
        execute(&shared_database, &format!("CREATE DATABASE {prefix}")).await;
        let (base, _) = shared_database
            .rsplit_once('/')
            .expect("a URL ends with its database");
        let tg = TELEGRAMS.spawn(Emulator::builder().deadline(DEADLINE).start());
        let tg = tg.await.expect("it does not panic").expect("a free port");
        Self {
            tg,
            database_url: format!("{base}/{prefix}"),
            nats_urls: shared_nats.clone(),
            prefix,
            shared_database,
            shared_nats,
        }
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

    /// The configuration of an app in this world.
    pub(crate) fn config(&self) -> Config {
        Config {
            telegram: TelegramConfig {
                token: self.tg.token().into(),
                api_url: self.tg.url(),
                ..TelegramConfig::default()
            },
            database: DatabaseConfig {
                url: self.database_url.as_str().into(),
                pool_size: 4,
                ..DatabaseConfig::default()
            },
            nats: NatsConfig {
                urls: self.nats_urls.as_str().into(),
                prefix: self.prefix.clone(),
                stream_max_mb: 8,
                ..NatsConfig::default()
            },
            delivery: DeliveryConfig {
                partitions: 4,
                lease_ms: 2_000,
                ..DeliveryConfig::default()
            },
            ..Config::default()
        }
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
            .set("TELEGRAM__TOKEN", self.tg.token())
            .set("TELEGRAM__API_URL", &self.tg.url())
            .set("DATABASE__URL", &self.database_url)
            .set("DATABASE__POOL_SIZE", "4")
            .set("NATS__URLS", &self.nats_urls)
            .set("NATS__PREFIX", &self.prefix)
            .set("NATS__STREAM_MAX_MB", "8")
            .set("DELIVERY__PARTITIONS", "4")
            .set("DELIVERY__LEASE_MS", "2000")
            .set("TELEMETRY__FORMAT", "json")
            .set("TELEMETRY__FILTER", "info,async_nats=warn")
    }

    /// A bot with these routes in a thread of its own, not started yet.
    pub(crate) fn app(&self, router: Router) -> AppSetup {
        AppSetup::new(self.config(), router)
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

    /// One number from the database: `world.count("FROM users WHERE is_active").await`.
    pub(crate) async fn count(&self, from: &str) -> i64 {
        let row = self
            .database()
            .await
            .query_one(&format!("SELECT count(*) {from}"), &[])
            .await;
        row.expect("the query runs").get(0)
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
        jetstream::new(
            async_nats::connect(&self.nats_urls)
                .await
                .expect("nats-server answers"),
        )
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

    /// Waits until every update is acknowledged. Before a kill: what was answered but not
    /// acknowledged yet is handled again.
    pub(crate) async fn queue_is_empty(&self) {
        let mut queue = self.queue().await;
        // The server tells no event: asking is waiting.
        let emptied = async { while queue.info().await.expect("an answer").state.messages > 0 {} };
        let emptied = tokio::time::timeout(DEADLINE, emptied).await;
        emptied.expect("all updates are acknowledged");
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

impl Drop for World {
    fn drop(&mut self) {
        let (database, nats, name) = (
            self.shared_database.clone(),
            self.shared_nats.clone(),
            self.prefix.clone(),
        );
        let cleaned = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime
                .expect("a runtime")
                .block_on(clean(database, nats, name))
        });
        let left_open = cleaned.join();
        if !std::thread::panicking() {
            let left_open = left_open.expect("the world is cleaned up");
            assert_eq!(left_open, 0, "connections were left in a transaction");
        }
    }
}

/// Removes what a world made; says how many connections it left in a transaction.
async fn clean(database: String, nats: String, name: String) -> i64 {
    let client = connect(&database).await;
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
    let dropped = client
        .batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"))
        .await;
    dropped.expect("the database is dropped");
    let jetstream = jetstream::new(
        async_nats::connect(nats)
            .await
            .expect("nats-server answers"),
    );
    for stream in [
        format!("{name}_UPDATES"),
        format!("{name}_DEAD"),
        format!("KV_{name}_fsm"),
        format!("KV_{name}_leases"),
        format!("KV_{name}_retries"),
    ] {
        // Not every test made every stream.
        let _ = jetstream.delete_stream(stream).await;
    }
    left_open
}

async fn execute(url: &str, sql: &str) {
    connect(url)
        .await
        .batch_execute(sql)
        .await
        .expect("the statement runs");
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run the tests by `make test`"))
}

/// The program of the bundled bot. It is a package of its own, so that building the tests does not build
/// it: it is built when the first test starts it.
fn built() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let mut build = Command::new(env!("CARGO"));
        build.args([
            "build",
            "--quiet",
            "--locked",
            "--package",
            "ostankino-demo",
        ]);
        build.args(["--bin", "ostankino"]);
        let ended = build.current_dir(env!("CARGO_MANIFEST_DIR")).status();
        assert!(ended.expect("cargo runs").success(), "the bot is not built");
        let tests = env::current_exe().expect("this program has a path");
        let folder = tests.ancestors().nth(2).expect("target/debug/deps/it");
        folder.join("ostankino")
    })
}
