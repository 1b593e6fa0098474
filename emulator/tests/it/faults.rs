//! Scripted faults.

use std::{
    io::ErrorKind,
    time::{Duration, Instant},
};

use serde_json::json;
use telegram_emulator::Fault;

use crate::support::{Raw, start};

#[tokio::test]
async fn a_fault_happens_as_often_as_it_says_and_to_its_method_only() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    tg.fault(Fault::on("sendmessage").status(502).times(2));
    for _ in 0..2 {
        bot.call("getMe", json!({})).await.result();
        let reply = bot
            .call("sendMessage", json!({"chat_id": alice.id(), "text": "x"}))
            .await;
        reply.is_error(502, "Bad Gateway");
    }
    bot.says(alice.id(), "x").await;
    assert_eq!(alice.messages().len(), 1);
    let statuses: Vec<u16> = tg
        .calls_of("sendMessage")
        .iter()
        .map(|call| call.status)
        .collect();
    assert_eq!(statuses, [502, 502, 200]);
}

#[tokio::test]
async fn too_many_requests_say_when_to_come_again() {
    let (tg, bot) = start().await;
    tg.fault(Fault::on("*").status(429).retry_after(7));
    for method in ["getMe", "getUpdates", "getMe"] {
        let reply = bot.call(method, json!({})).await;
        reply.is_error(429, "Too Many Requests: retry after 7");
        assert_eq!(reply.body["parameters"], json!({"retry_after": 7}));
        assert_eq!(reply.headers["retry-after"], "7");
    }
    tg.clear_faults();
    bot.call("getMe", json!({})).await.result();
}

#[tokio::test]
async fn a_description_of_ones_own_is_used() {
    let (tg, bot) = start().await;
    tg.fault(
        Fault::on("getMe")
            .status(403)
            .description("Forbidden: user is deactivated"),
    );
    bot.call("getMe", json!({}))
        .await
        .is_error(403, "Forbidden: user is deactivated");
    bot.call("getMe", json!({}))
        .await
        .is_error(403, "Forbidden: user is deactivated");
}

#[tokio::test]
async fn a_reset_connection_has_no_answer() {
    let (tg, bot) = start().await;
    tg.fault(Fault::on("getMe").reset().times(2));
    let error = bot.try_call("getMe", json!({})).await.unwrap_err();
    assert!(error.is_request(), "{error:?}");
    let raw = Raw::connect(tg.address()).await;
    raw.send(&format!(
        "GET /bot{}/getMe HTTP/1.1\r\nHost: x\r\n\r\n",
        tg.token()
    ))
    .await;
    assert_eq!(
        raw.receive().await.unwrap_err().kind(),
        ErrorKind::ConnectionReset
    );
    bot.call("getMe", json!({})).await.result();
    let statuses: Vec<u16> = tg.calls().iter().map(|call| call.status).collect();
    assert_eq!(statuses, [0, 0, 200]);
}

#[tokio::test]
async fn garbage_is_html_with_status_200() {
    let (tg, bot) = start().await;
    tg.fault(Fault::on("getMe").garbage().times(1));
    let body = bot
        .text(format!("{}/bot{}/getMe", tg.url(), tg.token()))
        .await;
    assert!(body.starts_with("<html>"), "{body}");
}

#[tokio::test]
async fn a_truncated_answer_ends_before_its_length() {
    let (tg, bot) = start().await;
    tg.fault(Fault::on("getUpdates").truncated().times(1));
    let error = bot.try_call("getUpdates", json!({})).await.unwrap_err();
    assert!(error.is_decode() || error.is_body(), "{error:?}");
    bot.call("getUpdates", json!({})).await.result();
}

#[tokio::test]
async fn a_delayed_call_is_seen_before_it_is_answered() {
    let (tg, bot) = start().await;
    tg.fault(Fault::on("getMe").delay(Duration::from_millis(300)));
    let begun = Instant::now();
    let call = tokio::spawn(async move { bot.call("getMe", json!({})).await });
    tg.wait_until(|tg| tg.calls().len() == 1).await;
    assert_eq!((tg.calls()[0].status, tg.calls()[0].took), (0, None));
    call.await.unwrap().result();
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert!(tg.next_call("getMe").await.took.unwrap() >= Duration::from_millis(300));
}

#[tokio::test]
async fn a_call_can_take_effect_though_its_answer_is_lost() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    tg.fault(Fault::on("sendMessage").reset().takes_effect().times(1));
    bot.try_call(
        "sendMessage",
        json!({"chat_id": alice.id(), "text": "дошло"}),
    )
    .await
    .unwrap_err();
    assert_eq!(alice.next_message().await.text, "дошло");
}

#[tokio::test]
async fn a_proxys_page_comes_with_its_status_and_its_retry_after() {
    let (tg, bot) = start().await;
    tg.fault(Fault::on("getMe").garbage().status(429).retry_after(3));
    let page = bot.response("getMe").await;
    assert_eq!(page.status(), 429);
    assert_eq!(page.headers()["retry-after"], "3");
    assert!(page.text().await.unwrap().starts_with("<html>"));
}
