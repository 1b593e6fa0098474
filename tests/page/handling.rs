//! What people do with messages that are there, what they share, and what the page needs for it.

use serde_json::{Value, json};
use telegram_emulator::Emulator;

use crate::{bot::Bot, browser::Browser};

async fn last_update(bot: &Bot) -> Value {
    let updates = bot.call("getUpdates", &json!({"offset": -1})).await;
    updates[0].clone()
}

/// Opens the menu of the last bubble with this text and presses a button in it.
async fn choose(page: &Browser, text: &str, button: &str) {
    page.run(&format!(
        "[...document.querySelectorAll('.bubble')].filter((one) => one.innerText.includes({})).at(-1)
            .querySelector('.actions > summary').click()",
        json!(text)
    ))
    .await;
    page.until("document.querySelector('.actions[open]')").await;
    page.press(button).await;
}

#[tokio::test]
async fn messages_are_answered_edited_reacted_to_and_deleted() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    alice.says("/start");
    let asked = bot.sends(&alice, "Как дела?").await;
    let page = Browser::open(&tg.url()).await;

    choose(&page, "Как дела?", "Ответить").await;
    page.until("document.querySelector('.draft')?.innerText.includes('Как дела?')")
        .await;
    page.says("хорошо").await;
    page.until("document.querySelector('.bubble.mine .reply')")
        .await;
    let answer = last_update(&bot).await["message"].clone();
    assert_eq!(
        answer["reply_to_message"]["message_id"],
        asked["message_id"]
    );

    choose(&page, "хорошо", "Изменить").await;
    page.until("document.querySelector('textarea').value === 'хорошо'")
        .await;
    page.says(", спасибо").await;
    page.sees("хорошо, спасибо").await;
    page.until("document.querySelector('.bubble.mine .edited')")
        .await;
    let edited = last_update(&bot).await["edited_message"].clone();
    assert_eq!(edited["message_id"], answer["message_id"]);
    page.until(
        "!document.querySelector('.draft') && document.querySelector('textarea').value === ''",
    )
    .await;

    choose(&page, "Как дела?", "🔥").await;
    page.until("document.querySelector('.reactions')?.innerText === '🔥'")
        .await;
    choose(&page, "хорошо, спасибо", "Удалить").await;
    page.until("![...document.querySelectorAll('.bubble')].some((one) => one.innerText.includes('спасибо'))")
        .await;
    page.is_clean().await;
}

#[tokio::test]
async fn a_question_that_asks_for_an_answer_gets_one() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    alice.says("/start");
    let page = Browser::open(&tg.url()).await;
    let forced = json!({"reply_markup": {"force_reply": true, "input_field_placeholder": "имя"}});
    bot.sends_with(&alice, "Как вас зовут?", &forced).await;
    page.until("document.querySelector('.draft')").await;
    page.says("Алиса").await;
    page.sees("Алиса").await;
    let answer = last_update(&bot).await;
    assert_eq!(
        answer["message"]["reply_to_message"]["text"],
        "Как вас зовут?"
    );
    page.is_clean().await;
}

#[tokio::test]
async fn ones_contact_and_place_are_shared_by_buttons_and_their_tiles_are_drawn() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    alice.says("/start");
    let rows = json!([[{"text": "Мой номер", "request_contact": true}, {"text": "Где я", "request_location": true}]]);
    bot.sends_with(
        &alice,
        "Кто вы?",
        &json!({"reply_markup": {"keyboard": rows}}),
    )
    .await;
    let page = Browser::open(&tg.url()).await;
    page.press("Мой номер").await;
    page.until("document.querySelectorAll('.bubble.mine .tile svg').length === 1")
        .await;
    let contact = last_update(&bot).await["message"]["contact"].clone();
    assert_eq!(contact["user_id"], alice.id());
    page.press("Где я").await;
    page.until("document.querySelectorAll('.bubble.mine .tile svg').length === 2")
        .await;
    assert!(last_update(&bot).await["message"]["location"]["latitude"].is_f64());
    page.is_clean().await;
}

#[tokio::test]
async fn names_of_emoji_have_whole_initials_and_nothing_is_refused_at_the_load() {
    let tg = Emulator::start().await;
    tg.person("😀 🎉").says("/start");
    let page = Browser::open(&tg.url()).await;
    page.until("document.querySelector('.entry .avatar').innerText === '😀🎉'")
        .await;
    let statuses = "performance.getEntriesByType('resource').map((one) => one.responseStatus)";
    let refused = page
        .run(&format!(
            "return {statuses}.filter((status) => status >= 400)"
        ))
        .await;
    assert_eq!(refused, json!([]));
    page.is_clean().await;
}

#[tokio::test]
async fn a_keyboard_of_many_rows_leaves_room_on_a_phone() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    alice.says("/start");
    let rows: Vec<_> = (1..=12)
        .map(|number| json!([format!("Строка {number}")]))
        .collect();
    bot.sends_with(
        &alice,
        "Выбирайте",
        &json!({"reply_markup": {"keyboard": rows}}),
    )
    .await;
    let page = Browser::phone(&tg.url()).await;
    page.press("Алиса").await;
    page.until("document.querySelector('.reply-keyboard')")
        .await;
    page.until("document.querySelector('.messages').clientHeight > innerHeight * 0.45")
        .await;
    page.is_clean().await;
}
