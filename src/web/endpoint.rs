//! The port, from before the first connection of the start until after the last one is closed.

use std::net::SocketAddr;

use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{
    prometheus, routes,
    stage::{Progress, Sources, Stage},
};
use crate::Config;

/// The port of the operator, where one is open. Dropping it closes it.
pub(crate) struct Endpoint {
    progress: Progress,
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
        let (progress, closing) = (Progress::new(), CancellationToken::new());
        let mut serving = JoinSet::new();
        let Some(address) = config.web.address() else {
            return Ok(Self {
                progress,
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
        let routes = routes::of(config, progress.clone(), exporter);
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
            closing,
            serving,
        })
    }

    /// From now on these are asked.
    pub(crate) fn runs(&self, sources: Sources) {
        if !self.serving.is_empty() {
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
