//! Bots of a test's own as processes: what a function does that [`World::this_program`](super::World::this_program) starts.

use std::future::pending;

use ostankino::{Bots, Config, telemetry};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Runs what `compose` makes of the configuration until the process is told to end.
pub(crate) async fn serve<B: Into<Bots>>(compose: impl FnOnce(Config) -> B) {
    let config = Config::load().expect("a valid configuration");
    telemetry::install(config.telemetry.format, &config.telemetry.filter).expect("a valid filter");
    let mut terminate = signal(SignalKind::terminate()).expect("a handler");
    let stop = CancellationToken::new();
    let stopping = async {
        terminate.recv().await;
        stop.cancel();
        pending().await
    };
    let bots: Bots = compose(config).into();
    let ran = tokio::select! {
        ran = bots.run(stop.clone()) => ran,
        never = stopping => never,
    };
    telemetry::close();
    ran.expect("it ends in order");
}
