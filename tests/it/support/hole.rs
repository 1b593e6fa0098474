//! A way to a server that can swallow everything, as a network does that drops packets: nothing is
//! refused and nothing is closed, there is only no answer.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
};

/// It listens as long as the test's runtime lives.
pub(crate) struct Hole {
    /// Leads through it.
    pub(crate) url: String,
    swallows: watch::Sender<bool>,
}

impl Hole {
    /// A way to the PostgreSQL of that URL, open for now.
    pub(crate) fn before(url: &str) -> Self {
        let server: tokio_postgres::Config = url.parse().expect("a URL of PostgreSQL");
        let tokio_postgres::config::Host::Tcp(host) = &server.get_hosts()[0] else {
            panic!("the tests' server listens on a port");
        };
        Self::carrying(url, format!("{host}:{}", server.get_ports()[0]))
    }

    /// A way to the server of that URL, which is an address behind a scheme.
    pub(crate) fn to(url: &str) -> Self {
        let (_, upstream) = url.split_once("://").expect("a scheme");
        Self::carrying(url, upstream.to_owned())
    }

    fn carrying(url: &str, upstream: String) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("it can be");
        let listener = TcpListener::from_std(listener).expect("a runtime");
        let here = listener.local_addr().expect("it is bound").to_string();
        let url = url.replacen(&upstream, &here, 1);
        let (swallows, swallowing) = watch::channel(false);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, upstream.clone(), swallowing.clone()));
            }
        });
        Self { url, swallows }
    }

    /// Swallows everything from now on, or lets it through again, with what was held up meanwhile.
    pub(crate) fn swallow(&self, swallows: bool) {
        self.swallows.send_replace(swallows);
    }
}

async fn carry(client: TcpStream, upstream: String, swallowing: watch::Receiver<bool>) {
    let Ok(server) = TcpStream::connect(upstream).await else {
        return;
    };
    // Small messages must not wait for each other.
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        () = pump(from_client, to_server, swallowing.clone()) => {}
        () = pump(from_server, to_client, swallowing) => {}
    }
}

async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut swallowing: watch::Receiver<bool>,
) {
    let mut bytes = [0; 8192];
    loop {
        let read = from.read(&mut bytes).await;
        // The end of a connection is swallowed, too.
        if swallowing.wait_for(|swallows| !swallows).await.is_err() {
            return;
        }
        let Ok(length @ 1..) = read else { return };
        if to.write_all(&bytes[..length]).await.is_err() {
            return;
        }
    }
}
