//! A balancer before processes of a test: it leads each connection to the next of them that listens.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};

use super::Service;

/// It listens as long as the runtime of its test.
pub(crate) struct Balancer {
    /// Leads through it.
    pub(crate) url: String,
    backends: Arc<Mutex<Backends>>,
}

#[derive(Default)]
struct Backends {
    addresses: Vec<SocketAddr>,
    next: usize,
}

impl Backends {
    /// All of them, beginning with the one whose turn it is.
    fn turn(&mut self) -> Vec<SocketAddr> {
        let mut all = self.addresses.clone();
        if !all.is_empty() {
            self.next = (self.next + 1) % all.len();
            all.rotate_left(self.next);
        }
        all
    }
}

impl Balancer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let backends: Arc<Mutex<Backends>> = Arc::default();
        let known = backends.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let turn = known.lock().expect("no panic").turn();
                tokio::spawn(lead(client, turn));
            }
        });
        Self { url, backends }
    }

    /// Leads to the webhook of that process as well, once it is open.
    pub(crate) async fn add(&self, service: &Service) -> SocketAddr {
        let address = listening(service).await;
        let mut backends = self.backends.lock().expect("no panic");
        backends.addresses.push(address);
        address
    }

    /// Leads nowhere.
    pub(crate) fn clear(&self) {
        self.backends.lock().expect("no panic").addresses.clear();
    }
}

/// Where a process takes what Telegram posts.
pub(crate) async fn listening(service: &Service) -> SocketAddr {
    let record = service.logs.wait_for("webhook_listening").await;
    let address = record["address"].as_str().expect("an address");
    address.parse().expect("host and port")
}

async fn lead(mut client: TcpStream, turn: Vec<SocketAddr>) {
    for address in turn {
        if let Ok(mut server) = TcpStream::connect(address).await {
            let _ = (client.set_nodelay(true), server.set_nodelay(true));
            // How either side leaves is its own affair.
            let _ = copy_bidirectional(&mut client, &mut server).await;
            return;
        }
    }
}
