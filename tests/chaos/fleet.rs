//! The processes of the bot, each behind proxies of its own.

use std::{path::Path, sync::Arc, time::Duration};

use telegram_emulator::Emulator;
use tokio::task::JoinHandle;

use crate::{
    bot::SLOW_MS,
    options::Options,
    process::Process,
    progress::Progress,
    proxy::{NatsDialect, PostgresDialect, Proxy, TelegramDialect},
    referee::Referee,
    stores::Stores,
    support::{DEADLINE, PREFIX, servers::until},
    trap::Traps,
};

/// How long who holds a seat may rely on its last renewal: two thirds of the lease.
pub(crate) const RELIANCE: Duration = Duration::from_millis(1_000);

/// Into how many partitions updates are split.
pub(crate) const PARTITIONS: u16 = 8;

/// How many messages of mailings a process has in hand: a quarter of what it may send in a second.
pub(crate) const IN_HAND: i64 = 160 / 4;

/// Short, so that a run is short: the real ones are ten times as long.
const SETTINGS: [(&str, &str); 16] = [
    (SLOW_MS, "1900"),
    ("OSTANKINO__DELIVERY__LEASE_MS", "1500"),
    ("OSTANKINO__DELIVERY__HANDLER_TIMEOUT_MS", "3000"),
    ("OSTANKINO__DELIVERY__SHUTDOWN_GRACE_MS", "5000"),
    ("OSTANKINO__DELIVERY__PARTITIONS", "8"),
    ("OSTANKINO__DATABASE__POOL_SIZE", "4"),
    ("OSTANKINO__DATABASE__CONNECT_TIMEOUT_MS", "1000"),
    ("OSTANKINO__DATABASE__STATEMENT_TIMEOUT_MS", "3000"),
    (
        "OSTANKINO__DATABASE__IDLE_IN_TRANSACTION_TIMEOUT_MS",
        "5000",
    ),
    ("OSTANKINO__NATS__PREFIX", PREFIX),
    ("OSTANKINO__NATS__REQUEST_TIMEOUT_MS", "1000"),
    ("OSTANKINO__NATS__STREAM_MAX_MB", "64"),
    ("OSTANKINO__TELEGRAM__REQUEST_TIMEOUT_MS", "3000"),
    ("OSTANKINO__TELEGRAM__POLL_TIMEOUT_S", "5"),
    ("OSTANKINO__LIMITS__CALLS_PER_S", "160"),
    ("OSTANKINO__TELEMETRY__FORMAT", "json"),
];

/// Longer than the lease and than the acknowledgement may be waited for.
pub(crate) const LONG_SILENCE: Duration = Duration::from_secs(3);

/// Longer than a handler may take.
pub(crate) const LONG_WAIT: Duration = Duration::from_millis(3_300);

/// What a proxy stands before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Server {
    Postgres,
    Nats,
    Telegram,
}

/// A process and its proxies.
pub(crate) struct Member {
    pub(crate) process: Arc<Process>,
    postgres: Proxy,
    nats: Proxy,
    telegram: Proxy,
    running: Option<JoinHandle<i32>>,
}

impl Member {
    pub(crate) async fn new(
        index: usize,
        stores: &Stores,
        logs: &Path,
        traps: &Arc<Traps>,
        progress: &Arc<Progress>,
        referee: &Arc<Referee>,
        options: &Options,
    ) -> Self {
        let process = Process::new(index, logs.to_owned());
        let switch = options.switch;
        let (for_nats, for_telegram) = (progress.clone(), progress.clone());
        let (of_nats, of_telegram) = (referee.clone(), referee.clone());
        let (postgres, nats, telegram) = tokio::join!(
            Proxy::start(
                stores.postgres_address,
                &process,
                traps,
                referee,
                PostgresDialect::default
            ),
            Proxy::start(stores.nats_address, &process, traps, referee, move || {
                NatsDialect::new(index, for_nats.clone(), of_nats.clone(), switch)
            }),
            Proxy::start(stores.tg.address(), &process, traps, referee, move || {
                TelegramDialect::new(index, for_telegram.clone(), of_telegram.clone())
            }),
        );
        Self {
            process,
            postgres,
            nats,
            telegram,
            running: None,
        }
    }

    /// Starts the process, and again whenever it ends.
    pub(crate) fn start(&mut self, tg: &Emulator) {
        let local = |scheme: &str, proxy: &Proxy| format!("{scheme}127.0.0.1:{}", proxy.port());
        let database = local("postgres://ostankino@", &self.postgres);
        let own = [
            ("OSTANKINO__TELEGRAM__TOKEN", tg.token().to_owned()),
            (
                "OSTANKINO__TELEGRAM__API_URL",
                local("http://", &self.telegram),
            ),
            // The proxy reads along: it wants no question for TLS.
            (
                "OSTANKINO__DATABASE__URL",
                format!("{database}/ostankino?sslmode=disable"),
            ),
            ("OSTANKINO__NATS__URLS", local("nats://", &self.nats)),
        ];
        let settings = SETTINGS.map(|(name, value)| (name, value.to_owned()));
        let environment = own
            .into_iter()
            .chain(settings)
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        self.running = Some(tokio::spawn(self.process.clone().keep_running(environment)));
    }

    pub(crate) async fn is_up(&self) {
        until("the bot runs", async || self.process.is_running()).await;
    }

    pub(crate) fn proxy(&self, server: Server) -> &Proxy {
        match server {
            Server::Postgres => &self.postgres,
            Server::Nats => &self.nats,
            Server::Telegram => &self.telegram,
        }
    }

    /// Nothing is held back any more.
    pub(crate) fn heal(&self) {
        for proxy in [&self.postgres, &self.nats, &self.telegram] {
            proxy.hold(false);
        }
        self.process.signal("CONT");
    }

    /// Stops the process as an operator does; its exit code, or `None` if it did not end.
    pub(crate) async fn stop(&mut self) -> Option<i32> {
        self.process.end("TERM");
        let running = self.running.take()?;
        tokio::time::timeout(DEADLINE, running).await.ok()?.ok()
    }
}
