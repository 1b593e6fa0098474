//! A server that answers every poll at once with nothing, as a broken proxy does.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::support::World;

/// Answers the calls of one connection; polls with `updates`, always the same.
async fn serve(stream: TcpStream, updates: &str, polls: &AtomicUsize) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let begin = head.len();
            if stream.read_line(&mut head).await? == 0 {
                return Ok(());
            }
            let line = head[begin..].trim().to_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
            if line.is_empty() {
                break;
            }
        }
        stream.read_exact(&mut vec![0; length]).await?;
        let path = head.split(' ').nth(1).unwrap_or_default();
        let result = match path.rsplit('/').next() {
            Some("getUpdates") => {
                polls.fetch_add(1, Ordering::Relaxed);
                updates
            }
            Some("getMe") => r#"{"id":1,"is_bot":true,"first_name":"b","username":"b"}"#,
            Some("getMyCommands") => "[]",
            _ => "true",
        };
        let body = format!(r#"{{"ok":true,"result":{result}}}"#);
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all((head + body.as_str()).as_bytes()).await?;
    }
}

/// Runs a service on a server that answers so, until it complains; checks how often it asked.
async fn is_asked_less_and_less(updates: &'static str) {
    let world = World::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let polls = Arc::new(AtomicUsize::new(0));
    let count = polls.clone();
    let mut serving = tokio::task::JoinSet::new();
    serving.spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            let count = count.clone();
            // How the client leaves is its own affair.
            tokio::spawn(async move { serve(stream, updates, &count).await });
        }
    });
    let service = world.service().set("TELEGRAM__API_URL", &url).start().await;
    let record = service.logs.wait_for("polls_idle").await;
    assert_eq!(record["level"], "WARN");
    let polls = polls.load(Ordering::Relaxed);
    assert!((5..=12).contains(&polls), "{polls} polls");
    service.stop().await;
}

#[tokio::test]
async fn empty_polls_that_come_back_at_once_are_made_less_and_less_often() {
    is_asked_less_and_less("[]").await;
}

#[tokio::test]
async fn so_are_polls_that_bring_what_was_confirmed_before() {
    is_asked_less_and_less(r#"[{"update_id":7}]"#).await;
}
