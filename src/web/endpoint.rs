//! The port, from before the first connection of the start until after the last one is closed.

use std::net::SocketAddr;

use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{
    prometheus, routes,
    stage::{Fleet, Progress, Sources, Stage, Told},
};
use crate::Config;

/// The port of the operator, where one is open. Dropping it closes it.
pub(crate) struct Endpoint {
    progress: Progress,
    /// Somebody may ask.
    is_asked: bool,
    closing: CancellationToken,
    serving: JoinSet<()>,
}

/// The port cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("the port {address} of web.listen cannot be opened: {source}")]
pub(crate) struct PortError {
    address: SocketAddr,
    source: std::io::Error,
}

impl Endpoint {
    /// Opens the port, if there is to be one, and begins to count.
    ///
    /// # Errors
    ///
    /// Another program has the port, or the address is none of this machine's.
    pub(crate) async fn open(config: &Config) -> Result<Self, PortError> {
        let progress = Progress::new();
        Self::telling(config, progress.clone(), Told::Alone(progress)).await
    }

    /// The same for the process of several bots.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub(crate) async fn open_for(config: &Config, fleet: Fleet) -> Result<Self, PortError> {
        Self::telling(config, Progress::new(), Told::Several(fleet)).await
    }

    /// What one of several bots has: its process has the port.
    pub(crate) fn of_bot(progress: Progress) -> Self {
        Self {
            progress,
            is_asked: true,
            closing: CancellationToken::new(),
            serving: JoinSet::new(),
        }
    }

    async fn telling(config: &Config, progress: Progress, told: Told) -> Result<Self, PortError> {
        let closing = CancellationToken::new();
        let mut serving = JoinSet::new();
        let Some(address) = config.web.address() else {
            return Ok(Self {
                progress,
                is_asked: false,
                closing,
                serving,
            });
        };
        let failed = |source| PortError { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let exporter = prometheus::install();
        if let Some(exporter) = exporter.clone() {
            serving.spawn(exporter.keep_up());
        }
        let routes = routes::of(config, told, exporter);
        let closed = closing.clone().cancelled_owned();
        serving.spawn(async move {
            // It returns no error.
            let served = axum::serve(listener, routes).with_graceful_shutdown(closed);
            let _ = served.await;
        });
        tracing::info!(
            event = "web_listening",
            address = %address,
            "health, readiness and metrics are told at this address"
        );
        Ok(Self {
            progress,
            is_asked: true,
            closing,
            serving,
        })
    }

    /// From now on these are asked.
    pub(crate) fn runs(&self, sources: Sources) {
        if self.is_asked {
            self.progress.is(Stage::Running(sources.into()));
        }
    }

    /// The process was told to end: it is ready no more, and lets go of what it was asked about.
    pub(crate) fn stops(&self) {
        self.progress.is(Stage::Stopping);
    }

    /// Returns once nobody is answered any more, which is not to be before it is closed.
    pub(crate) fn ended(&mut self) -> impl Future<Output = ()> + Send + 'static {
        let mut serving = std::mem::take(&mut self.serving);
        let closing = self.closing.clone();
        async move {
            match serving.join_next().await {
                // A panic of it is its end.
                Some(_) => {}
                // There is no port.
                None => closing.cancelled().await,
            }
        }
    }

    /// Ends once whoever is being answered was.
    pub(crate) fn close(&self) {
        self.closing.cancel();
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.close();
    }
}
