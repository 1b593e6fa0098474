//! Telegram over HTTP/2, as the real one offers it: all calls share a connection, and one that hangs
//! is noticed.

use std::{
    collections::HashSet,
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use bytes::Bytes;
use h2::{RecvStream, server::SendResponse};
use http::{Request, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::support::{
    Service, World,
    certificates::{Authority, acceptor},
};

/// Speaks HTTP/2 over TLS, and passes all on to the emulator.
#[derive(Clone)]
struct Front {
    telegram: String,
    folder: Arc<PathBuf>,
    /// Of the connections that calls came over: all but `getUpdates`.
    used: Arc<Mutex<HashSet<SocketAddr>>>,
    is_silent: Arc<AtomicBool>,
}

impl Front {
    async fn start(world: &World) -> (Self, u16) {
        let name = format!("ostankino-test-{:016x}", fastrand::u64(..));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).expect("a new folder");
        let authority = Authority::new();
        authority.issue(&folder, "server", "telegram", &["127.0.0.1"]);
        authority.write(&folder, "ca.crt");
        let http1 = acceptor(&folder, "server");
        let mut config = (**http1.config()).clone();
        config.alpn_protocols = vec![b"h2".into(), b"http/1.1".into()];
        let tls = TlsAcceptor::from(Arc::new(config));
        let front = Self {
            telegram: world.tg.url(),
            folder: Arc::new(folder),
            used: Arc::default(),
            is_silent: Arc::default(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let serving = front.clone();
        tokio::spawn(async move {
            while let Ok((stream, from)) = listener.accept().await {
                tokio::spawn(serving.clone().serve(tls.clone(), stream, from));
            }
        });
        (front, port)
    }

    async fn serve(self, tls: TlsAcceptor, stream: TcpStream, from: SocketAddr) {
        let stream = tls.accept(stream).await.expect("it speaks TLS");
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let mut connection = h2::server::handshake(stream).await.expect("HTTP/2");
        while let Some(Ok((request, answer))) = connection.accept().await {
            if self.is_silent.swap(false, Ordering::Relaxed) {
                // Open, and never read again.
                std::future::pending::<()>().await;
            }
            tokio::spawn(self.clone().pass_on(from, request, answer));
        }
    }

    async fn pass_on(
        self,
        from: SocketAddr,
        request: Request<RecvStream>,
        mut answer: SendResponse<Bytes>,
    ) {
        let path = request.uri().path().to_owned();
        if !path.ends_with("/getUpdates") {
            self.used.lock().expect("not poisoned").insert(from);
        }
        let mut body = request.into_body();
        let mut call = Vec::new();
        while let Some(Ok(part)) = body.data().await {
            let _ = body.flow_control().release_capacity(part.len());
            call.extend_from_slice(&part);
        }
        let passed = reqwest::Client::new()
            .post(format!("{}{path}", self.telegram))
            .header("content-type", "application/json")
            .body(call)
            .send()
            .await
            .expect("the emulator is there");
        let head = Response::builder().status(passed.status().as_u16());
        let result = passed.bytes().await.expect("it answers");
        // The bot may be gone.
        if let Ok(mut stream) = answer.send_response(head.body(()).expect("a head"), false) {
            let _ = stream.send_data(result, true);
        }
    }

    async fn service(&self, world: &World, port: u16) -> Service {
        let authority = self.folder.join("ca.crt");
        world
            .service()
            .set("TELEGRAM__API_URL", &format!("https://127.0.0.1:{port}"))
            // No deadline of a call is what helps.
            .set("TELEGRAM__REQUEST_TIMEOUT_MS", "600000")
            .variable("SSL_CERT_FILE", authority.to_str().expect("UTF-8"))
            .start()
            .await
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        if Arc::strong_count(&self.folder) == 1 {
            let _ = std::fs::remove_dir_all(&*self.folder);
        }
    }
}

#[tokio::test]
async fn where_http2_is_offered_all_calls_share_a_connection() {
    let world = World::new().await;
    let (front, port) = Front::start(&world).await;
    let service = front.service(&world, port).await;
    let people: Vec<_> = (0..20)
        .map(|number| world.tg.person(&format!("Человек {number}")))
        .collect();
    people.iter().for_each(|person| {
        person.says("/start");
    });
    for person in &people {
        person.next_message().await;
    }
    service.stop().await;
    assert_eq!(front.used.lock().expect("not poisoned").len(), 1);
}

#[tokio::test]
async fn a_shared_connection_that_falls_silent_is_given_up() {
    let world = World::new().await;
    let (front, port) = Front::start(&world).await;
    let service = front.service(&world, port).await;
    let alice = world.tg.person("Алиса");
    alice.says("/start");
    alice.next_message().await;
    front.is_silent.store(true, Ordering::Relaxed);
    alice.says("/start");
    alice.next_message().await;
    assert!(!front.is_silent.load(Ordering::Relaxed), "it was silent");
    service.stop().await;
}
