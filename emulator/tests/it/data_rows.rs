//! The rows of the data file: each thing has its own, and the form of before is read.

use std::{collections::BTreeMap, fs, path::PathBuf, process::Command};

use serde_json::json;
use telegram_emulator::Emulator;

use crate::support::{Bot, Form};

/// A file of the test's own, removed at its end.
struct TestFile(PathBuf);

impl TestFile {
    fn new() -> Self {
        let name = format!("telegram-emulator-{:016x}.db", fastrand::u64(..));
        Self(std::env::temp_dir().join(name))
    }

    /// One that an earlier version has written.
    fn of(sql: &str) -> Self {
        let file = Self::new();
        let connection = rusqlite::Connection::open(&file.0).unwrap();
        connection.execute_batch(sql).unwrap();
        file
    }

    async fn start(&self) -> (Emulator, Bot) {
        let builder = Emulator::builder().token("42:emulator").data(&self.0);
        let tg = builder.start().await.unwrap();
        let bot = Bot::of(&tg);
        (tg, bot)
    }

    fn rows(&self) -> BTreeMap<String, Vec<u8>> {
        let connection = rusqlite::Connection::open(&self.0).unwrap();
        let mut query = connection.prepare("SELECT key, value FROM world").unwrap();
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.unwrap().collect::<Result<_, _>>().unwrap()
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        for ending in ["", "-journal", "-wal"] {
            let _ = fs::remove_file(format!("{}{ending}", self.0.display()));
        }
    }
}

#[tokio::test]
async fn a_change_writes_only_what_changed() {
    let file = TestFile::new();
    let (tg, bot) = file.start().await;
    let alice = tg.person("Алиса").with_username("alice");
    alice.says_many((0..300).map(|number| format!("слово {number}")));
    let form =
        Form::default()
            .text("chat_id", alice.id())
            .file("document", "a.bin", &vec![7; 1 << 20]);
    bot.upload("sendDocument", form).await.result();
    drop(tg);
    let before = file.rows();
    let large = before.iter().filter(|(_, value)| value.len() > 8_000);
    let large: Vec<_> = large
        .map(|(key, value)| (key.as_str(), value.len()))
        .collect();
    assert_eq!(large, [("content/0", (1 << 20) + 1)]);

    let (tg, bot) = file.start().await;
    let alice = tg.person_named("alice").unwrap();
    bot.says(alice.id(), "ещё").await;
    drop(tg);
    let after = file.rows();
    let changed = after
        .iter()
        .filter(|(key, value)| before.get(*key) != Some(*value));
    let kinds: Vec<_> = changed
        .map(|(key, _)| key.split('/').next().unwrap())
        .collect();
    assert_eq!(kinds, ["chat", "counters", "message"]);
    assert!(before.keys().all(|key| after.contains_key(key)));
}

#[tokio::test]
async fn what_is_gone_has_no_row() {
    let file = TestFile::new();
    let (tg, bot) = file.start().await;
    let alice = tg.person("Алиса").who_has_started();
    let sent = bot.says(alice.id(), "раз").await;
    alice.says("два");
    bot.updates(0).await;
    bot.updates(i64::MAX).await;
    let update = bot.updates(0).await[0]["update_id"].as_i64().unwrap();
    bot.updates(update + 1).await;
    let place = json!({"chat_id": alice.id(), "message_id": sent["message_id"]});
    bot.call("deleteMessage", place).await.result();
    drop(tg);
    let of_kind = |kind: &str| {
        file.rows()
            .keys()
            .filter(|key| key.starts_with(kind))
            .count()
    };
    assert_eq!((of_kind("message/"), of_kind("update/")), (1, 0));
}

#[tokio::test]
async fn a_file_of_the_first_version_is_read_and_rewritten() {
    let file = TestFile::of(include_str!("fixtures/world-1.sql"));
    for _ in 0..2 {
        let (tg, bot) = file.start().await;
        let alice = tg.person_named("alice").unwrap();
        assert_eq!(alice.id(), 5);
        let texts = alice
            .messages()
            .into_iter()
            .map(|sent| sent.text + &sent.caption);
        assert_eq!(texts.collect::<Vec<_>>(), ["один", "два", "файл", ""]);
        assert_eq!(bot.get("getMe").await.result()["first_name"], "Голос");
        let chat = bot.call("getChat", json!({"chat_id": 5})).await;
        assert_eq!(chat.result()["pinned_message"]["text"], "два");
        let home = tg.group_named("Дом").unwrap();
        let count = json!({"chat_id": home.id()});
        assert_eq!(bot.call("getChatMemberCount", count).await.result(), 2);
        assert_eq!(tg.pending_updates(), 5);
        let document = alice.messages()[2].message["document"]["file_id"].clone();
        let info = bot.call("getFile", json!({"file_id": document})).await;
        let path = info.result()["file_path"].as_str().unwrap();
        assert_eq!(bot.download(path).await, (200, b"bytes\0\xff".to_vec()));
        let answer = json!({"callback_query_id": "4117797587323792630"});
        bot.call("answerCallbackQuery", answer).await.result();
        drop(tg);
    }
    let rows = file.rows();
    assert!(!rows.contains_key("files") && !rows.contains_key("presses"));
    assert!(rows.contains_key("message/5.2") && rows.contains_key("content/0"));
}

#[tokio::test]
async fn a_file_of_the_second_version_is_read_and_rewritten() {
    let file = TestFile::of(include_str!("fixtures/world-2.sql"));
    for _ in 0..2 {
        let (tg, bot) = file.start().await;
        let alice = tg.person_named("alice").unwrap();
        let texts = alice
            .messages()
            .into_iter()
            .map(|sent| sent.text + &sent.caption);
        assert_eq!(texts.collect::<Vec<_>>(), ["один", "два", "файл"]);
        let chat = bot.call("getChat", json!({"chat_id": 5})).await;
        assert_eq!(chat.result()["pinned_message"]["text"], "два");
        // How people and groups stood with the only bot.
        let home = tg.group_named("Дом").unwrap().id();
        let me = json!({"chat_id": home, "user_id": 42});
        let me = bot.call("getChatMember", me).await.result().clone();
        assert_eq!(
            (&me["status"], &me["can_pin_messages"]),
            (&json!("administrator"), &json!(true))
        );
        let boris = json!({"chat_id": 6, "text": "?"});
        bot.call("sendMessage", boris)
            .await
            .is_error(403, "Forbidden: bot was blocked by the user");
        let banned = json!({"chat_id": home, "user_id": 6});
        assert_eq!(
            bot.call("getChatMember", banned).await.result()["status"],
            "kicked"
        );
        assert!(tg.pending_updates() > 5);
        drop(tg);
    }
    let person = file.rows()["person/6"].clone();
    let person: serde_json::Value = serde_json::from_slice(&person).unwrap();
    assert_eq!(
        person["stands"],
        json!([[42, {"started": true, "blocked": true}]])
    );
}

#[tokio::test]
async fn a_file_of_the_third_version_is_read() {
    let file = TestFile::of(include_str!("fixtures/world-3.sql"));
    for _ in 0..2 {
        let (tg, _news) = file.start().await;
        let shop_tg = tg.bot_named("shop_bot").unwrap();
        let shop = Bot::at(&tg.url(), "77:shop");
        let alice = tg.person_named("alice").unwrap();
        assert_eq!(
            alice.messages().last().unwrap().message["poll"]["total_voter_count"],
            1
        );
        assert_eq!(
            alice.to(&shop_tg).messages()[0].message["invoice"]["title"],
            "T"
        );
        assert_eq!(shop.get("getMyStarBalance").await.result()["amount"], 5);
        let channel = tg.group_named("Новости").unwrap().id();
        let home = tg.group_named("Дом").unwrap().id();
        let chat = shop
            .call("getChat", json!({"chat_id": home}))
            .await
            .result()
            .clone();
        assert_eq!(
            (&chat["linked_chat_id"], &chat["is_forum"]),
            (&json!(channel), &json!(true))
        );
        assert!(shop_tg.pending_updates() > 5 && tg.pending_updates() > 5);
        drop((tg, shop_tg));
    }
}

/// The program with this file; also its URL.
fn program(file: &TestFile) -> (std::process::Child, String) {
    use std::io::{BufRead, BufReader};
    let mut child = Command::new(env!("CARGO_BIN_EXE_telegram-emulator"))
        .args(["--port=0", "--data"])
        .arg(&file.0)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    let url = line
        .split_whitespace()
        .find(|word| word.starts_with("http"));
    (child, url.unwrap().trim_end_matches('/').to_owned())
}

#[tokio::test]
async fn a_killed_process_has_forgotten_nothing_that_was_answered() {
    let file = TestFile::new();
    for round in 1..=5 {
        let (mut child, url) = program(&file);
        let bot = Bot::at(&url, "42:emulator");
        let said = json!({"user": "you", "text": format!("слово {round}")});
        bot.post_json(format!("{url}/control/say"), said)
            .await
            .result();
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let (mut child, url) = program(&file);
    let updates = Bot::at(&url, "42:emulator").updates(0).await;
    let texts: Vec<_> = updates
        .iter()
        .map(|update| &update["message"]["text"])
        .collect();
    assert_eq!(
        texts,
        ["слово 1", "слово 2", "слово 3", "слово 4", "слово 5"]
    );
    child.kill().unwrap();
    child.wait().unwrap();
}
