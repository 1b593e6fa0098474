//! What the README shows: the page with a conversation on it, light, dark and on a phone.

use serde_json::{Value, json};
use telegram_emulator::{Emulator, Fault, Person};

use crate::{bot::Bot, browser::Browser};

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
    let tg = Emulator::builder()
        .username("ostankino_bot")
        .start()
        .await
        .expect("a free port");
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
    let tg = Emulator::builder()
        .username("ostankino_bot")
        .start()
        .await
        .expect("a free port");
    converse(&tg).await;
    let page = Browser::phone(&tg.url()).await;
    page.press("Алиса Ли").await;
    page.sees("Всё верно?").await;
    page.until("!document.querySelector('.menu[open]')").await;
    page.picture("page-phone").await;
    page.is_clean().await;
}
