//! Flood control and latency, from every side they can be set.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use telegram_emulator::Emulator;

use crate::support::{Bot, start};

/// Sends until it is refused, and returns how many were taken and the refusal.
async fn flood(bot: &Bot, chat_id: i64) -> (usize, Value) {
    for sent in 0..40 {
        let params = json!({"chat_id": chat_id, "text": "x"});
        let reply = bot.call("sendMessage", params).await;
        if reply.status != 200 {
            let seconds = reply.body["parameters"]["retry_after"].as_u64().unwrap();
            reply.is_error(429, &format!("Too Many Requests: retry after {seconds}"));
            assert_eq!(reply.headers["retry-after"], seconds.to_string().as_str());
            return (sent, reply.body);
        }
    }
    panic!("nothing was refused");
}

#[tokio::test]
async fn too_many_messages_are_refused_with_the_time_to_wait() {
    let tg = Emulator::builder()
        .flood_control(true)
        .start()
        .await
        .unwrap();
    let bot = Bot::of(&tg);
    let alice = tg.person("Алиса").who_has_started();
    let (sent, refusal) = flood(&bot, alice.id()).await;
    // More than three only where sending them took seconds.
    assert!(sent >= 3, "{sent}");
    assert_eq!(alice.messages().len(), sent);
    assert!(refusal["parameters"]["retry_after"].as_u64().unwrap() <= 3);

    let (sent, refusal) = flood(&bot, tg.group("Дом").id()).await;
    assert_eq!(sent, 20);
    assert!(refusal["parameters"]["retry_after"].as_u64().unwrap() > 10);
    // What sends nothing is not counted.
    let params = json!({"chat_id": alice.id(), "action": "typing"});
    bot.call("sendChatAction", params).await.result();
}

#[tokio::test]
async fn without_flood_control_nothing_is_too_much() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    for _ in 0..35 {
        bot.says(alice.id(), "x").await;
    }
    tg.set_flood_control(true);
    assert!(flood(&bot, alice.id()).await.0 >= 3);
    tg.set_flood_control(false);
    bot.says(alice.id(), "x").await;
}

#[tokio::test]
async fn calls_take_as_long_as_the_latency_says() {
    let latency = Duration::from_millis(30)..=Duration::from_millis(40);
    let tg = Emulator::builder().latency(latency).start().await.unwrap();
    let bot = Bot::of(&tg);
    let begun = Instant::now();
    bot.get("getMe").await.result();
    assert!(begun.elapsed() >= Duration::from_millis(30));
    assert!(tg.next_call("getMe").await.took.unwrap() >= Duration::from_millis(30));
}

#[tokio::test]
async fn the_control_api_shows_and_changes_the_settings() {
    let (tg, bot) = start().await;
    let url = format!("{}/control/settings", tg.url());
    let set = async |params: Value| bot.post_json(url.clone(), params).await;
    assert_eq!(
        set(json!({})).await.result(),
        &json!({"flood_control": false, "latency_ms": "0"})
    );
    assert_eq!(
        set(json!({"flood_control": true, "latency_ms": "5-20"}))
            .await
            .result(),
        &json!({"flood_control": true, "latency_ms": "5-20"})
    );
    assert_eq!(
        set(json!({"latency_ms": 7})).await.result(),
        &json!({"flood_control": true, "latency_ms": "7"})
    );
    set(json!({"latency_ms": "soon"})).await.is_error(
        400,
        "Bad Request: soon is no latency in milliseconds, such as 100 or 50-200",
    );
    let alice = tg.person("Алиса").who_has_started();
    assert!(flood(&bot, alice.id()).await.0 >= 3);
}

#[tokio::test]
async fn too_many_uploads_at_once_are_refused_late() {
    let minute = Duration::from_secs(60);
    let builder = Emulator::builder().flood_control(true);
    let tg = builder.latency(minute..=minute).start().await.unwrap();
    let alice = tg.person("Алиса").who_has_started();
    let bot = Bot::of(&tg);
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..101 {
        let bot = bot.clone();
        let form = crate::support::Form::default()
            .text("chat_id", alice.id())
            .file("document", "a.txt", b"x");
        calls.spawn(async move { bot.upload("sendDocument", form).await });
    }
    // All others wait: only one is beyond the hundred.
    let refused = calls.join_next().await.unwrap().unwrap();
    refused.is_error(429, "Too Many Requests: retry after 60");
    tg.wait_until(|tg| tg.calls_of("sendDocument").len() == 101)
        .await;
    let answered = tg.calls_of("sendDocument");
    let answered = answered.iter().filter(|call| call.took.is_some());
    assert_eq!(answered.count(), 1);
}

#[tokio::test]
async fn files_of_one_size_that_come_too_fast_are_refused() {
    let tg = Emulator::builder()
        .flood_control(true)
        .start()
        .await
        .unwrap();
    let (bot, large) = (Bot::of(&tg), vec![7; 9_000_000]);
    let mut refusal = None;
    for number in 0..40 {
        let person = tg.person("Один").who_has_started();
        let form = crate::support::Form::default()
            .text("chat_id", person.id())
            .file("document", "a.bin", &large);
        let reply = bot.upload("sendDocument", form).await;
        if reply.status == 429 {
            refusal = Some((number, reply));
            break;
        }
    }
    let (number, reply) = refusal.expect("one of the files is refused");
    assert!(number >= 7, "{number}");
    reply.is_error(429, "Too Many Requests: retry after 6");
    // Another size is no matter.
    let person = tg.person("Два").who_has_started();
    let form = crate::support::Form::default()
        .text("chat_id", person.id())
        .file("document", "a.bin", &large[1..]);
    bot.upload("sendDocument", form).await.result();
}
