//! The server as a bot meets it: over one connection that is kept.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
};

use serde_json::{Value, json};

use super::*;

struct Client(BufReader<TcpStream>);

impl Client {
    fn of(telegram: &Telegram) -> Self {
        let stream = TcpStream::connect(telegram.address).expect("it listens");
        let limit = Some(Duration::from_secs(20));
        stream.set_read_timeout(limit).expect("a socket");
        Self(BufReader::new(stream))
    }

    fn send(&mut self, method: &str, parameters: &Value) {
        let body = parameters.to_string();
        let request = format!(
            "POST /bot{}/{method} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            Telegram::TOKEN,
            body.len()
        );
        let sent = self.0.get_mut().write_all(request.as_bytes());
        sent.expect("a connection");
    }

    fn receive(&mut self) -> Value {
        let (mut length, mut line) = (0, String::new());
        while line != "\r\n" {
            line.clear();
            assert!(self.0.read_line(&mut line).expect("an answer") > 0);
            if let Some(value) = line.strip_prefix("Content-Length: ") {
                length = value.trim().parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).expect("a body");
        serde_json::from_slice(&body).expect("JSON")
    }

    fn call(&mut self, method: &str, parameters: &Value) -> Value {
        self.send(method, parameters);
        self.receive()
    }
}

#[test]
fn a_bot_that_polls_and_echoes_has_answered_everything() {
    let telegram = Telegram::start(Delays::from_millis(1, 1), 1000).expect("a free port");
    let mut bot = Client::of(&telegram);
    assert_eq!(bot.call("GetMe", &json!({}))["result"]["is_bot"], true);
    let fed = telegram.supply.feed(0..150, Pace::Saturation);
    let (mut offset, mut polled) = (0, 0);
    while polled < 150 {
        let answer = bot.call("getUpdates", &json!({"offset": offset, "timeout": 30}));
        for update in answer["result"].as_array().expect("updates") {
            polled += 1;
            offset = update["update_id"].as_i64().expect("an id") + 1;
            let message = &update["message"];
            let said = json!({"chat_id": message["chat"]["id"], "text": message["text"]});
            let sent = bot.call("sendMessage", &said);
            assert_eq!(sent["result"]["chat"]["id"], message["chat"]["id"]);
        }
    }
    assert!(telegram.supply.wait_for_answers(Duration::ZERO));
    let faults = telegram.supply.faults();
    assert_eq!(
        (faults.unanswered, faults.out_of_order, faults.repeated),
        (0, 0, 0)
    );
    let account = telegram.supply.account(fed);
    assert!(account.took > Duration::ZERO && account.from_due.p99 >= account.from_delivery.p50);
}

#[test]
fn an_apology_is_told_apart_from_an_answer() {
    let telegram = Telegram::start(Delays::default(), 1000).expect("a free port");
    let mut bot = Client::of(&telegram);
    telegram.supply.feed([5, 5].into_iter(), Pace::Saturation);
    bot.call("getUpdates", &json!({}));
    let chat = FIRST_USER + 5;
    for text in ["Что-то пошло не так", "#1 Подскажите"] {
        let sent = bot.call("sendMessage", &json!({"chat_id": chat, "text": text}));
        assert_eq!(sent["result"]["chat"]["id"], chat);
    }
    assert!(telegram.supply.wait_for_answers(Duration::ZERO));
    let faults = telegram.supply.faults();
    assert_eq!(
        (faults.apologised, faults.unanswered, faults.strange),
        (1, 0, 0)
    );
    assert_eq!(
        telegram.supply.apology().as_deref(),
        Some("Что-то пошло не так")
    );
}

#[test]
fn a_poll_is_held_until_something_comes() {
    let telegram = Telegram::start(Delays::default(), 1000).expect("a free port");
    let mut bot = Client::of(&telegram);
    bot.send("getUpdates", &json!({"timeout": 50}));
    assert!(telegram.supply.wait_for_poll(Duration::from_secs(20)));
    telegram.supply.feed(std::iter::once(0), Pace::Saturation);
    assert_eq!(
        bot.receive()["result"][0]["message"]["from"]["id"],
        FIRST_USER
    );
}

#[test]
fn a_second_poller_ends_the_poll_of_the_first() {
    let telegram = Telegram::start(Delays::default(), 1000).expect("a free port");
    let (mut first, mut second) = (Client::of(&telegram), Client::of(&telegram));
    first.send("getUpdates", &json!({"timeout": 50}));
    assert!(telegram.supply.wait_for_poll(Duration::from_secs(20)));
    let nothing = second.call("getUpdates", &json!({}));
    assert_eq!(nothing["result"], json!([]));
    assert_eq!(first.receive()["error_code"], 409);
}

#[test]
fn a_method_it_does_not_have_is_refused() {
    let telegram = Telegram::start(Delays::default(), 1000).expect("a free port");
    let answer = Client::of(&telegram).call("sendDice", &json!({"chat_id": 1}));
    assert_eq!(
        (&answer["ok"], &answer["error_code"]),
        (&json!(false), &json!(404))
    );
}
