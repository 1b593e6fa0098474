//! A way to nats-server that keeps what its clients ask for: subjects, and what goes with them.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

/// See the [module](self). It goes with this handle.
pub(crate) struct Tap {
    url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    _serving: JoinSet<()>,
}

/// One message that a client published.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) subject: String,
    pub(crate) payload: String,
}

impl Tap {
    /// A way to the server of that URL.
    pub(crate) async fn before(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("it is bound");
        let (_, server) = server.rsplit_once('/').expect("a URL");
        let server = server.rsplit('@').next().expect("a host").to_owned();
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let mut serving = JoinSet::new();
        let keeps = asked.clone();
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (client, _) = listener.accept().await.expect("a connection");
                let server = TcpStream::connect(&server).await.expect("nats-server");
                let keeps = keeps.clone();
                connections.spawn(async move {
                    let (mut from_server, to_server) = server.into_split();
                    let (from_client, mut to_client) = client.into_split();
                    tokio::select! {
                        _ = tokio::io::copy(&mut from_server, &mut to_client) => {}
                        _ = listen(from_client, to_server, &keeps) => {}
                    }
                });
            }
        });
        Self {
            url: format!("nats://{address}"),
            asked,
            _serving: serving,
        }
    }

    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }

    /// What was asked for since this was called last.
    pub(crate) fn take(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().expect("no panic"))
    }
}

/// Passes on what a client says: lines, and after those of messages their bytes.
async fn listen(
    from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    asked: &Mutex<Vec<Asked>>,
) -> std::io::Result<()> {
    let mut from = BufReader::new(from);
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let mut words = line.split_ascii_whitespace();
        let is_message = matches!(words.next(), Some("PUB" | "HPUB"));
        let subject = words.next().unwrap_or_default().to_owned();
        let mut payload = Vec::new();
        if is_message {
            let length = words.last().and_then(|word| word.parse::<usize>().ok());
            payload.resize(length.expect("a length") + 2, 0);
            from.read_exact(&mut payload).await?;
            let payload = String::from_utf8_lossy(&payload).into_owned();
            let said = Asked { subject, payload };
            asked.lock().expect("no panic").push(said);
        }
        to.write_all(line.as_bytes()).await?;
        to.write_all(&payload).await?;
    }
}
