//! getFile, downloads, and what people send.

use serde_json::{Value, json};
use telegram_emulator::{Attachment, Emulator, Fault};

use crate::support::{Bot, Form, png, start};

async fn path(bot: &Bot, file_id: &Value) -> String {
    let reply = bot.call("getFile", json!({"file_id": file_id})).await;
    reply.result()["file_path"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_was_uploaded_can_be_downloaded() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let form = Form::default()
        .text("chat_id", alice.id())
        .file("document", "a.txt", b"12\0\xff5");
    let document = bot.upload("sendDocument", form).await.result()["document"].clone();
    let reply = bot
        .call("getFile", json!({"file_id": document["file_id"]}))
        .await;
    let file = reply.result();
    for field in ["file_id", "file_unique_id", "file_size"] {
        assert_eq!(file[field], document[field], "{field}");
    }
    let path = file["file_path"].as_str().unwrap();
    assert!(
        path.starts_with("documents/file_") && path.ends_with(".txt"),
        "{path}"
    );
    assert_eq!(bot.download(path).await, (200, b"12\0\xff5".to_vec()));
}

#[tokio::test]
async fn unknown_files_are_refused() {
    let (tg, bot) = start().await;
    bot.call("getFile", json!({"file_id": "nonsense"}))
        .await
        .is_error(400, "Bad Request: invalid file_id");
    bot.call("getFile", json!({}))
        .await
        .is_error(400, "Bad Request: file_id not specified");
    let not_found = json!({"ok": false, "error_code": 404, "description": "Not Found"});
    let (status, body) = bot.download("documents/file_9.txt").await;
    assert_eq!(
        (status, serde_json::from_slice::<Value>(&body).unwrap()),
        (404, not_found.clone())
    );
    let other_token = bot
        .text(format!("{}/file/bot1:AA/documents/file_0.txt", tg.url()))
        .await;
    assert_eq!(
        serde_json::from_str::<Value>(&other_token).unwrap(),
        not_found
    );
}

#[tokio::test]
async fn files_past_20_megabytes_are_sent_but_not_downloaded() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    alice.sends_document("big.bin", vec![0; (20 << 20) + 1]);
    let document = bot.only_update().await["message"]["document"].clone();
    assert_eq!(document["file_size"], (20 << 20) + 1);
    bot.call("getFile", json!({"file_id": document["file_id"]}))
        .await
        .is_error(400, "Bad Request: file is too big");
}

#[tokio::test]
async fn a_url_is_not_fetched_and_its_download_leads_there() {
    let tg = Emulator::start().await;
    let bot = Bot::of(&tg);
    let alice = tg.person("Алиса").who_has_started();
    // A page of the emulator itself stands for the rest of the world.
    let url = format!("{}/control/health?.json", tg.url());
    let params = json!({"chat_id": alice.id(), "document": url});
    let document = bot.call("sendDocument", params).await.result()["document"].clone();
    assert_eq!(
        (&document["file_name"], document.get("file_size")),
        (&json!("health"), None)
    );
    let (status, body) = bot.download(&path(&bot, &document["file_id"]).await).await;
    assert_eq!((status, body.starts_with(b"{\"ok\":true")), (200, true));
}

#[tokio::test]
async fn people_send_files_places_and_contacts() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    alice.sends(Attachment::photo(png(100, 50)).captioned("/cat, смотри"));
    let message = bot.only_update().await["message"].clone();
    assert_eq!(
        (&message["caption"], message.get("text")),
        (&json!("/cat, смотри"), None)
    );
    assert_eq!(message["caption_entities"][0]["type"], "bot_command");
    assert_eq!(message["photo"].as_array().unwrap().len(), 2);
    let file = path(&bot, &message["photo"][1]["file_id"]).await;
    assert_eq!(bot.download(&file).await, (200, png(100, 50)));

    let group = tg.group("Дом");
    let last = alice.sends_in(&group, Attachment::voice(b"la-la".as_slice()));
    let voice = &bot.updates(last).await[0]["message"];
    assert_eq!(
        (&voice["chat"]["title"], &voice["voice"]["mime_type"]),
        (&json!("Дом"), &json!("audio/ogg"))
    );
    let last = alice.sends(Attachment::contact("+700", "Алиса"));
    assert_eq!(
        bot.updates(last).await[0]["message"]["contact"]["phone_number"],
        "+700"
    );
    let last = alice.sends(Attachment::location(55.75, 37.62));
    assert_eq!(
        bot.updates(last).await[0]["message"]["location"]["latitude"],
        55.75
    );
}

#[tokio::test]
async fn people_send_files_through_the_control_api_too() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").with_username("alice");
    let url = format!("{}/control/send", tg.url());
    let form = Form::default()
        .text("user", "alice")
        .text("caption", "счёт")
        .file("document", "bill.pdf", b"%PDF");
    let reply = bot.post_form(url.clone(), form).await;
    assert!(reply.result()["update_id"].is_i64());
    let message = bot.only_update().await["message"].clone();
    assert_eq!(message["from"]["id"], alice.id());
    assert_eq!(
        (&message["document"]["file_name"], &message["caption"]),
        (&json!("bill.pdf"), &json!("счёт"))
    );
    let nothing = bot
        .post_form(url, Form::default().text("user", "alice"))
        .await;
    assert_eq!(nothing.status, 400);
}

#[tokio::test]
async fn a_download_that_broke_off_goes_on_from_there() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    alice.sends_document("a.bin", b"0123456789".to_vec());
    let document = bot.only_update().await["message"]["document"].clone();
    let path = path(&bot, &document["file_id"]).await;
    let part = |range| bot.download_part(&path, range);
    let whole = Some("0123456789".to_owned());
    assert_eq!(
        part("bytes=4-").await,
        (206, Some("bytes 4-9/10".to_owned()), Some("456789".into()))
    );
    assert_eq!(part("bytes=4-5").await.2.as_deref(), Some("45"));
    assert_eq!(part("bytes=10-").await.0, 416);
    assert_eq!(part("lines=1-").await, (200, None, whole));

    tg.fault(Fault::on("download").truncated().times(1));
    assert_eq!(part("bytes=0-").await.2, None, "it breaks off");
    tg.fault(Fault::on("download").status(502).times(1));
    assert_eq!(part("bytes=0-").await.0, 502);
    let ranges = tg.calls_of("download");
    let ranges: Vec<_> = ranges.iter().map(|call| call.param("range")).collect();
    assert_eq!(ranges[0], "bytes=4-");
    assert_eq!(ranges.len(), 6);
}
