//! A gateway before nats-server that, while it is told to, gives the subjects of acknowledgements
//! another name, as a mapping of subjects between accounts does.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

const REAL: &str = "$JS.ACK.";
const MAPPED: &str = "$XS.ACK.";

/// See the [module](self). It goes with this handle.
pub(crate) struct Gateway {
    url: String,
    maps: Arc<AtomicBool>,
    _serving: JoinSet<()>,
}

impl Gateway {
    /// A gateway before the server of that URL; it maps from the start.
    pub(crate) async fn start(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("it is bound");
        let (_, server) = server.rsplit_once('/').expect("a URL");
        let server = server.rsplit('@').next().expect("a host").to_owned();
        let maps = Arc::new(AtomicBool::new(true));
        let mut serving = JoinSet::new();
        let is_mapping = maps.clone();
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (client, _) = listener.accept().await.expect("a connection");
                let server = TcpStream::connect(&server).await.expect("nats-server");
                let is_mapping = is_mapping.clone();
                connections.spawn(async move {
                    let (from_client, to_client) = client.into_split();
                    let (from_server, to_server) = server.into_split();
                    let always = AtomicBool::new(true);
                    tokio::select! {
                        _ = pass(from_server, to_client, (REAL, MAPPED), &is_mapping) => {}
                        _ = pass(from_client, to_server, (MAPPED, REAL), &always) => {}
                    }
                });
            }
        });
        Self {
            url: format!("nats://{address}"),
            maps,
            _serving: serving,
        }
    }

    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }

    /// Maps no more.
    pub(crate) fn be_transparent(&self) {
        self.maps.store(false, Ordering::Relaxed);
    }
}

/// Passes on one direction: lines, and after those of messages their bytes.
async fn pass(
    from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    (old, new): (&str, &str),
    maps: &AtomicBool,
) -> std::io::Result<()> {
    let mut from = BufReader::new(from);
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let verb = line.split(' ').next().unwrap_or_default();
        let payload = if matches!(verb, "MSG" | "HMSG" | "PUB" | "HPUB") {
            let length = line.trim_end().rsplit(' ').next().unwrap_or_default();
            length.parse::<usize>().expect("a length") + 2
        } else {
            0
        };
        if maps.load(Ordering::Relaxed) {
            line = line.replace(old, new);
        }
        let mut bytes = line.into_bytes();
        let begin = bytes.len();
        bytes.resize(begin + payload, 0);
        from.read_exact(&mut bytes[begin..]).await?;
        to.write_all(&bytes).await?;
    }
}
