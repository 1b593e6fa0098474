//! The world in a file.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};
use telegram_emulator::{Builder, Emulator};

use crate::support::{Bot, Form, button};

/// A file of the test's own, removed at its end.
struct TestFile(PathBuf);

impl TestFile {
    fn new() -> Self {
        let name = format!("telegram-emulator-{:016x}.db", fastrand::u64(..));
        Self(std::env::temp_dir().join(name))
    }

    fn builder(&self) -> Builder {
        Emulator::builder().token("42:emulator").data(&self.0)
    }

    async fn start(&self) -> (Emulator, Bot) {
        let tg = self.builder().start().await.unwrap();
        let bot = Bot::of(&tg);
        (tg, bot)
    }

    /// Why the emulator does not start with it.
    async fn refusal(&self) -> String {
        let error = self.builder().start().await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
        let text = error.to_string();
        assert!(text.contains(self.0.to_str().unwrap()), "{text}");
        text
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
        let _ = fs::remove_file(self.0.with_extension("db-journal"));
    }
}

#[tokio::test]
async fn after_a_restart_everything_is_there() {
    let file = TestFile::new();
    let (tg, bot) = file.start().await;
    let (alice, home) = (tg.person("Алиса").with_username("alice"), tg.group("Дом"));
    home.adds(&alice);
    alice.says("привет");
    let params = json!({"chat_id": alice.id(), "text": "*да*", "parse_mode": "MarkdownV2", "reply_markup": button("Да", "yes")});
    let sent = bot.call("sendMessage", params).await.result().clone();
    let press = alice.presses("Да").await;
    let commands = json!([{"command": "start", "description": "Начать"}]);
    bot.call("setMyCommands", json!({"commands": commands}))
        .await
        .result();
    bot.call(
        "getUpdates",
        json!({"allowed_updates": ["message", "callback_query"]}),
    )
    .await
    .result();
    let bytes = tg.push_update(json!({"poll": {"id": "1"}})) + 1;
    tg.push_bytes(bytes, &b"\xff no JSON"[..]);
    tg.push_bytes(bytes, &b"a second one"[..]);
    bot.call("setMyName", json!({"name": "Голос"}))
        .await
        .result();
    let form = Form::default()
        .text("chat_id", alice.id())
        .file("document", "a.bin", b"\0\xff");
    let upload = bot.upload("sendDocument", form).await;
    let file_id = upload.result()["document"]["file_id"].clone();
    let waiting = tg.pending_updates();
    let (alice_id, home_id) = (alice.id(), home.id());
    drop(tg);

    let (tg, bot) = file.start().await;
    let alice = tg.person_named("alice").unwrap();
    assert_eq!(alice.id(), alice_id);
    assert_eq!(tg.group_named("Дом").unwrap().id(), home_id);
    assert_eq!(alice.messages()[0].text, "да");
    assert_eq!(tg.commands(""), commands);
    assert_eq!(tg.pending_updates(), waiting);
    assert_eq!(bot.get("getMe").await.result()["first_name"], "Голос");
    let file = bot.call("getFile", json!({"file_id": file_id})).await;
    let path = file.result()["file_path"].as_str().unwrap();
    assert_eq!(bot.download(path).await, (200, b"\0\xff".to_vec()));
    // The button still works, and the press from before can be answered.
    assert_eq!(alice.presses("Да").await.message_id, press.message_id);
    bot.call(
        "answerCallbackQuery",
        json!({"callback_query_id": press.id}),
    )
    .await
    .result();
    let params = json!({"chat_id": alice_id, "message_id": sent["message_id"], "text": "нет"});
    bot.call("editMessageText", params).await.result();
    // New things get new numbers, and the bot still gets only what it asked for.
    let next = bot.says(alice_id, "дальше").await;
    assert_eq!(next["message_id"], sent["message_id"].as_i64().unwrap() + 2);
    assert_ne!(tg.person("Борис").id(), alice_id);
    assert!(alice.says("и ещё") > bytes);
    let allowed = bot.get("getWebhookInfo").await.result()["allowed_updates"].clone();
    assert_eq!(allowed, json!(["message", "callback_query"]));
    let raw = bot
        .text(format!("{}/bot{}/getUpdates", tg.url(), tg.token()))
        .await;
    assert!(raw.contains("no JSON,a second one,"), "{raw}");
}

#[tokio::test]
async fn what_was_removed_stays_removed() {
    let file = TestFile::new();
    let (tg, bot) = file.start().await;
    let alice = tg.person("Алиса").with_username("alice");
    alice.says("привет");
    bot.call(
        "setWebhook",
        json!({"url": "http://127.0.0.1:1/", "max_connections": 3}),
    )
    .await
    .result();
    drop(tg);
    let (tg, bot) = file.start().await;
    let info = bot.get("getWebhookInfo").await.result().clone();
    assert_eq!(
        (&info["url"], &info["max_connections"]),
        (&json!("http://127.0.0.1:1/"), &json!(3))
    );
    bot.call("deleteWebhook", json!({"drop_pending_updates": true}))
        .await
        .result();
    drop(tg);
    let (tg, bot) = file.start().await;
    assert_eq!(tg.pending_updates(), 0);
    assert_eq!(bot.get("getWebhookInfo").await.result()["url"], "");
    assert_eq!(bot.updates(0).await, [] as [Value; 0]);
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_refused_and_left_alone() {
    let file = TestFile::new();
    fs::write(&file.0, "Дорогой дневник".repeat(100)).unwrap();
    assert!(file.refusal().await.ends_with("is no SQLite database"));
    assert!(fs::read_to_string(&file.0).unwrap().starts_with("Дорогой"));

    let foreign = TestFile::new();
    let connection = rusqlite::Connection::open(&foreign.0).unwrap();
    connection.execute_batch("CREATE TABLE t (x)").unwrap();
    drop(connection);
    assert!(
        foreign
            .refusal()
            .await
            .ends_with("is a database of another program")
    );

    let broken = TestFile::new();
    let (tg, _bot) = broken.start().await;
    let _ = tg.person("Алиса");
    assert!(
        broken
            .refusal()
            .await
            .ends_with("is in use by another program")
    );
    drop(tg);
    let other = broken.builder().token("43:x").start().await.unwrap_err();
    assert!(
        other
            .to_string()
            .ends_with("is the world of the bot 42, not of 43"),
        "{other}"
    );
    let connection = rusqlite::Connection::open(&broken.0).unwrap();
    connection
        .execute_batch("UPDATE world SET value = x'7b' WHERE key LIKE 'person/%'")
        .unwrap();
    drop(connection);
    let refusal = broken.refusal().await;
    assert!(refusal.contains("is damaged: person/"), "{refusal}");
    let connection = rusqlite::Connection::open(&broken.0).unwrap();
    connection
        .execute_batch("PRAGMA user_version = 99")
        .unwrap();
    drop(connection);
    assert!(
        broken
            .refusal()
            .await
            .ends_with("is of another version of telegram-emulator")
    );

    let nowhere = TestFile(PathBuf::from("/nonexistent/folder/file.db"));
    assert!(nowhere.refusal().await.ends_with("cannot be opened"));
}
