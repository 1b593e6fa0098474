//! What is not text: pictures, albums, files, reactions, pinned messages, what one sends oneself.

use serde_json::json;
use telegram_emulator::{Attachment, Emulator};

use crate::{bot::Bot, browser::Browser};

/// The smallest picture that a browser draws: one red point.
const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0,
    1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xde, 0, 0, 0, 0x0c, 0x49, 0x44, 0x41, 0x54,
    0x08, 0xd7, 0x63, 0xf8, 0xcf, 0xc0, 0, 0, 3, 1, 1, 0, 0x18, 0xdd, 0x8d, 0xb0, 0, 0, 0, 0, 0x49,
    0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

#[tokio::test]
async fn pictures_albums_files_reactions_and_pins_are_shown() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    alice.says("/start");
    alice.sends(Attachment::photo(PNG).captioned("точка"));
    let page = Browser::open(&tg.url()).await;
    page.until("document.querySelector('.bubble.mine img.picture')?.naturalWidth === 1")
        .await;
    page.sees("точка").await;

    // Two of the same picture, by its id: an album is one bubble.
    let photo = last_photo(&bot).await;
    let item = json!({"type": "photo", "media": photo});
    bot.call(
        "sendMediaGroup",
        &json!({"chat_id": alice.id(), "media": [item, item]}),
    )
    .await;
    page.until("document.querySelectorAll('.bubble:not(.mine) .album img').length === 2")
        .await;

    alice.sends(Attachment::document("<b>отчёт.html", b"<script>".to_vec()));
    page.until("document.querySelector('.tile b')?.innerText === '<b>отчёт.html'")
        .await;
    page.until("document.querySelector('.tile small').innerText.startsWith('8 Б')")
        .await;
    let headers = page.run(
        "return fetch(document.querySelector('a.tile').href).then((file) =>
        [file.headers.get('content-type'), file.headers.get('content-disposition')])",
    );
    assert_eq!(
        headers.await,
        json!(["application/octet-stream", "attachment"])
    );

    let sent = bot.sends(&alice, "важное").await;
    let place = json!({"chat_id": alice.id(), "message_id": sent["message_id"]});
    bot.call("pinChatMessage", &place).await;
    page.until("document.querySelector('.pinned')?.innerText.includes('важное')")
        .await;
    let mut reaction = place.clone();
    reaction["reaction"] = json!([{"type": "emoji", "emoji": "👍"}]);
    bot.call("setMessageReaction", &reaction).await;
    page.until("document.querySelector('.reactions')?.innerText === '👍'")
        .await;
    page.is_clean().await;
}

/// The id of the photo the bot got last.
async fn last_photo(bot: &Bot) -> String {
    let updates = bot.call("getUpdates", &json!({"offset": -1})).await;
    let id = updates[0]["message"]["photo"][0]["file_id"].as_str();
    id.expect("a photo came last").to_owned()
}

#[tokio::test]
async fn a_file_is_sent_by_the_button() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    alice.says("/start");
    let page = Browser::open(&tg.url()).await;
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("точка.png");
    std::fs::write(&path, PNG).expect("the folder is there");

    page.until("document.querySelector('[aria-label=\"Отправить файл\"]')")
        .await;
    page.types(".composer textarea", "вот она").await;
    page.types(".composer input[type=file]", path.to_str().expect("UTF-8"))
        .await;
    page.until("document.querySelector('.bubble.mine img.picture')?.naturalWidth === 1")
        .await;
    page.sees("вот она").await;
    page.until("document.querySelector('.composer textarea').value === ''")
        .await;
    let updates = bot.call("getUpdates", &json!({"offset": -1})).await;
    assert_eq!(updates[0]["message"]["caption"], "вот она");
    page.is_clean().await;
}
