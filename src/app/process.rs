//! The service as a process: configuration, logs, signals, and the exit code.

use std::{
    convert::Infallible,
    io,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::{AppBuilder, Bots, Served, Several, StartError, connecting, fleet};
use crate::{
    Config,
    cli::Program,
    config::{ConfigError, Problems},
    db::Database,
    program,
    registry::{Registry, Seal},
    telemetry,
};

/// Reads the configuration, sets up the logs, runs what `compose` makes until SIGTERM or SIGINT,
/// and closes everything.
pub(crate) async fn run<B: Into<Bots>>(
    program: &Program,
    compose: impl FnOnce(Config) -> B,
) -> ExitCode {
    let Some(config) = prepare(program, Config::check) else {
        return ExitCode::FAILURE;
    };
    let stop = CancellationToken::new();
    let signals = Signals::listen().and_then(|ending| Ok((ending, signal(DEBUG)?)));
    let (signals, debug) = match signals {
        Ok(signals) => signals,
        Err(error) => return fail(&error),
    };
    let mut heeding = tokio::task::JoinSet::new();
    let is_running = Arc::new(AtomicBool::new(false));
    heeding.spawn(signals.heed(stop.clone(), is_running.clone()));
    heeding.spawn(heed_debug(debug, config.telemetry.debugging()));
    let serving = async {
        let bots: Bots = compose(config).into();
        let alone = match bots.composed() {
            Ok(Served::Alone(alone)) => alone,
            Ok(Served::Several(several)) => {
                let runs = || is_running.store(true, Ordering::Relaxed);
                let ran = Box::pin(fleet::run(several, stop.clone(), runs)).await;
                return match ran {
                    Ok(()) => ended(),
                    Err(Some(error)) => fail(&error),
                    // It said why.
                    Err(None) => ExitCode::FAILURE,
                };
            }
            Err(error) => return fail(&error),
        };
        let app = match stop.run_until_cancelled(alone.build()).await {
            Some(Ok(app)) => app,
            Some(Err(error)) => return fail(&error),
            None => return ExitCode::SUCCESS,
        };
        is_running.store(true, Ordering::Relaxed);
        if app.run(stop.clone()).await.is_err() {
            // It said why.
            return ExitCode::FAILURE;
        }
        ended()
    };
    tokio::pin!(serving);
    tokio::select! {
        biased;
        code = &mut serving => code,
        // A process that hears no signals would have to be killed one day: better now, in order.
        _ = heeding.join_next() => {
            tracing::error!(event = "cannot_run", task = "signals", "the service cannot run");
            stop.cancel();
            serving.await;
            ExitCode::FAILURE
        }
    }
}

fn ended() -> ExitCode {
    tracing::info!(event = "stopped", "stopped");
    ExitCode::SUCCESS
}

/// Brings the database's schema up to date, and does nothing else: of several bots those of all, one after the other.
pub(crate) async fn migrate<B: Into<Bots>>(
    program: &Program,
    compose: impl FnOnce(Config) -> B,
) -> ExitCode {
    let of_tables = |config: &Config, problems: &mut Problems| {
        config.database.check(problems);
        config.fleet.check(problems);
    };
    let Some(config) = prepare(program, of_tables) else {
        return ExitCode::FAILURE;
    };
    let bots: Bots = compose(config).into();
    let served = match bots.composed() {
        Ok(served) => served,
        Err(error) => return fail(&error),
    };
    let mut code = ExitCode::SUCCESS;
    let mut added = Vec::new();
    if let Served::Several(several) = &served {
        match added_to(several).await {
            Ok(found) => added = found,
            Err(error) => code = fail(&error),
        }
    }
    let mut builders = served.all();
    for configured in added {
        match configured {
            Ok(builder) => builders.push(builder),
            Err(error) => code = fail(&error),
        }
    }
    for builder in builders {
        // What is wrong with one schema is no reason to leave the others as they are.
        if let Err(error) = builder.migrate().await {
            code = fail(&error);
        }
    }
    code
}

/// The bots that were added at run time, once their table is up to date; one that cannot run is told of in its place.
async fn added_to(several: &Several) -> Result<Vec<Result<AppBuilder, ConfigError>>, StartError> {
    let Several {
        config,
        added: Some(compose),
        ..
    } = several
    else {
        return Ok(Vec::new());
    };
    let Some(seal) = Seal::of(&config.fleet) else {
        return Ok(Vec::new());
    };
    connecting::migrate_registry(config).await?;
    let registry = Registry::new(&Database::new(&config.database), config);
    let rows = registry
        .rows()
        .await
        .map_err(|error| StartError::of("the table of bots cannot be read", &error.chain()))?;
    let configured = rows.iter().map(|row| row.configured(config, &seal));
    Ok(configured
        .map(|configured| configured.map(|config| compose(config)))
        .collect())
}

/// Configuration and logs; without them there is nothing to log with, hence standard error.
fn prepare(program: &Program, check: impl FnOnce(&Config, &mut Problems)) -> Option<Config> {
    let config = Config::load_with(check)
        .map_err(|error| eprintln!("{}: {error}", program::name()))
        .ok()?;
    telemetry::install(config.telemetry.format, &config.telemetry.filter)
        .map_err(|error| eprintln!("{}: {}", program::name(), crate::chain(&error)))
        .ok()?;
    program.record_start(config.environment.as_str());
    Some(config)
}

fn fail(error: &(dyn std::error::Error + 'static)) -> ExitCode {
    tracing::error!(
        event = "cannot_run",
        error = crate::chain(error),
        "the service cannot run"
    );
    ExitCode::FAILURE
}

/// The signal that has more records written, and the next one those of the configuration.
const DEBUG: SignalKind = SignalKind::user_defined1();

/// Heeds it for as long as the process runs.
async fn heed_debug(mut signal: Signal, debugging: String) -> Infallible {
    loop {
        signal.recv().await;
        // A program that logs by itself keeps its own way, and the filter was checked at the start.
        let _ = telemetry::level().map(|level| level.toggle(&debugging));
    }
}

/// How long a start that is told to end may take to notice. There is nothing to close yet.
const START: Duration = Duration::from_secs(2);

/// The signals that ask for the end.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// The first signal asks for an orderly end, the second for one at once.
    async fn heed(mut self, stop: CancellationToken, is_running: Arc<AtomicBool>) -> Infallible {
        let first = self.next().await;
        tracing::info!(
            event = "stopping",
            signal = first,
            "stopping: a second signal ends the process at once"
        );
        stop.cancel();
        let patience = tokio::time::timeout(START, self.next());
        let second = match patience.await {
            Ok(second) => second,
            Err(_) if is_running.load(Ordering::Relaxed) => self.next().await,
            Err(_) => {
                // A migration cannot be cancelled; PostgreSQL rolls it back.
                tracing::warn!(
                    event = "start_cut",
                    "the start was left in the middle of a step"
                );
                telemetry::close();
                std::process::exit(0);
            }
        };
        tracing::warn!(
            event = "killed",
            signal = second,
            "a second signal: ending at once"
        );
        telemetry::close();
        std::process::exit(130);
    }

    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}
