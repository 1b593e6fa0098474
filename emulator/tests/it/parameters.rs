//! Parameters in every encoding.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Raw, button, start};

#[tokio::test]
async fn methods_and_the_bot_path_ignore_case() {
    let (tg, bot) = start().await;
    assert!(bot.get("GETME").await.result()["is_bot"].is_boolean());
    let url = format!("{}/BOT{}/getme", tg.url(), tg.token());
    bot.request(Method::POST, url, "").await.result();
    let url = format!("{}/bot{}/getMe", tg.url(), tg.token().replace(':', "%3A"));
    bot.request(Method::GET, url, "").await.result();
    let url = format!("{}/bot{}/test/getMe", tg.url(), tg.token());
    bot.request(Method::GET, url, "").await.result();
    assert_eq!(tg.calls_of("getMe").len(), 4);
}

#[tokio::test]
async fn all_encodings_say_the_same() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let id = alice.id();
    let markup = r#"{"inline_keyboard":[[{"text":"Да","callback_data":"yes"}]]}"#;
    let encoded: String = form_urlencoded(markup);

    bot.get(&format!(
        "sendMessage?chat_id={id}&text=%D0%B4%D0%B0+%2B&reply_markup={encoded}"
    ))
    .await
    .result();
    let form = format!("chat_id={id}&text=%D0%B4%D0%B0+%2B&reply_markup={encoded}");
    bot.send(
        "sendMessage",
        "application/x-www-form-urlencoded;charset=UTF-8",
        form,
    )
    .await
    .result();
    let parts = [
        ("chat_id", id.to_string()),
        ("text", "да +".to_owned()),
        ("reply_markup", markup.to_owned()),
    ];
    let multipart: String = parts
        .iter()
        .map(|(name, value)| {
            format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        })
        .collect();
    bot.send(
        "sendMessage",
        "multipart/form-data; boundary=xx",
        multipart + "--xx--\r\n",
    )
    .await
    .result();
    let json =
        json!({"chat_id": id.to_string(), "text": "да +", "reply_markup": button("Да", "yes")});
    bot.send(
        "sendMessage",
        "application/json; charset=utf-8",
        json.to_string(),
    )
    .await
    .result();

    let messages = alice.messages();
    assert_eq!(messages.len(), 4);
    for message in &messages {
        assert_eq!(
            (message.text.as_str(), message.buttons()),
            ("да +", vec!["Да".to_owned()])
        );
    }
    assert_eq!(tg.calls()[0].param("chat_id"), id.to_string());
}

#[tokio::test]
async fn uploads_are_noted_by_name_and_size() {
    let (tg, bot) = start().await;
    let body = "--xx\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.png\"\r\n\
                Content-Type: image/png\r\n\r\n12345\r\n--xx--\r\n";
    bot.send("sendPhoto", "multipart/form-data; boundary=xx", body)
        .await
        .is_error(400, "Bad Request: chat_id is empty");
    assert_eq!(
        tg.next_call("sendPhoto").await.params["photo"],
        json!({"file_name": "a.png", "file_size": 5})
    );
}

#[tokio::test]
async fn an_explicit_null_is_the_text_null() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let send = async |params: Value| bot.call("sendMessage", params).await;
    send(json!({"chat_id": alice.id(), "text": "x", "parse_mode": null}))
        .await
        .is_error(400, "Bad Request: unsupported parse_mode");
}

#[tokio::test]
async fn broken_bodies_are_bad_requests_and_empty_ones_are_fine() {
    let (_tg, bot) = start().await;
    bot.send("getMe", "application/json", "").await.result();
    assert_eq!(bot.send("getMe", "application/json", "{").await.status, 400);
    bot.send("getMe", "application/json", "[]")
        .await
        .is_error(400, "Bad Request: JSON object expected");
    bot.send("getMe", "application/json; charset=utf-8", " \n")
        .await
        .result();
    bot.send("getMe", "application/x-www-form-urlencoded", "")
        .await
        .result();
    // No part at all, as some libraries send calls without parameters, and not even the boundary.
    for body in ["--xx--\r\n", ""] {
        bot.send("getMe", "multipart/form-data; boundary=xx", body)
            .await
            .result();
    }
    // What is none of the four is not looked at.
    bot.send("getMe", "text/plain", "{").await.result();
    bot.send("getMe", "multipart/form-data", "x")
        .await
        .is_error(400, "Bad Request: boundary not found");
}

#[tokio::test]
async fn long_urls_and_chunked_bodies_are_read() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    // 4000 letters of six characters each make a URL of 24 kB.
    let text = "%D0%B4".repeat(4000);
    bot.get(&format!("sendMessage?chat_id={}&text={text}", alice.id()))
        .await
        .result();
    assert_eq!(alice.next_message().await.text, "д".repeat(4000));

    let raw = Raw::connect(tg.address()).await;
    let body = format!("{{\"chat_id\":{},\"text\":\"по частям\"}}", alice.id());
    let head = "Host: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked";
    raw.send(&format!(
        "POST /bot{}/sendMessage HTTP/1.1\r\n{head}\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        tg.token(),
        body.len()
    ))
    .await;
    assert_eq!(alice.next_message().await.text, "по частям");
}

fn form_urlencoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn an_unquoted_file_name_with_spaces_is_taken_whole_and_a_file_name_of_the_extended_kind_is_not_known()
 {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let form = |name: &str| {
        let id = alice.id();
        format!(
            "--xx\r\nContent-Disposition: form-data; name=chat_id\r\n\r\n{id}\r\n\
             --xx\r\nContent-Disposition: form-data; name=document; {name}\r\n\r\nhello\r\n--xx--\r\n"
        )
    };
    let multipart = "multipart/form-data; boundary=xx";
    let sent = bot
        .send("sendDocument", multipart, form("filename=мой отчёт.txt"))
        .await;
    assert_eq!(sent.result()["document"]["file_name"], "мой отчёт.txt");
    // Telegram takes the contents for a file_id then.
    let refused = bot
        .send("sendDocument", multipart, form("filename*=utf-8''a.txt"))
        .await;
    assert_eq!(refused.status, 400);
    assert!(
        refused.description().contains("wrong"),
        "{}",
        refused.description()
    );
}
