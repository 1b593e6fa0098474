//! A TCP proxy between one process and one server. It knows where a message ends and what it
//! means, and does what a trap at that point says before the message goes on.

mod nats;
mod postgres;
mod sabotage;
mod telegram;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::{Buf, BytesMut};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
};

pub(crate) use self::{nats::NatsDialect, postgres::PostgresDialect, telegram::TelegramDialect};
use crate::{
    fleet::LONG_WAIT,
    point::Point,
    process::Process,
    referee::Referee,
    trap::{Action, Traps},
};

/// Who sent a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
}

/// The language of one connection.
pub(crate) trait Dialect: Send {
    /// How long the first message is; `None` while not enough is there to know, or it is not whole.
    fn length(&mut self, side: Side, bytes: &[u8]) -> Option<usize>;

    /// The points that a whole message marks. It may be changed, but not in length.
    fn read(&mut self, side: Side, message: &mut [u8]) -> Vec<Point>;

    /// The update that the last message was about, if one can tell.
    fn update(&self) -> Option<i64> {
        None
    }
}

/// See the [module](self). It listens as long as the runtime lives.
pub(crate) struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    upstream: SocketAddr,
    process: Arc<Process>,
    traps: Arc<Traps>,
    referee: Arc<Referee>,
    dialect: Box<dyn Fn() -> Box<dyn Dialect> + Send + Sync>,
    /// Whether nothing goes through.
    holds: watch::Sender<bool>,
    /// Changes when all connections are to be closed.
    cuts: watch::Sender<()>,
}

impl Proxy {
    pub(crate) async fn start<D: Dialect + 'static>(
        upstream: SocketAddr,
        process: &Arc<Process>,
        traps: &Arc<Traps>,
        referee: &Arc<Referee>,
        dialect: impl Fn() -> D + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("it is bound").port();
        let shared = Arc::new(Shared {
            upstream,
            process: process.clone(),
            traps: traps.clone(),
            referee: referee.clone(),
            dialect: Box::new(move || Box::new(dialect())),
            holds: watch::Sender::new(false),
            cuts: watch::Sender::new(()),
        });
        let accepting = shared.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, accepting.clone()));
            }
        });
        Self { port, shared }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Closes every connection.
    pub(crate) fn cut(&self) {
        self.shared.cuts.send_replace(());
    }

    /// Lets nothing through any more, or all again.
    pub(crate) fn hold(&self, holds: bool) {
        self.shared.holds.send_replace(holds);
    }
}

/// One connection, until either side or the proxy ends it.
async fn carry(client: TcpStream, shared: Arc<Shared>) {
    let mut cuts = shared.cuts.subscribe();
    let Ok(server) = TcpStream::connect(shared.upstream).await else {
        return;
    };
    // Small messages must not wait for each other.
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let dialect = Mutex::new((shared.dialect)());
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        () = pump(Side::Client, from_client, to_server, &dialect, &shared) => {}
        () = pump(Side::Server, from_server, to_client, &dialect, &shared) => {}
        _ = cuts.changed() => {}
    }
}

/// One direction of a connection.
async fn pump(
    side: Side,
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    dialect: &Mutex<Box<dyn Dialect>>,
    shared: &Shared,
) {
    let mut bytes = BytesMut::with_capacity(16 * 1024);
    let mut holds = shared.holds.subscribe();
    while matches!(from.read_buf(&mut bytes).await, Ok(1..)) {
        if holds.wait_for(|holds| !holds).await.is_err() {
            return;
        }
        loop {
            let met = read_all(side, &mut bytes, dialect, shared);
            if to.write_all(&bytes[..met.through]).await.is_err() {
                return;
            }
            bytes.advance(met.through);
            match met.action {
                None => break,
                Some(Action::Cut) => return,
                Some(Action::Kill) => return shared.process.kill(),
                Some(action) => {
                    if action == Action::Freeze {
                        shared.process.freeze().await;
                    } else {
                        tokio::time::sleep(LONG_WAIT).await;
                    }
                    if to.write_all(&bytes[..met.held]).await.is_err() {
                        return;
                    }
                    bytes.advance(met.held);
                }
            }
        }
    }
}

/// What was found in what has come so far.
struct Met {
    /// How many bytes may go on.
    through: usize,
    /// How long the message after them is, that met a trap.
    held: usize,
    action: Option<Action>,
}

/// Reads whole messages, until one meets a trap.
fn read_all(
    side: Side,
    bytes: &mut BytesMut,
    dialect: &Mutex<Box<dyn Dialect>>,
    shared: &Shared,
) -> Met {
    let mut dialect = dialect.lock().unwrap_or_else(PoisonError::into_inner);
    let mut end = 0;
    while let Some(length) = dialect.length(side, &bytes[end..]) {
        for point in dialect.read(side, &mut bytes[end..end + length]) {
            let process = shared.process.index();
            if let Some(action) = shared.traps.spring(point, process, dialect.update()) {
                shared.referee.befalls(process, LONG_WAIT);
                let (now, held) = if point.lets_through() {
                    (length, 0)
                } else {
                    (0, length)
                };
                return Met {
                    through: end + now,
                    held,
                    action: Some(action),
                };
            }
        }
        end += length;
    }
    Met {
        through: end,
        held: 0,
        action: None,
    }
}
