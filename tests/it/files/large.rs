//! Files as large as Telegram's own server would refuse, by a Bot API server of one's own: they go out through the store, and
//! come back from its folder.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use ostankino::{Bot, Error, Router, types::Message};
use telegram_emulator::Emulator;

use super::{OnDisk, bot, uploads, world};
use crate::support::{APOLOGY, DEADLINE, World};

const SIZE: usize = 100 << 20;

/// Saves what somebody sends at that path.
fn saves(path: PathBuf) -> Router {
    Router::new().fallback(move |message: Arc<Message>, bot: Bot| {
        let path = path.clone();
        async move {
            let missing = Error::Mismatch("document");
            let file = message.document.as_ref().ok_or(missing)?;
            let download = bot.download(&file.file_id).await?;
            Ok::<_, Error>(format!("Сохранено: {}", download.save(path).await?))
        }
    })
}

/// A world whose Bot API server has its files in that folder.
async fn with_folder(folder: &Path) -> World {
    let mut world = world().await;
    let local = Emulator::builder().local(folder).deadline(DEADLINE).start();
    world.tg = local.await.expect("a free port");
    world
}

#[tokio::test]
async fn a_hundred_megabytes_go_out_after_a_commit_and_come_back() {
    let folder = std::env::temp_dir().join(format!("ostankino-test-{:016x}", fastrand::u64(..)));
    let world = with_folder(&folder).await;
    let bytes = fastrand::u64(..).to_le_bytes().repeat(SIZE / 8);
    let (file, saved) = (OnDisk::of(&bytes), OnDisk::of(b""));
    let routes = bot(file.0.clone()).merge(saves(saved.0.clone()));
    let app = world.app(routes).config(|config| {
        config.telegram.files_dir.clone_from(&folder);
        config.nats.files_max_mb = 256;
    });
    let _app = app.start().await;
    let alice = world.tg.person("Алиса");

    alice.says("/from");
    let sent = alice.next_message().await.message;
    assert_eq!(sent["document"]["file_size"], SIZE);
    assert_eq!((world.count("FROM hits").await, uploads(&world)), (1, 1));

    alice.sends_document("film.mp4", bytes.clone());
    let told = alice.next_message().await.text;
    assert_eq!(told, format!("Сохранено: {SIZE}"));
    // Not by assert_eq, which would print them.
    assert!(fs::read(&saved.0).expect("it is there") == bytes);
    fs::remove_dir_all(&folder).expect("it was there");
}

#[tokio::test]
async fn by_telegrams_own_server_they_are_refused_with_what_to_do() {
    let world = world().await;
    let file = OnDisk::of(&vec![7; SIZE]);
    let app = world.run(bot(file.0.clone())).await;
    let alice = world.tg.person("Алиса");
    alice.says("/from");
    assert_eq!(alice.next_message().await.text, APOLOGY);
    let failed = app.logs.wait_for("update_failed").await;
    let error = failed["error"].to_string();
    assert!(
        error.contains("104857600 bytes") && error.contains("telegram.files_dir"),
        "{error}"
    );
    assert_eq!(world.count("FROM hits").await, 0);
}
