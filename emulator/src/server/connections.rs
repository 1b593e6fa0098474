//! Connections: accepting them, resetting one, and ending them all at once.

use std::{future::poll_fn, io, net::SocketAddr, time::Duration};

use axum::{Router, body::Body, extract::Request, response::Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinSet,
    time::sleep,
};
use tower::ServiceExt;

use super::{How, enveloped::Enveloped};

/// Put into a response's extensions: the connection is to be reset instead.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut;

/// The reset as hyper sees it: a service that failed.
#[derive(Debug)]
struct WasCut;

impl std::fmt::Display for WasCut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a scripted reset")
    }
}

impl std::error::Error for WasCut {}

/// A running server; it and all its connections end when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    tasks: JoinSet<()>,
}

impl Server {
    /// Binds and serves, and runs `beside` as long. A port that is just being freed is waited for, briefly.
    pub(crate) async fn start(
        address: SocketAddr,
        how: &How,
        router: Router,
        beside: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<Self> {
        let mut attempts = 0;
        let listener = loop {
            match TcpListener::bind(address).await {
                Err(error)
                    if error.kind() == io::ErrorKind::AddrInUse
                        && address.port() != 0
                        && attempts < 20 =>
                {
                    attempts += 1;
                    sleep(Duration::from_millis(25)).await;
                }
                // Which of the addresses a machine has it was, the error itself does not say.
                Err(error) => {
                    let text = format!("cannot listen on {address}: {error}");
                    return Err(io::Error::new(error.kind(), text));
                }
                Ok(listener) => break listener,
            }
        };
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, how.patience, router, beside, stopped));

        Ok(Self {
            address,
            stop,
            tasks,
        })
    }

    /// Closes the listener and every connection, and returns when they are closed.
    pub(crate) async fn stop(mut self) {
        // The receiver is gone only when the task is.
        let _ = self.stop.send(());
        while self.tasks.join_next().await.is_some() {}
    }
}

async fn accept(
    listener: TcpListener,
    patience: Duration,
    router: Router,
    beside: impl Future<Output = ()> + Send + 'static,
    mut stopped: oneshot::Receiver<()>,
) {
    let mut connections = JoinSet::new();
    connections.spawn(beside);
    loop {
        tokio::select! {
            biased;
            _ = &mut stopped => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, patience, router.clone()));
                }
                Err(error) => {
                    // Out of file descriptors, mostly: going on at once would spin.
                    tracing::warn!(error = %error, "cannot accept a connection");
                    sleep(Duration::from_millis(50)).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    connections.shutdown().await;
}

async fn connection(stream: TcpStream, patience: Duration, router: Router) {
    // Small answers shall not wait for each other.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| Box::pin(answer(router.clone(), request)));
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .serve_connection(TokioIo::new(Enveloped::new(stream)), service);
    let end = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let stream = connection.into_parts().io.into_inner().into_inner();
    let cut = end
        .as_ref()
        .err()
        .and_then(std::error::Error::source)
        .is_some_and(|source| source.is::<WasCut>());
    if cut {
        // With nothing to linger for, closing sends a reset.
        let _ = stream.set_zero_linger();
    }
}

async fn answer(router: Router, request: Request<Incoming>) -> Result<Response, WasCut> {
    let response = match router.oneshot(request.map(Body::new)).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    if response.extensions().get::<Cut>().is_some() {
        Err(WasCut)
    } else {
        Ok(response)
    }
}
