//! Videos: sent by the page, and really played by it.

use serde_json::json;
use telegram_emulator::Emulator;

use crate::{bot::Bot, browser::Browser};

/// A second of 64 × 64 points (VP8), as a browser recorded it of a canvas.
const CLIP: &[u8] = include_bytes!("clip.webm");

#[tokio::test]
async fn videos_and_video_messages_play() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    alice.says("/start");
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("ролик.webm");
    std::fs::write(&path, CLIP).expect("the folder is there");
    let path = path.to_str().expect("UTF-8");
    let page = Browser::open(&tg.url()).await;
    // What plays tells so as it goes on.
    page.run(
        "document.addEventListener('timeupdate', ({target}) => {
            if (target.currentTime > 0) target.dataset.plays = target.videoWidth;
        }, true)",
    )
    .await;

    for (kind, name, tile) in [
        ("video", "Видео", "ролик.webm"),
        ("video_note", "Видеосообщение", "Видеосообщение"),
    ] {
        page.types(".composer input[type=file]", path).await;
        page.picks("Как отправить", name).await;
        page.press("Отправить").await;
        page.click(&format!("[aria-label='{tile}: проиграть']"))
            .await;
        page.until(&format!(
            "document.querySelector('video.{kind}').dataset.plays === '64'"
        ))
        .await;
        let updates = bot.call("getUpdates", &json!({"offset": -1})).await;
        assert!(updates[0]["message"][kind].is_object(), "{updates}");
    }
    page.is_clean().await;
}
