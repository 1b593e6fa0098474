//! A world of its own for each test, so that all run side by side: a database, names in NATS, a local Telegram.

mod asking;
mod servers;

use std::{
    fmt,
    sync::{Arc, LazyLock, Mutex, PoisonError},
    time::Duration,
};

use diesel_async::{AsyncConnection, AsyncPgConnection};
use ostankino::{
    AppBuilder, Config,
    config::{DatabaseConfig, DeliveryConfig, NatsConfig, RedisConfig, TelegramConfig},
    jiff::{SignedDuration, Timestamp},
};
use telegram_emulator::{Emulator, Person};
use tokio::runtime::{self, Runtime};

use self::{asking::Asking, servers::Servers};
use crate::{AppSetup, DEADLINE, Logs, TestApp, wait_until};

/// Where every Telegram runs: it must answer while a test's own thread waits for a bot to stop.
static TELEGRAMS: LazyLock<Runtime> = LazyLock::new(|| {
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build();
    runtime.expect("a runtime")
});

/// A database, names in NATS and a Telegram of a test's own, on real servers: those that `OSTANKINO__DATABASE__URL` and
/// `OSTANKINO__NATS__URLS` name, and `OSTANKINO__REDIS__URL` if it is set.
///
/// ```no_run,test_harness
/// use ostankino::{App, Router, Text, User};
/// use ostankino_test::World;
///
/// # struct Order; impl Order { fn router() -> Router { Router::new() } }
/// #[tokio::test]
/// async fn an_order_is_stored() {
///     let world = World::new().await;
///     let bot = world.start(|config| App::builder(config).router(Order::router())).await;
///     let alice = world.person("Алиса");
///
///     alice.says("/order чай");
///     assert_eq!(alice.next_message().await.text, "Заказ принят");
///     assert_eq!(world.count("FROM orders WHERE what = 'чай'").await, 1);
///     bot.stop().await;
/// }
/// ```
///
/// When the test fails, the logs of its bots are shown. When the world is dropped, it removes what it made; a connection that was
/// left in a transaction fails the test.
pub struct World {
    /// Telegram: people, groups, faults, and what the bot called.
    pub tg: Emulator,
    /// The URL of the database. Another one, set before a bot is started, is used instead.
    pub database_url: String,
    /// The URLs of NATS. Others, set before a bot is started, are used instead.
    pub nats_urls: String,
    /// The URL of Redis, that of `OSTANKINO__REDIS__URL`; empty for none.
    pub redis_url: String,
    /// Begins the names of the streams and buckets.
    pub prefix: String,
    servers: Servers,
    asking: Asking,
    logs: AllLogs,
}

/// The logs of all bots of a world.
#[derive(Clone, Default)]
pub(crate) struct AllLogs(Arc<Mutex<Vec<Logs>>>);

impl World {
    /// Makes it: an empty database, which a bot migrates when it starts.
    ///
    /// # Panics
    ///
    /// If a variable is not set or a server does not answer; it says what to do.
    pub async fn new() -> Self {
        let servers = Servers::of_variables();
        let prefix = format!("it_{:016x}", fastrand::u64(..));
        servers.create(&prefix).await;
        let tg = TELEGRAMS.spawn(Emulator::builder().deadline(DEADLINE).start());
        let tg = tg.await.expect("it does not panic").expect("a free port");
        Self {
            tg,
            database_url: servers.database_url(&prefix),
            nats_urls: servers.nats.clone(),
            redis_url: servers.redis.clone(),
            prefix,
            servers,
            asking: Asking::default(),
            logs: AllLogs::default(),
        }
    }

    /// The configuration of a bot in this world: the library's defaults, but few connections and partitions.
    #[must_use]
    pub fn config(&self) -> Config {
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
                files_max_mb: 32,
                ..NatsConfig::default()
            },
            redis: RedisConfig {
                url: self.redis_url.as_str().into(),
                ..RedisConfig::default()
            },
            delivery: DeliveryConfig {
                partitions: 4,
                lease_ms: 2_000,
                ..DeliveryConfig::default()
            },
            test_clock: Some(self.clock_url()),
            ..Config::default()
        }
    }

    /// Where the clock of this world is: a program of it that is built with ostankino's feature `test` follows that one if the
    /// variable `OSTANKINO_TEST_CLOCK` names it.
    #[must_use]
    pub fn clock_url(&self) -> String {
        format!("{}/control/clock", self.tg.url())
    }

    /// What time it is in this world, for Telegram and for the bots of it: the machine's until it is moved.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::now() + SignedDuration::from_millis(self.tg.clock_ahead_ms())
    }

    /// Puts the clock forward, that of Telegram and those of all bots, and waits until they know. What is due by then happens.
    ///
    /// ```no_run
    /// # async fn example(world: ostankino_test::World) {
    /// # let alice = world.person("Алиса");
    /// alice.says("/remind 30d купить чай");
    /// alice.next_message().await;
    /// world.put_clock_forward(std::time::Duration::from_secs(30 * 86_400)).await;
    /// assert_eq!(alice.next_message().await.text, "купить чай");
    /// # }
    /// ```
    ///
    /// A bot that does not answer, since it is frozen, is waited for ten seconds; one that cannot reach Telegram is not waited for.
    pub async fn put_clock_forward(&self, by: Duration) {
        self.tg.put_clock_forward(by);
        self.tg.clock_is_known().await;
    }

    /// Sets the clock back, as [`put_clock_forward`](Self::put_clock_forward) puts it forward.
    pub async fn set_clock_back(&self, by: Duration) {
        self.tg.set_clock_back(by);
        self.tg.clock_is_known().await;
    }

    /// Starts a bot as the program of it composes it, and waits until it runs.
    ///
    /// # Panics
    ///
    /// If it cannot run.
    pub async fn start(
        &self,
        compose: impl FnOnce(Config) -> AppBuilder + Send + 'static,
    ) -> TestApp {
        self.app(compose).start().await
    }

    /// A bot that is not started yet: its configuration can be changed before.
    pub fn app(&self, compose: impl FnOnce(Config) -> AppBuilder + Send + 'static) -> AppSetup {
        AppSetup::new(self.config(), compose, self.logs.clone())
    }

    /// Somebody who uses Telegram.
    #[must_use]
    pub fn person(&self, name: &str) -> Person {
        self.tg.person(name)
    }

    /// A connection to the database, for the bot's own queries; its work is done at once.
    ///
    /// # Panics
    ///
    /// If the database does not answer.
    pub async fn connection(&self) -> AsyncPgConnection {
        let connection = AsyncPgConnection::establish(&self.database_url).await;
        connection.unwrap_or_else(|error| panic!("the database does not answer: {error}"))
    }

    /// One number from the database: `world.count("FROM users WHERE is_active").await`.
    ///
    /// # Panics
    ///
    /// If it is no SQL.
    pub async fn count(&self, from: &str) -> i64 {
        let query = format!("SELECT count(*) {from}");
        self.asking.number(&self.database_url, &query).await
    }

    /// Waits until all updates are handled, and known as handled: what a bot says to them is said by then.
    ///
    /// # Panics
    ///
    /// If they are not within [`DEADLINE`].
    pub async fn queue_is_empty(&self) {
        for name in ["UPDATES", "PAYMENTS", "INLINE"] {
            let name = format!("{}_{name}", self.prefix);
            let mut queue = servers::stream(&self.nats_urls, &name).await;
            let is_empty = async || queue.info().await.expect("an answer").state.messages == 0;
            wait_until("all updates are handled", is_empty).await;
        }
    }
}

impl AllLogs {
    pub(crate) fn add(&self, logs: Logs) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(logs);
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let all = self.logs.0.lock().unwrap_or_else(PoisonError::into_inner);
            for (logs, number) in all.iter().zip(1..) {
                eprintln!("the log of bot {number} of this world:\n{logs}");
            }
        }
        let (servers, name) = (self.servers.clone(), self.prefix.clone());
        let cleaned = std::thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(servers.clean(&name))
        });
        let left_open = cleaned.join();
        if !std::thread::panicking() {
            let left_open = left_open.expect("the world is cleaned up");
            assert_eq!(left_open, 0, "connections were left in a transaction");
        }
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World")
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}
