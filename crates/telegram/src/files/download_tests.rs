//! Files as they come from a Bot API server.

use futures_util::TryStreamExt;
use serde_json::Value;
use telegram_emulator::{Emulator, Fault};

use super::*;
use crate::Settings;

fn bot_with(tg: &Emulator, change: impl FnOnce(&mut Settings)) -> Bot {
    let mut settings = Settings::new(tg.token());
    settings.api_url = tg.url();
    settings.max_retries = 2;
    change(&mut settings);
    Bot::new(settings)
}

/// The id of a document that somebody sends.
async fn sent(tg: &Emulator, bot: &Bot, bytes: impl Into<Bytes>) -> String {
    tg.person("Анна").sends_document("a.bin", bytes);
    let call = Call::new("getUpdates").param("offset", -1);
    let updates: Value = bot.call(call).await.expect("updates");
    let id = updates[0]["message"]["document"]["file_id"].as_str();
    id.expect("a document").to_owned()
}

fn error_of<T: fmt::Debug>(result: Result<T, ApiError>) -> FileError {
    match result.expect_err("it fails") {
        ApiError::File(error) => error,
        other => panic!("another error: {other}"),
    }
}

#[tokio::test]
async fn a_file_comes_whole_as_bytes_as_a_stream_and_on_disk() {
    let tg = Emulator::start().await;
    let bot = bot_with(&tg, |_| {});
    let bytes = fastrand::u64(..).to_le_bytes().repeat(30_000);
    let id = sent(&tg, &bot, bytes.clone()).await;
    let download = bot.download(&id).await.expect("it is there");
    assert_eq!(download.size(), Some(240_000));
    assert!(download.name().ends_with(".bin"), "{}", download.name());
    assert_eq!(download.bytes(240_000).await.expect("bytes"), bytes);

    let stream = bot.download(&id).await.expect("it is there").into_stream();
    let chunks: Vec<Bytes> = stream.try_collect().await.expect("bytes");
    assert_eq!(chunks.concat(), bytes);

    let path = std::env::temp_dir().join(format!("ostankino-{:016x}", fastrand::u64(..)));
    let download = bot.download(&id).await.expect("it is there");
    let saved = download.save(&path).await;
    let (read, removed) = (std::fs::read(&path), std::fs::remove_file(&path));
    assert_eq!(saved.expect("saved"), 240_000);
    assert_eq!(read.expect("it is there"), bytes);
    removed.expect("it was there");
}

#[tokio::test]
async fn one_that_breaks_off_goes_on_from_there_but_not_for_ever() {
    let tg = Emulator::start().await;
    let bot = bot_with(&tg, |_| {});
    let bytes = fastrand::u64(..).to_le_bytes().repeat(1_000);
    let id = sent(&tg, &bot, bytes.clone()).await;
    tg.fault(Fault::on("download").truncated().times(1));
    tg.fault(Fault::on("download").status(502).times(1));
    let download = bot.download(&id).await.expect("it is there");
    assert_eq!(download.bytes(8_000).await.expect("bytes"), bytes);
    let asked: Vec<_> = tg.calls_of("download");
    let asked: Vec<_> = asked.iter().map(|call| call.param("range")).collect();
    assert_eq!(asked, ["", "bytes=4000-", "bytes=4000-"]);

    tg.fault(Fault::on("download").reset());
    let download = bot.download(&id).await.expect("it is there");
    let error = download.bytes(8_000).await.expect_err("it never comes");
    assert!(matches!(error, ApiError::Network(_)), "{error}");
    assert_eq!(tg.calls_of("download").len(), 3 + 1 + 2);
}

#[tokio::test]
async fn what_is_silent_for_too_long_breaks_off() {
    let tg = Emulator::start().await;
    let bot = bot_with(&tg, |_| {});
    let id = sent(&tg, &bot, "x").await;
    let mut download = bot.download(&id).await.expect("it is there");
    let Source::Server(server) = &mut download.source else {
        panic!("it is Telegram's own");
    };
    (server.patience, server.tries_left) = (Duration::from_millis(20), 0);
    tg.fault(Fault::on("download").delay(Duration::from_secs(60)));
    let error = download.bytes(1).await.expect_err("it is silent");
    assert!(matches!(error, ApiError::Silent(_)), "{error}");
}

#[tokio::test]
async fn more_than_20_mb_are_refused_in_words_and_more_than_asked_for_are_not_fetched() {
    let tg = Emulator::start().await;
    let bot = bot_with(&tg, |_| {});
    let id = sent(&tg, &bot, vec![0; (20 << 20) + 1]).await;
    let error = error_of(bot.download(&id).await);
    assert!(matches!(error, FileError::TooBigToDownload));
    assert!(
        error.to_string().contains("lets bots download 20 MB"),
        "{error}"
    );

    let id = sent(&tg, &bot, "abc").await;
    let download = bot.download(&id).await.expect("it is there");
    let error = error_of(download.bytes(2).await);
    assert!(matches!(error, FileError::Larger { most: 2 }), "{error}");
    assert!(tg.calls_of("download").is_empty());
}

#[tokio::test]
async fn no_error_tells_the_token() {
    let tg = Emulator::start().await;
    let bot = bot_with(&tg, |settings| settings.max_retries = 0);
    let id = sent(&tg, &bot, "abc").await;
    for fault in [
        Fault::on("download").reset(),
        Fault::on("download").truncated(),
        Fault::on("download").status(404),
        Fault::on("download").garbage(),
    ] {
        tg.clear_faults();
        tg.fault(fault);
        let download = bot.download(&id).await.expect("it is there");
        let shown = format!("{download:?}");
        let error = download.bytes(3).await.expect_err("it fails");
        let told = format!("{shown} {error:?} {}", chain(&error));
        let (_, secret) = tg.token().split_once(':').expect("a token");
        assert!(!told.contains(secret), "{told}");
    }
}

#[tokio::test]
async fn a_local_server_takes_and_gives_a_hundred_megabytes() {
    const SIZE: usize = 100 << 20;
    let folder = std::env::temp_dir().join(format!("ostankino-{:016x}", fastrand::u64(..)));
    let tg = Emulator::builder().local(&folder).start().await;
    let tg = tg.expect("a free port");
    let bot = bot_with(&tg, |settings| settings.files_dir = Some(folder.clone()));
    let path = folder.with_extension("bin");
    let bytes = fastrand::u64(..).to_le_bytes().repeat(SIZE / 8);
    std::fs::write(&path, &bytes).expect("there is room");
    let anna = tg.person("Анна").who_has_started();
    let call = Call::new("sendDocument").param("chat_id", anna.id());
    let call = call.file("document", crate::Upload::path(&path));
    let said: Value = bot.call(call).await.expect("it is sent");
    let id = said["document"]["file_id"].as_str().expect("a document");
    let download = bot.download(id).await.expect("it is there");
    assert_eq!(download.size(), Some(SIZE as u64));
    let back = folder.with_extension("back");
    let saved = download.save(&back).await;
    let read = std::fs::read(&back);
    for file in [&path, &back] {
        std::fs::remove_file(file).expect("it was there");
    }
    assert_eq!(saved.expect("saved"), SIZE as u64);
    // Not by assert_eq, which would print them.
    assert!(read.expect("it is there") == bytes);
    std::fs::remove_dir_all(&folder).expect("it was there");
}

#[tokio::test]
async fn files_of_a_local_server_are_read_from_its_folder() {
    let folder = std::env::temp_dir().join(format!("ostankino-{:016x}", fastrand::u64(..)));
    let tg = Emulator::builder().local(&folder).start().await;
    let tg = tg.expect("a free port");
    let bot = bot_with(&tg, |settings| settings.files_dir = Some(folder.clone()));
    let id = sent(&tg, &bot, vec![7; (20 << 20) + 1]).await;
    let download = bot.download(&id).await.expect("it is there");
    assert_eq!(download.size(), Some((20 << 20) + 1));
    let bytes = download.bytes(30 << 20).await.expect("bytes");
    assert!(bytes.len() == (20 << 20) + 1 && bytes.iter().all(|byte| *byte == 7));
    assert!(tg.calls_of("download").is_empty());

    let unaware = bot_with(&tg, |_| {});
    let error = error_of(unaware.download(&id).await);
    assert!(
        error.to_string().contains("set telegram.files_dir"),
        "{error}"
    );
    let elsewhere = folder.join("documents");
    let astray = bot_with(&tg, |settings| settings.files_dir = Some(elsewhere));
    std::fs::write(folder.join("documents/a"), "").expect("a folder");
    let photo = tg.person("Борис");
    photo.sends_photo(&b"\x89PNG"[..]);
    let call = Call::new("getUpdates").param("offset", -1);
    let updates: Value = astray.call(call).await.expect("updates");
    let id = updates[0]["message"]["photo"][0]["file_id"].as_str();
    let error = error_of(astray.download(id.expect("a photo")).await);
    std::fs::remove_dir_all(&folder).expect("it was there");
    assert!(matches!(error, FileError::Outside), "{error}");
}
