//! What people do with messages that are there, what they share, and what the page needs for it.

use serde_json::{Value, json};
use telegram_emulator::Emulator;

use crate::{bot::Bot, browser::Browser};

async fn last_update(bot: &Bot) -> Value {
    let updates = bot.call("getUpdates", &json!({"offset": -1})).await;
    updates[0].clone()
}

#[tokio::test]
async fn messages_are_answered_edited_reacted_to_and_deleted() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    alice.says("/start");
    let asked = bot.sends(&alice, "Как дела?").await;
    let page = Browser::open(&tg.url()).await;

    page.handles("Как дела?").await;
    page.press("Ответить").await;
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

    page.handles("хорошо").await;
    page.press("Изменить").await;
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

    page.handles("Как дела?").await;
    page.press("🔥").await;
    page.until("document.querySelector('.reactions')?.innerText === '🔥'")
        .await;
    page.handles("хорошо, спасибо").await;
    page.press("Удалить").await;
    page.until("![...document.querySelectorAll('.bubble')].some((one) => one.innerText.includes('спасибо'))")
        .await;
    page.is_clean().await;
}

#[tokio::test]
async fn messages_are_forwarded_and_say_from_whom() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    let home = tg.group("Дом").with(&alice);
    let boris = tg.person("Боря");
    boris.says_in(&home, "Ужин готов");
    alice.says("/start");
    let page = Browser::open(&tg.url()).await;

    page.press("Дом").await;
    page.picks("Кто вы", "Алиса").await;
    page.handles("Ужин готов").await;
    page.picks("Переслать", "боту").await;
    page.press("Алиса").await;
    page.shows(".bubble.mine .forwarded", "Переслано от Боря")
        .await;
    let message = last_update(&bot).await["message"].clone();
    assert_eq!(message["forward_origin"]["sender_user"]["id"], boris.id());

    page.handles("Ужин готов").await;
    page.picks("Переслать", "Дом").await;
    page.press("Дом").await;
    page.counts(".bubble", 2).await;
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
async fn people_and_chats_are_shared_by_buttons() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    let (boris, vera) = (tg.person("Боря"), tg.person("Вера"));
    let channel = tg.channel("Новости");
    let _ = tg.group("Дом");
    alice.says("/start");
    let rows = json!([[
        {"text": "Друзья", "request_users": {"request_id": 1, "max_quantity": 2}},
        {"text": "Канал", "request_chat": {"request_id": 2, "chat_is_channel": true}},
    ]]);
    let keyboard = json!({"reply_markup": {"keyboard": rows}});
    bot.sends_with(&alice, "С кем?", &keyboard).await;
    let page = Browser::open(&tg.url()).await;

    page.press("Друзья").await;
    for person in [&boris, &vera] {
        page.click(&format!("dialog input[value='{}']", person.id()))
            .await;
    }
    page.press("Поделиться").await;
    page.shows(".service", "Передано людей: 2").await;
    let shared = last_update(&bot).await["message"]["users_shared"].clone();
    assert_eq!(shared["users"].as_array().map(Vec::len), Some(2));

    page.press("Канал").await;
    page.counts("dialog input", 1).await;
    page.click("dialog input").await;
    page.press("Поделиться").await;
    page.shows(".service", "Передан чат").await;
    let shared = last_update(&bot).await["message"]["chat_shared"].clone();
    assert_eq!(shared["chat_id"], channel.id());
    page.is_clean().await;
}

#[tokio::test]
async fn a_place_a_contact_and_a_poll_are_sent_from_the_menu() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    alice.says("/start");
    let page = Browser::open(&tg.url()).await;

    page.attaches("Место").await;
    page.click("dialog .primary").await;
    page.shows(".bubble.mine .tile", "55.7558, 37.6173").await;
    page.attaches("Контакт").await;
    page.types("dialog [name=first_name]", "Дед Мороз").await;
    page.click("dialog .primary").await;
    page.shows(".bubble.mine .tile", "Дед Мороз").await;
    page.attaches("Опрос").await;
    page.types("dialog [name=question]", "Куда?").await;
    page.types("dialog [name=options]", "В лес\nДомой").await;
    page.click("dialog .primary").await;
    page.shows(".bubble.mine .poll", "Куда?").await;
    let poll = last_update(&bot).await["message"]["poll"].clone();
    assert_eq!(poll["options"][1]["text"], "Домой");
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
