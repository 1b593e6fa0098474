//! Calls with files, as a Bot API server sees them.

use std::path::PathBuf;

use bytes::Bytes;
use serde_json::{Value, json};
use telegram_emulator::{Emulator, Fault};

use super::{Upload, upload::MOST_IN_MEMORY};
use crate::{Bot, Call, Settings};

fn bot_of(tg: &Emulator) -> Bot {
    let mut settings = Settings::new(tg.token());
    settings.api_url = tg.url();
    settings.max_retries = 2;
    Bot::new(settings)
}

/// What is in a file that a message shows.
async fn content(bot: &Bot, file: &Value) -> Bytes {
    let id = file["file_id"].as_str().expect("an id");
    let download = bot.download(id).await.expect("it is there");
    download.bytes(20 << 20).await.expect("its bytes")
}

#[tokio::test]
async fn files_go_as_parts_and_the_rest_as_text() {
    let tg = Emulator::start().await;
    let (bot, anna) = (bot_of(&tg), tg.person("Анна").who_has_started());
    let text = Upload::bytes(&b"a\r\n--\0\xff"[..], "text/plain").named("Кот \"7\".txt");
    let call = Call::new("sendDocument")
        .file("document", text)
        .param("chat_id", anna.id())
        .param("caption", "<b>Кот</b>")
        .param("reply_markup", json!({"force_reply": true}));
    let said: Value = bot.call(call).await.expect("it is sent");
    assert_eq!(said["caption"], "Кот");
    assert_eq!(said["caption_entities"][0]["type"], "bold");
    let name = said["document"]["file_name"].as_str().expect("a name");
    assert!(name.starts_with("Кот") && name.ends_with(".txt"), "{name}");
    let sent = content(&bot, &said["document"]).await;
    assert_eq!(&*sent, b"a\r\n--\0\xff");
}

#[tokio::test]
async fn an_album_takes_each_of_its_files_along() {
    let tg = Emulator::start().await;
    let (bot, anna) = (bot_of(&tg), tg.person("Анна").who_has_started());
    let mut album = Call::new("sendMediaGroup").param("chat_id", anna.id());
    let media: Vec<_> = ["a", "b", "c"]
        .map(|text| Upload::bytes(text, "text/plain"))
        .map(|upload| json!({"type": "document", "media": album.attach(upload)}))
        .into();
    let said: Vec<Value> = bot.call(album.param("media", media)).await.expect("sent");
    let mut sent = Vec::new();
    for message in &said {
        sent.push(content(&bot, &message["document"]).await);
    }
    assert_eq!(sent, ["a", "b", "c"]);
}

#[tokio::test]
async fn each_try_sends_the_whole_file() {
    let tg = Emulator::start().await;
    let (bot, anna) = (bot_of(&tg), tg.person("Анна").who_has_started());
    let bytes = fastrand::u64(..).to_le_bytes().repeat(40_000);
    for fault in [Fault::on("*").reset(), Fault::on("*").status(502)] {
        tg.fault(fault.times(1));
        let call = Call::new("sendDocument").param("chat_id", anna.id());
        let upload = Upload::bytes(bytes.clone(), "text/plain");
        let said: Value = bot.call(call.file("document", upload)).await.expect("sent");
        assert_eq!(content(&bot, &said["document"]).await, bytes);
    }
}

#[tokio::test]
async fn what_is_too_large_to_be_held_is_sent_from_its_path() {
    let tg = Emulator::start().await;
    let (bot, anna) = (bot_of(&tg), tg.person("Анна").who_has_started());
    let path = std::env::temp_dir().join(format!("ostankino-{:016x}.bin", fastrand::u64(..)));
    let size = usize::try_from(MOST_IN_MEMORY).expect("small") + 7;
    std::fs::write(&path, vec![7; size]).expect("written");
    let removed = Removed(path.clone());
    tg.fault(Fault::on("sendDocument").status(500).times(1));
    let call = Call::new("sendDocument").param("chat_id", anna.id());
    let said: Value = bot
        .call(call.file("document", Upload::path(&path)))
        .await
        .expect("sent");
    drop(removed);
    assert_eq!(said["document"]["file_size"], size);
    assert!(
        content(&bot, &said["document"])
            .await
            .iter()
            .all(|byte| *byte == 7)
    );
}

struct Removed(PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
