//! The service as a process: configuration, logs, signals, and the exit code.

use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::{
    Config,
    app::AppBuilder,
    config::Problems,
    program::{self, Program},
    startup, telemetry,
};

/// Reads the configuration, sets up the logs, runs what `compose` makes until SIGTERM or SIGINT,
/// and closes everything.
pub(crate) async fn run(program: &Program, compose: impl FnOnce(Config) -> AppBuilder) -> ExitCode {
    let Some(config) = prepare(program, Config::check) else {
        return ExitCode::FAILURE;
    };
    let stop = CancellationToken::new();
    let mut signals = tokio::task::JoinSet::new();
    signals.spawn(heed_signals(stop.clone()));
    let app = match stop.run_until_cancelled(compose(config).build()).await {
        Some(Ok(app)) => app,
        Some(Err(error)) => return fail(&error),
        None => return ExitCode::SUCCESS,
    };
    match app.run(stop).await {
        Ok(()) => {
            tracing::info!("stopped");
            ExitCode::SUCCESS
        }
        Err(error) => fail(&error),
    }
}

/// Brings the database's schema up to date, and does nothing else.
pub(crate) async fn migrate(program: &Program) -> ExitCode {
    let only_database = |config: &Config, problems: &mut Problems| config.database.check(problems);
    let Some(config) = prepare(program, only_database) else {
        return ExitCode::FAILURE;
    };
    startup::migrate(&config.database)
        .await
        .map_or_else(|error| fail(&error), |()| ExitCode::SUCCESS)
}

/// Configuration and logs; without them there is nothing to log with, hence standard error.
fn prepare(program: &Program, check: impl FnOnce(&Config, &mut Problems)) -> Option<Config> {
    let config = Config::load_with(check)
        .map_err(|error| eprintln!("{}: {error}", program::name()))
        .ok()?;
    telemetry::install(&config.telemetry)
        .map_err(|error| eprintln!("{}: {}", program::name(), crate::chain(&error)))
        .ok()?;
    program.record_start(config.environment.as_str());
    Some(config)
}

fn fail(error: &(dyn std::error::Error + 'static)) -> ExitCode {
    tracing::error!(error = crate::chain(error), "the service cannot run");
    ExitCode::FAILURE
}

/// The first signal asks for an orderly end, the second for one at once.
async fn heed_signals(stop: CancellationToken) {
    let listen = |kind| signal(kind).expect("the runtime listens to signals");
    let (mut terminate, mut interrupt) = (
        listen(SignalKind::terminate()),
        listen(SignalKind::interrupt()),
    );
    loop {
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        if stop.is_cancelled() {
            tracing::warn!(signal = name, "a second signal: ending at once");
            std::process::exit(130);
        }
        tracing::info!(
            signal = name,
            "stopping: a second signal ends the process at once"
        );
        stop.cancel();
    }
}
