//! The server of the webhook. It is made for a public port: who is slow, or comes too often, costs little and gets nothing.

use std::{convert::Infallible, io, pin::pin, time::Duration};

use http::Request;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::TcpStream,
    task::JoinSet,
    time::{interval, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{door::Door, receivers::Receivers, request};

/// The most connections at once; Telegram opens a hundred at the most, and a balancer about as many as it serves at once.
const MOST: usize = 512;

/// How long the headers of a request may take, and how long a connection may lie idle.
const HEADERS: Duration = Duration::from_secs(15);

/// The most bytes of headers.
const BUFFER: usize = 64 << 10;

/// How long requests under way may take at the end.
const LAST: Duration = Duration::from_secs(6);

/// How often it is told what was dropped.
const REST: Duration = Duration::from_secs(60);

/// Takes updates until `stop`, then ends what is under way.
///
/// # Errors
///
/// The port cannot be opened.
pub(crate) async fn serve(
    door: Door,
    receivers: Receivers,
    stop: CancellationToken,
) -> io::Result<()> {
    let listener = door.open()?;
    tracing::info!(
        event = "webhook_listening",
        address = %listener.local_addr()?,
        "updates are taken at this address"
    );
    let mut connections = JoinSet::new();
    let mut resting = interval(REST);
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            Some(_) = connections.join_next() => {}
            _ = resting.tick() => receivers.rest(),
            accepted = listener.accept(), if connections.len() < MOST => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(talk(stream, receivers.clone(), stop.clone()));
                }
                Err(error) => {
                    tracing::warn!(
                        event = "webhook_failed",
                        error = %error,
                        "a connection could not be accepted"
                    );
                    // Too many files are open, most likely: let some be closed.
                    sleep(Duration::from_secs(1)).await;
                }
            },
        }
    }
    // Whoever comes now is turned away, and tries another process.
    drop(listener);
    let ended = async { while connections.join_next().await.is_some() {} };
    let in_time = timeout(LAST, ended).await.is_ok();
    tracing::info!(
        event = "webhook_stopped",
        in_time,
        "no more updates are taken: Telegram posts them to other processes, or keeps them"
    );
    Ok(())
}

/// Serves a connection to its end, which is that of the request under way once the process stops.
async fn talk(stream: TcpStream, receivers: Receivers, stop: CancellationToken) {
    // Answers are short: none waits for more to send.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request: Request<Incoming>| {
        let (receivers, stop) = (&receivers, &stop);
        async move { Ok::<_, Infallible>(request::answer(receivers, stop, request).await) }
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(stream), service);
    let mut serving = pin!(serving);
    // How the other side leaves is its own affair.
    tokio::select! {
        biased;
        _ = &mut serving => return,
        () = stop.cancelled() => {}
    }
    serving.as_mut().graceful_shutdown();
    let _ = serving.await;
}
