//! What is not text: pictures, albums, files, reactions, pinned messages, what one sends oneself.

use serde_json::json;
use telegram_emulator::{Attachment, Emulator};
use thirtyfour::Key;

use crate::{bot::Bot, browser::Browser};

/// The smallest picture that a browser draws: one red point.
pub(crate) const PNG: &[u8] = &[
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

    page.types(".composer textarea", "вот она").await;
    page.types(".composer input[type=file]", path.to_str().expect("UTF-8"))
        .await;
    // It is looked at first, with the text as its caption.
    page.until("document.querySelector('dialog .previews img')?.naturalWidth === 1")
        .await;
    page.types("dialog textarea", format!("!{}", Key::Enter.value()))
        .await;
    page.until("document.querySelector('.bubble.mine img.picture')?.naturalWidth === 1")
        .await;
    page.sees("вот она!").await;
    page.until("document.querySelector('.composer textarea').value === ''")
        .await;
    let updates = bot.call("getUpdates", &json!({"offset": -1})).await;
    assert_eq!(updates[0]["message"]["caption"], "вот она!");
    page.is_clean().await;
}

#[tokio::test]
async fn several_files_go_as_an_album_and_as_what_one_says() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    alice.says("/start");
    let page = Browser::open(&tg.url()).await;
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let paths = ["один.png", "два.png"].map(|name| {
        let path = folder.join(name);
        std::fs::write(&path, PNG).expect("the folder is there");
        path.to_str().expect("UTF-8").to_owned()
    });

    page.types(".composer input[type=file]", paths.join("\n"))
        .await;
    page.counts("dialog .previews img", 2).await;
    page.press("Отправить").await;
    page.counts(".bubble.mine .album img", 2).await;
    page.types(".composer input[type=file]", paths.join("\n"))
        .await;
    page.picks("Как отправить", "Файл").await;
    page.press("Отправить").await;
    page.counts(".bubble.mine .album a.tile", 2).await;
    let updates = bot.call("getUpdates", &json!({"offset": -1})).await;
    assert_eq!(updates[0]["message"]["document"]["file_name"], "два.png");
    page.is_clean().await;
}

#[tokio::test]
async fn pictures_open_and_sounds_play_and_what_cannot_is_to_be_saved() {
    let tg = Emulator::start().await;
    let alice = tg.person("Алиса");
    alice.says("/start");
    alice.sends(Attachment::photo(PNG));
    alice.sends(Attachment::audio("гудок.wav", sound()));
    alice.sends(Attachment::video("это не видео"));
    let page = Browser::open(&tg.url()).await;

    page.click("[aria-label='Фото: открыть']").await;
    page.until("document.querySelector('dialog.opened img')?.naturalWidth === 1")
        .await;
    page.escapes_until("!document.querySelector('dialog')")
        .await;

    page.click("[aria-label='гудок.wav: проиграть']").await;
    page.until("document.querySelector('audio')?.currentTime > 0")
        .await;
    page.click(".bubble:last-of-type button.tile").await;
    page.shows(".toast", "не может это проиграть").await;
    page.until("document.querySelector('.bubble:last-of-type a.tile[download]')")
        .await;
    page.is_clean().await;
}

/// A second of a tone, as WAV.
fn sound() -> Vec<u8> {
    let samples = (0..8000_u32).map(|at| if at / 10 % 2 == 0 { 100 } else { 156 });
    let mut file = b"RIFF\x64\x1f\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\x40\x1f\0\0".to_vec();
    file.extend(samples);
    file
}

#[tokio::test]
async fn a_sticker_that_was_seen_is_sent_again() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    alice.says("/start");
    alice.sends(Attachment::sticker("🙂", PNG));
    let sent = bot.call("getUpdates", &json!({"offset": -1})).await;
    let page = Browser::open(&tg.url()).await;

    page.handles("/start").await;
    page.press("Ответить").await;
    page.attaches("Стикер").await;
    page.click(".stickers button").await;
    page.counts(".bubble.mine .sticker", 2).await;
    let again = bot.call("getUpdates", &json!({"offset": -1})).await;
    let id =
        |updates: &serde_json::Value| updates[0]["message"]["sticker"]["file_unique_id"].clone();
    assert!(id(&sent).is_string());
    assert_eq!(id(&again), id(&sent));
    let answered = &again[0]["message"]["reply_to_message"];
    assert_eq!(answered["text"], "/start");
    page.until("!document.querySelector('.draft')").await;
    page.is_clean().await;
}

#[tokio::test]
async fn what_is_pasted_is_looked_at_before_it_goes() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    alice.says("/start");
    let page = Browser::open(&tg.url()).await;
    page.until("document.querySelector('textarea')").await;
    page.run(
        "const clipboardData = new DataTransfer();
        clipboardData.items.add(new File(['раз, два'], 'заметки.txt', {type: 'text/plain'}));
        const event = new ClipboardEvent('paste', {clipboardData, bubbles: true, cancelable: true});
        document.querySelector('textarea').dispatchEvent(event)",
    )
    .await;
    page.shows("dialog .tile", "заметки.txt").await;
    page.press("Отправить").await;
    page.shows(".bubble.mine .tile", "заметки.txt").await;
    let updates = bot.call("getUpdates", &json!({"offset": -1})).await;
    assert_eq!(
        updates[0]["message"]["document"]["file_name"],
        "заметки.txt"
    );
    page.is_clean().await;
}
