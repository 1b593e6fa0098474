//! A bot in a thread with a runtime of its own, so that its log is its own too.

use std::{fmt, thread::JoinHandle};

use ostankino::{AppBuilder, Config, config::LogFormat, telemetry};
use tokio::runtime;
use tokio_util::sync::CancellationToken;
use tracing::Dispatch;

use crate::{DEADLINE, Logs, world::AllLogs};

type Compose = Box<dyn FnOnce(Config) -> AppBuilder + Send>;

/// A bot of a [`World`](crate::World), not started yet.
#[must_use = "it is not started yet"]
pub struct AppSetup {
    config: Config,
    compose: Compose,
    filter: String,
    threads: usize,
    logs: Logs,
    /// Of the world: what they hold is shown when the test fails.
    all: AllLogs,
}

/// A running bot; stopped when dropped.
#[derive(Debug)]
pub struct TestApp {
    /// Its log so far.
    pub logs: Logs,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl AppSetup {
    pub(crate) fn new(
        config: Config,
        compose: impl FnOnce(Config) -> AppBuilder + Send + 'static,
        all: AllLogs,
    ) -> Self {
        Self {
            config,
            compose: Box::new(compose),
            filter: "info,async_nats=warn".into(),
            threads: 2,
            logs: Logs::default(),
            all,
        }
    }

    /// Changes the configuration.
    pub fn config(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self
    }

    /// Adds to the composition.
    pub fn with(mut self, more: impl FnOnce(AppBuilder) -> AppBuilder + Send + 'static) -> Self {
        let before = self.compose;
        self.compose = Box::new(|config| more(before(config)));
        self
    }

    /// Which records are kept, in the syntax of `telemetry.filter`. Those of `ostankino` at `info` tell that it runs.
    pub fn filter(mut self, filter: &str) -> Self {
        self.filter = filter.into();
        self
    }

    /// On how many threads it runs.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// Has it log there.
    pub fn logging_to(mut self, logs: Logs) -> Self {
        self.logs = logs;
        self
    }

    /// Starts the bot and waits until it runs.
    ///
    /// # Panics
    ///
    /// If it cannot run.
    pub async fn start(self) -> TestApp {
        let app = self.spawn();
        let told = |record: &serde_json::Value| {
            record["event"] == "running" || record["event"] == "cannot_run"
        };
        let record = app.logs.wait_until("running", told).await;
        assert_eq!(record["event"], "running", "the bot cannot run: {record}");
        app
    }

    /// Starts the bot, and does not wait.
    pub fn spawn(self) -> TestApp {
        let (stop, logs) = (CancellationToken::new(), self.logs.clone());
        self.all.add(logs.clone());
        let (sink, stopped) = (logs.clone(), stop.clone());
        let subscriber = telemetry::subscriber(LogFormat::Json, &self.filter, move || sink.clone());
        let dispatch = Dispatch::new(subscriber.expect("a valid filter"));
        let thread = std::thread::spawn(move || run(self, stopped, &dispatch));
        TestApp {
            logs,
            stop,
            thread: Some(thread),
        }
    }
}

fn run(setup: AppSetup, stop: CancellationToken, dispatch: &Dispatch) {
    let own = dispatch.clone();
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(setup.threads)
        .enable_all()
        // Until the thread ends: the guard would take it off again.
        .on_thread_start(move || std::mem::forget(tracing::dispatcher::set_default(&own)))
        .build();
    tracing::dispatcher::with_default(dispatch, || {
        runtime.expect("a runtime").block_on(async {
            let building = (setup.compose)(setup.config).build();
            match stop.run_until_cancelled(building).await {
                Some(Ok(app)) => {
                    // Why it failed is in its log.
                    let _ = app.run(stop).await;
                }
                Some(Err(error)) => {
                    tracing::error!(event = "cannot_run", error = %error, "the service cannot run")
                }
                None => {}
            }
        });
    });
}

impl TestApp {
    /// Asks it to stop.
    pub fn cancel(&self) {
        self.stop.cancel();
    }

    /// Stops it, and waits until everything is closed.
    ///
    /// # Panics
    ///
    /// If it does not end within [`DEADLINE`], or its thread panicked.
    pub async fn stop(self) {
        self.stop.cancel();
        self.ended().await;
    }

    /// Waits until it has ended by itself and everything is closed.
    ///
    /// # Panics
    ///
    /// As [`stop`](Self::stop).
    pub async fn ended(mut self) {
        let thread = self.thread.take().expect("taken only here and by drop");
        let joined = tokio::task::spawn_blocking(|| thread.join());
        let joined = tokio::time::timeout(DEADLINE, joined)
            .await
            .expect("it ends");
        joined.expect("not cancelled").expect("it did not panic");
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for AppSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppSetup")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
