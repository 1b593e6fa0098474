//! Connections: kept alive, cut off, and Telegram away.

use serde_json::json;
use telegram_emulator::Emulator;

use crate::support::{Bot, Form, Raw, start};

#[tokio::test]
async fn one_connection_serves_many_calls() {
    let (tg, _bot) = start().await;
    let raw = Raw::connect(tg.address()).await;
    for _ in 0..3 {
        raw.send(&format!(
            "GET /bot{}/getMe HTTP/1.1\r\nHost: x\r\n\r\n",
            tg.token()
        ))
        .await;
        let answer = raw.receive().await.unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 200 OK") && answer.contains("\"is_bot\":true"),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_chunked_upload_is_read_to_its_end_and_its_connection_lives_on() {
    let (tg, _bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let raw = Raw::connect(tg.address()).await;
    let form = Form::default()
        .text("chat_id", alice.id())
        .text("text", "по частям");
    let form = String::from_utf8(form.end()).unwrap();
    let path = format!("/bot{}", tg.token());
    let head =
        "Host: x\r\nContent-Type: multipart/form-data; boundary=xx\r\nTransfer-Encoding: chunked";
    // All parts are there, but not yet the end of the body, as some clients write it.
    raw.send(&format!(
        "POST {path}/sendMessage HTTP/1.1\r\n{head}\r\n\r\n{:x}\r\n{form}\r\n",
        form.len()
    ))
    .await;
    raw.send("0\r\n\r\n").await;
    assert_eq!(alice.next_message().await.text, "по частям");
    raw.send(&format!("GET {path}/getMe HTTP/1.1\r\nHost: x\r\n\r\n"))
        .await;
    tg.next_call("getMe").await;
}

#[tokio::test]
async fn stopping_ends_waiting_polls_and_refuses_connections() {
    let (tg, bot) = start().await;
    let poller = bot.clone();
    let poll =
        tokio::spawn(async move { poller.try_call("getUpdates", json!({"timeout": 50})).await });
    tg.wait_until(|tg| tg.is_polled()).await;
    tg.stop().await;
    poll.await.unwrap().unwrap_err();
    let error = Bot::of(&tg).try_call("getMe", json!({})).await.unwrap_err();
    assert!(error.is_connect(), "{error:?}");
    assert!(!tg.is_polled());
}

#[tokio::test]
async fn restarting_keeps_port_and_world() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    let url = tg.url();
    tg.stop().await;
    tg.stop().await;
    alice.says("пока тебя не было");
    tg.restart().await;
    tg.restart().await;
    assert_eq!(tg.url(), url);
    assert_eq!(
        bot.only_update().await["message"]["text"],
        "пока тебя не было"
    );
    bot.says(alice.id(), "теперь есть").await;
}

#[tokio::test]
async fn dropping_the_emulator_frees_its_port() {
    let (tg, bot) = start().await;
    bot.call("getMe", json!({})).await.result();
    let port = tg.address().port();
    drop(tg);
    // Waits for the port as long as it takes to close.
    let next = Emulator::builder()
        .port(port)
        .token("1:AA")
        .username("our_bot")
        .start()
        .await
        .unwrap();
    assert_eq!(
        (next.token(), next.bot_id(), next.username()),
        ("1:AA", 1, "our_bot")
    );
    let me = Bot::of(&next).call("getMe", json!({})).await;
    assert_eq!(me.result()["username"], "our_bot");
}

#[tokio::test]
async fn a_taken_port_and_a_malformed_token_are_errors() {
    let (tg, _bot) = start().await;
    let taken = Emulator::builder().port(tg.address().port()).start().await;
    assert_eq!(taken.unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
    let malformed = Emulator::builder().token("nonsense").start().await;
    assert_eq!(
        malformed.unwrap_err().kind(),
        std::io::ErrorKind::InvalidInput
    );
}
