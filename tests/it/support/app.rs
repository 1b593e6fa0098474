//! A bot with handlers of the test's own, in a thread with a runtime of its own, so that its log is
//! its own too.

use std::thread::JoinHandle;

use ostankino::{App, AppBuilder, Config, Router, config::LogFormat, telemetry};
use tokio::runtime;
use tokio_util::sync::CancellationToken;
use tracing::Dispatch;

use super::{DEADLINE, Logs};

type Compose = Box<dyn FnOnce(AppBuilder) -> AppBuilder + Send>;

/// What a bot is made of.
pub(crate) struct AppSetup {
    config: Config,
    compose: Compose,
    filter: String,
    threads: usize,
}

/// A running bot; stopped when dropped.
pub(crate) struct TestApp {
    pub(crate) logs: Logs,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl AppSetup {
    pub(super) fn new(config: Config, router: Router) -> Self {
        Self {
            config,
            compose: Box::new(|app| app.router(router)),
            filter: "info,async_nats=warn".into(),
            threads: 2,
        }
    }

    /// Changes the configuration.
    pub(crate) fn config(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self
    }

    /// Adds to the composition.
    pub(crate) fn with(
        mut self,
        more: impl FnOnce(AppBuilder) -> AppBuilder + Send + 'static,
    ) -> Self {
        let before = self.compose;
        self.compose = Box::new(|app| more(before(app)));
        self
    }

    /// Which records are kept.
    pub(crate) fn filter(mut self, filter: &str) -> Self {
        self.filter = filter.into();
        self
    }

    /// On how many threads it runs.
    pub(crate) fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// Starts the bot and waits until it runs.
    pub(crate) async fn start(self) -> TestApp {
        let app = self.spawn();
        app.logs.wait_for("running").await;
        app
    }

    /// Starts the bot.
    pub(crate) fn spawn(self) -> TestApp {
        self.spawn_logging_to(Logs::default())
    }

    /// Starts the bot with that log.
    pub(crate) fn spawn_logging_to(self, logs: Logs) -> TestApp {
        let stop = CancellationToken::new();
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
            let built = stop
                .run_until_cancelled((setup.compose)(App::builder(setup.config)).build())
                .await;
            match built {
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
    pub(crate) fn cancel(&self) {
        self.stop.cancel();
    }

    /// Stops it, and waits until everything is closed.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.ended().await;
    }

    /// Waits until it has ended by itself and everything is closed.
    pub(crate) async fn ended(mut self) {
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
