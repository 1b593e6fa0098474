//! What the port of the webhook refuses, and that nothing is lost by it.

use std::net::SocketAddr;

use reqwest::{Client, Response, StatusCode, header::RETRY_AFTER};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{all_is_noted, alone, message, posted_to, told, world};
use crate::support::{
    DEADLINE, World,
    balancer::{Balancer, listening},
    servers::until,
};

const SECRET: &str = "X-Telegram-Bot-Api-Secret-Token";

async fn post(url: &str, secret: &str, body: String) -> Response {
    let request = Client::new().post(url).header(SECRET, secret).body(body);
    request.send().await.expect("it answers")
}

fn seconds(answer: &Response) -> u64 {
    let header = answer.headers().get(RETRY_AFTER).expect("it says when");
    header.to_str().expect("ASCII").parse().expect("seconds")
}

#[tokio::test]
async fn who_is_not_telegram_gets_nothing_and_no_word_too_much() {
    let world = world().await;
    let (_balancer, service) = alone(&world).await;
    let (url, secret) = told(&world);
    let alice = world.tg.person("Алиса");
    let update = || message(7, &alice, "подделка").to_string();
    let almost = format!("{}x", &secret[1..]);
    for forged in ["", &almost, world.tg.token()] {
        let answer = post(&url, forged, update()).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(answer.text().await.expect("a text"), "");
    }
    let without = Client::new().post(&url).body(update()).send().await;
    let without = without.expect("it answers");
    assert_eq!(without.status(), StatusCode::UNAUTHORIZED);
    for other in ["/", "/tg/0123456789abcdef", "/metrics"] {
        let other = format!("{}{other}", url.split("/tg/").next().expect("a host"));
        let answer = post(&other, &secret, update()).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{other}");
        assert_eq!(answer.text().await.expect("a text"), "");
    }
    let got = Client::new().get(&url).header(SECRET, &secret).send().await;
    assert_eq!(
        got.expect("it answers").status(),
        StatusCode::METHOD_NOT_ALLOWED
    );
    // It says how long it is, and need not be sent for that.
    let big = format!(
        "POST {} HTTP/1.1\r\nhost: bot\r\n{SECRET}: {secret}\r\ncontent-length: 1048577\r\n\r\n",
        &url[url.find("/tg/").expect("a path")..]
    );
    let answer = says(listening(&service).await, &big).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");

    // Telegram itself, and none of the others was taken.
    let answer = post(&url, &secret, message(8, &alice, "правда").to_string()).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.text().await.expect("a text"), "{}");
    all_is_noted(&world, 1).await;
    assert_eq!(world.noted(&alice).await, ["правда"]);
    let log = service.logs.records();
    assert!(
        !log.iter()
            .any(|record| record.to_string().contains(&secret))
    );
    service.stop().await;
}

/// Sends this, and reads until the other side hangs up.
async fn says(address: SocketAddr, text: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream.write_all(text.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    let read = tokio::time::timeout(DEADLINE, stream.read_to_end(&mut answer));
    read.await.expect("it ends").expect("it is closed in order");
    String::from_utf8(answer).expect("UTF-8")
}

#[tokio::test]
async fn who_is_slow_is_hung_up_on() {
    let world = world().await;
    let (_balancer, service) = alone(&world).await;
    let (url, secret) = told(&world);
    let (address, path) = (
        listening(&service).await,
        &url[url.find("/tg/").expect("a path")..],
    );
    let length_only = "POST / HTTP/1.1\r\nhost: bot\r\ncontent-le";
    let head_only = format!(
        "POST {path} HTTP/1.1\r\nhost: bot\r\n{SECRET}: {secret}\r\ncontent-length: 9\r\n\r\n{{"
    );
    // A length that is not told is counted as it comes.
    let mut endless = format!(
        "POST {path} HTTP/1.1\r\nhost: bot\r\n{SECRET}: {secret}\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    for _ in 0..17 {
        endless.push_str(&format!("10000\r\n{}\r\n", "x".repeat(65_536)));
    }
    let (headers, body, endless) = tokio::join!(
        says(address, length_only),
        says(address, &head_only),
        says(address, &endless)
    );
    assert!(
        headers.is_empty() || headers.starts_with("HTTP/1.1 408"),
        "{headers}"
    );
    assert!(body.starts_with("HTTP/1.1 408"), "{body}");
    assert!(endless.starts_with("HTTP/1.1 413"), "{endless}");
    service.stop().await;
}

#[tokio::test]
async fn while_the_queue_is_full_telegram_keeps_what_it_has_and_its_repetition_is_stored_once() {
    let world = world().await;
    let balancer = Balancer::start().await;
    let small = posted_to(&world, &balancer).set("NATS__STREAM_MAX_MB", "1");
    let service = small.start().await;
    balancer.add(&service).await;
    service.logs.wait_for("webhook_set").await;
    // What another bot of the same service does not take.
    let (jetstream, subject) = (world.jetstream().await, format!("{}.upd.1.0", world.prefix));
    for length in [100_000, 1_000] {
        loop {
            let sent = jetstream.publish(subject.clone(), vec![b'x'; length].into());
            if sent.await.expect("sent").await.is_err() {
                break;
            }
        }
    }
    let (url, secret) = told(&world);
    let alice = world.tg.person("Алиса");
    let long = "ш".repeat(2_000);
    let refused = post(&url, &secret, message(5, &alice, &long).to_string()).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(seconds(&refused), 5);
    assert_eq!(refused.text().await.expect("a text"), "");
    alice.says(&long);
    let record = service.logs.wait_for("webhook_troubled").await;
    let error = record["error"].as_str().expect("a text");
    assert!(error.contains("503"), "{error}");
    assert_eq!(world.tg.pending_updates(), 1);
    assert_eq!(service.logs.of("store_failed").len(), 1, "told once");

    let queue = world.queue().await;
    queue.purge().filter(subject).await.expect("purged");
    service.logs.wait_for("store_recovered").await;
    service.logs.wait_for("webhook_recovered").await;
    all_is_noted(&world, 1).await;
    // It comes again, as after an answer that got lost.
    for _ in 0..2 {
        let again = post(&url, &secret, message(900, &alice, "ещё").to_string()).await;
        assert_eq!(again.status(), StatusCode::OK);
    }
    all_is_noted(&world, 2).await;
    assert_eq!(world.noted(&alice).await, [long.as_str(), "ещё"]);
    service.stop().await;
}

#[tokio::test]
async fn while_nats_is_away_telegram_keeps_what_it_has() {
    let (world, mut nats) = World::with_nats().await;
    world.prepare_notes().await;
    let (_balancer, service) = alone(&world).await;
    let (url, secret) = told(&world);
    let alice = world.tg.person("Алиса");
    alice.says("раз");
    all_is_noted(&world, 1).await;
    nats.kill().await;
    service.logs.wait_for("nats_lost").await;
    let refused = post(&url, &secret, message(5, &alice, "никогда").to_string()).await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(seconds(&refused), 2);
    alice.says("два");
    alice.says("три");
    nats.restart().await;
    all_is_noted(&world, 3).await;
    assert_eq!(world.noted(&alice).await, ["раз", "два", "три"]);
    service.stop().await;
}

#[tokio::test]
async fn a_process_that_ends_turns_away_what_comes_meanwhile_and_telegram_keeps_it() {
    let world = world().await;
    let (_balancer, service) = alone(&world).await;
    let (url, secret) = told(&world);
    let address = listening(&service).await;
    let path = &url[url.find("/tg/").expect("a path")..];
    // The headers of a request are under way.
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let begin = format!("POST {path} HTTP/1.1\r\nhost: bot\r\n");
    stream.write_all(begin.as_bytes()).await.expect("sent");
    service.signal("TERM");
    until("nobody else gets in", async || {
        TcpStream::connect(address).await.is_err()
    })
    .await;
    let end = format!("{SECRET}: {secret}\r\ncontent-length: 2\r\n\r\n{{}}");
    stream.write_all(end.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    let read = tokio::time::timeout(DEADLINE, stream.read_to_string(&mut answer));
    read.await.expect("it ends").expect("it is closed in order");
    let answer = answer.to_lowercase();
    assert!(answer.starts_with("http/1.1 503"), "{answer}");
    assert!(answer.contains("retry-after: 1\r\n"), "{answer}");
    service.ends_with(0).await;
    assert_eq!(service.logs.of("webhook_stopped")[0]["in_time"], true);
}
