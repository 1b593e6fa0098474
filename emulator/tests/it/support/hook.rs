//! The bot's side of a webhook: takes deliveries one by one, and answers each when the test says so.

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::{Duration, timeout},
};

/// A server for the webhook to lead to; dropping it ends it.
pub(crate) struct Hook {
    pub(crate) url: String,
    deliveries: mpsc::UnboundedReceiver<Delivery>,
    server: JoinHandle<()>,
}

/// What came, and has to be answered.
pub(crate) struct Delivery {
    pub(crate) headers: HeaderMap,
    pub(crate) update: Value,
    answer: oneshot::Sender<Response>,
}

impl Hook {
    pub(crate) async fn start() -> Self {
        let (sender, deliveries) = mpsc::unbounded_channel();
        let router = Router::new().fallback(take).with_state(sender);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let server = tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        Self {
            url,
            deliveries,
            server,
        }
    }

    /// The next delivery; waits for it.
    pub(crate) async fn next(&mut self) -> Delivery {
        let next = timeout(Duration::from_secs(10), self.deliveries.recv()).await;
        next.expect("a delivery within 10 s").unwrap()
    }
}

impl Drop for Hook {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Delivery {
    pub(crate) fn text(&self) -> &str {
        self.update["message"]["text"].as_str().unwrap_or("")
    }

    pub(crate) fn accept(self) {
        self.answer("ok");
    }

    pub(crate) fn answer(self, response: impl IntoResponse) {
        // The emulator may have hung up.
        let _ = self.answer.send(response.into_response());
    }

    pub(crate) fn refuse(self, status: u16) {
        self.answer(StatusCode::from_u16(status).unwrap());
    }
}

async fn take(
    State(deliveries): State<mpsc::UnboundedSender<Delivery>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (answer, answered) = oneshot::channel();
    let update = serde_json::from_slice(&body).unwrap();
    super::spec::check_update(&update);
    let _ = deliveries.send(Delivery {
        headers,
        update,
        answer,
    });
    match answered.await {
        Ok(response) => response,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
