//! What the README shows: the page with conversations on it, light, dark and on a phone.

use serde_json::{Value, json};
use telegram_emulator::{Attachment, Emulator, Fault, Group, Person};

use crate::{bot::Bot, browser::Browser};

/// The bot of the pictures.
async fn telegram() -> Emulator {
    let telegram = Emulator::builder().username("ostankino_bot").start();
    telegram.await.expect("a free port")
}

/// A conversation that has a bit of everything.
async fn converse(tg: &Emulator) -> (Person, Person) {
    let (alice, bot) = (
        tg.person("Алиса")
            .with_last_name("Ли")
            .with_username("alice"),
        Bot::of(tg),
    );
    let boris = tg.person("Боря");
    let home = tg.group("Дом");
    boris.says("/start");
    boris.says_in(&home, "Кто сегодня готовит?");
    alice.says_in(&home, "Спросим бота");
    let commands = json!([{"command": "form", "description": "Заполнить анкету"}]);
    bot.call("setMyCommands", &json!({"commands": commands}))
        .await;
    alice.says("/start");
    bot.sends(&alice, "Здравствуйте, Алиса! Я умею <b>жирный</b>, <i>курсив</i>, <u>подчёркнутый</u> и <s>зачёркнутый</s> текст, \
        <tg-spoiler>секреты</tg-spoiler>, <a href=\"https://core.telegram.org/bots/api\">ссылки</a> и <code>код</code>:\
        <pre><code class=\"language-rust\">let router = Router::new().command(\"start\", start);</code></pre>\
        <blockquote>А ещё цитаты.</blockquote>").await;
    alice.says("/form");
    bot.sends(&alice, "Как вас зовут? Прервать: /cancel").await;
    alice.says("Алиса");
    let asked = bot
        .sends(&alice, "Приятно познакомиться, Алиса! Сколько вам лет?")
        .await;
    alice.says("42");
    let keyboard = json!([[{"text": "Сохранить", "callback_data": "form:save"}, {"text": "Отмена", "callback_data": "form:cancel"}],
        [{"text": "Правила", "url": "https://example.com/"}]]);
    let more = json!({"reply_parameters": {"message_id": asked["message_id"]}, "reply_markup": {"inline_keyboard": keyboard}});
    bot.sends_with(
        &alice,
        "<b>Имя:</b> Алиса\n<b>Возраст:</b> 42\nВсё верно?",
        &more,
    )
    .await;
    (alice, boris)
}

/// A call that is refused.
async fn refused(tg: &Emulator, to: &Person) {
    let sent = reqwest::Client::new()
        .post(format!("{}/bot{}/sendMessage", tg.url(), tg.token()))
        .json(&json!({"chat_id": to.id(), "text": "Ещё минутку…"}))
        .send();
    let answer: Value = sent.await.expect("an answer").json().await.expect("JSON");
    assert_eq!(answer["error_code"], 429);
}

#[tokio::test]
async fn the_page_looks_as_the_readme_shows() {
    let tg = telegram().await;
    let (alice, boris) = converse(&tg).await;
    let page = Browser::open(&tg.url()).await;
    page.run("localStorage.setItem('inspector', 'closed'); localStorage.setItem('theme', 'light')")
        .await;
    page.goto(&tg.url()).await;
    page.sees("Всё верно?").await;
    let bot = Bot::of(&tg);
    bot.sends(&boris, "Боря, вы где?").await;
    bot.call(
        "sendChatAction",
        &json!({"chat_id": alice.id(), "action": "typing"}),
    )
    .await;
    page.until("document.querySelector('.doing').innerText === 'печатает…'")
        .await;
    page.picture("page-light").await;

    tg.fault(Fault::on("sendMessage").retry_after(3));
    refused(&tg, &alice).await;
    page.click(".theme").await;
    page.until("document.documentElement.dataset.theme === 'dark'")
        .await;
    page.click("[aria-label='Инспектор']").await;
    page.click(".log summary").await;
    page.until("document.querySelectorAll('.log pre').length === 2")
        .await;
    page.picture("page-dark-inspector").await;
    page.is_clean().await;
}

#[tokio::test]
async fn the_page_on_a_phone_looks_as_the_readme_shows() {
    let tg = telegram().await;
    converse(&tg).await;
    let page = Browser::phone(&tg.url()).await;
    page.press("Алиса Ли").await;
    page.sees("Всё верно?").await;
    page.until("!document.querySelector('.menu[open]')").await;
    page.picture("page-phone").await;
    page.is_clean().await;
}

pub(crate) const DAY: &[u8] = include_bytes!("day.png");
pub(crate) const NIGHT: &[u8] = include_bytes!("night.png");

/// A person with a photo, to whom the bot sends what is no text.
async fn show_around(tg: &Emulator) -> Person {
    let bot = Bot::listening(tg).await;
    let alice = tg.person("Алиса").with_last_name("Ли").with_photo(DAY);
    alice.says("/tour");
    let mut album = vec![];
    for (picture, caption) in [(DAY, "Башня днём и ночью"), (NIGHT, "")] {
        alice.sends(Attachment::photo(picture));
        let sent = loop {
            let message = bot.hears("message").await;
            if message["photo"].is_array() {
                break message;
            }
        };
        album.push(
            json!({"type": "photo", "media": sent["photo"][0]["file_id"], "caption": caption}),
        );
        let place = json!({"chat_id": alice.id(), "message_id": sent["message_id"]});
        bot.call("deleteMessage", &place).await;
    }
    let to = |mut params: Value| {
        params["chat_id"] = json!(alice.id());
        params
    };
    let invoice = json!({"title": "Смотровая площадка", "description": "Билет на завтра", "payload": "t", "currency": "XTR",
        "prices": [{"label": "Билет", "amount": 150}]});
    bot.call("sendInvoice", &to(invoice)).await;
    bot.call("sendMediaGroup", &to(json!({"media": album})))
        .await;
    let quiz = json!({"question": "Какой высоты башня?", "type": "quiz", "correct_option_ids": [1],
        "options": [{"text": "330 м"}, {"text": "540 м"}], "explanation": "Она самая высокая в Европе"});
    let quiz = bot.call("sendPoll", &to(quiz)).await;
    alice.votes(quiz["message_id"].as_i64().expect("a number"), &[1]);
    alice.says("🎉🎉");
    let row = json!([[{"text": "Поеду", "callback_data": "y", "style": "success"},
        {"text": "Передумал", "callback_data": "n", "style": "danger"}, {"text": "Карта", "web_app": {"url": "https://map.invalid/"}}]]);
    bot.sends_with(
        &alice,
        "Завтра в 12:00, вход со стороны парка.",
        &json!({"reply_markup": {"inline_keyboard": row}}),
    )
    .await;
    alice
}

/// A forum in which people vote.
async fn gather(tg: &Emulator, alice: &Person) -> Group {
    let bot = Bot::of(tg);
    let home = tg
        .group("Экскурсия")
        .with_administrator(alice)
        .with_bot_as_administrator();
    let boris = tg.person("Боря").with_photo(NIGHT);
    let vera = tg.person("Вера");
    boris.says_in(&home, "Встречаемся у метро?");
    alice.opens_topic(&home, "Билеты");
    alice.opens_topic(&home, "Обед");
    vera.says_in(&home, "Я буду с мамой 🙂");
    let poll = json!({"chat_id": home.id(), "question": "Куда сначала?", "is_anonymous": false,
        "options": [{"text": "На смотровую площадку"}, {"text": "В музей"}, {"text": "Обедать"}]});
    let poll = bot.call("sendPoll", &poll).await["message_id"]
        .as_i64()
        .expect("a number");
    for (person, option) in [(alice, 0), (&boris, 0), (&vera, 2)] {
        person.votes_in(&home, poll, &[option]);
    }
    alice.says_in(&home, "Значит, сначала наверх");
    bot.call(
        "createChatInviteLink",
        &json!({"chat_id": home.id(), "name": "Друзьям", "creates_join_request": true}),
    )
    .await;
    home
}

#[tokio::test]
async fn what_is_no_text_and_a_group_look_as_the_readme_shows() {
    let tg = telegram().await;
    let alice = show_around(&tg).await;
    gather(&tg, &alice).await;
    let page = Browser::open(&tg.url()).await;
    page.run("localStorage.setItem('inspector', 'closed'); localStorage.setItem('theme', 'light')")
        .await;
    page.goto(&tg.url()).await;
    page.press("Алиса Ли").await;
    page.until(
        "[...document.querySelectorAll('.album img')].every((one) => one.naturalWidth === 480)",
    )
    .await;
    page.picture("page-messages").await;

    page.click(".theme").await;
    page.press("Экскурсия").await;
    page.counts(".poll", 1).await;
    page.until("document.querySelector('.bubble img.avatar')?.naturalWidth")
        .await;
    page.picture("page-group-dark").await;
    page.is_clean().await;
}

#[tokio::test]
async fn a_phone_in_the_dark_and_in_english_looks_as_the_readme_shows() {
    let tg = telegram().await;
    let alice = show_around(&tg).await;
    gather(&tg, &alice).await;
    let page = Browser::phone(&tg.url()).await;
    page.run("localStorage.setItem('theme', 'dark'); localStorage.setItem('language', 'en')")
        .await;
    page.goto(&tg.url()).await;
    page.press("Экскурсия").await;
    page.click("button.title").await;
    page.shows(".members", "owner").await;
    page.until("document.querySelector('.members img.avatar')?.naturalWidth")
        .await;
    page.picture("page-phone-group").await;
    page.press("Done").await;
    page.click("[aria-label='To the list of chats']").await;
    page.press("Алиса Ли").await;
    page.shows(".chat-head", "you are").await;
    page.types(".composer textarea", "Беру билет").await;
    page.shows(".inline-keyboard", "Передумал").await;
    let stuck = "document.querySelector('.messages').scrollHeight - document.querySelector('.messages').scrollTop
        - document.querySelector('.messages').clientHeight < 2";
    page.until(stuck).await;
    page.picture("page-phone-dark").await;
    page.is_clean().await;
}
