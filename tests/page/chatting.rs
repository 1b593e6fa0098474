//! Going about: people and groups, commands, deep links, keys, a phone.

use serde_json::json;
use telegram_emulator::Emulator;
use thirtyfour::Key;

use crate::{bot::Bot, browser::Browser};

#[tokio::test]
async fn people_and_groups_are_made_here_and_a_group_is_talked_to_as_either_member() {
    let tg = Emulator::start().await;
    let _alice = tg.person("Алиса");
    let page = Browser::open(&tg.url()).await;

    page.click("[aria-label='Добавить человека']").await;
    page.types("input[name=first_name]", "Боря").await;
    page.press("Добавить").await;
    page.until("document.querySelector('.chat-head small').innerText.includes('Боря')")
        .await;
    page.until("!document.querySelector('dialog')").await;
    page.click("[aria-label='Добавить группу']").await;
    page.types("input[name=title]", "Дом").await;
    page.press("Создать").await;
    page.until("document.querySelector('h1').innerText === 'Дом'")
        .await;
    page.says("привет дому").await;
    page.until("document.querySelector('.bubble.mine')?.innerText.includes('привет дому')")
        .await;

    page.click("button.title").await;
    page.picks("Добавить в группу", "Алиса").await;
    page.shows(".members", "Алиса").await;
    page.press("Готово").await;
    page.picks("Кто вы", "Алиса").await;
    page.until("document.querySelector('.bubble:not(.mine) .author')?.innerText === 'Боря'")
        .await;
    page.is_clean().await;
}

#[tokio::test]
async fn commands_deep_links_and_the_switcher_work_by_keys() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    let boris = tg.person("Боря");
    for person in [&alice, &boris] {
        person.says("/start");
    }
    let commands = json!([{"command": "help", "description": "Помощь"}, {"command": "form", "description": "Анкета"}]);
    bot.call("setMyCommands", &json!({"commands": commands}))
        .await;
    let page = Browser::open(&tg.url()).await;

    page.types(".composer textarea", "/").await;
    page.until("document.querySelectorAll('.commands li').length === 2")
        .await;
    page.keys(Key::Down + Key::Enter).await;
    page.sees("/form").await;

    page.click(".menu summary").await;
    page.types("input[name=payload]", "from_friend").await;
    page.press("Перейти").await;
    page.sees("/start from_friend").await;

    bot.sends(&boris, "Боря, вы где?").await;
    page.until("document.querySelector('.entry:not(.chosen) .badge')?.innerText === '1'")
        .await;
    page.types(".composer textarea", Key::Control + "k").await;
    page.until("document.activeElement.matches('.switcher input')")
        .await;
    page.keys("бор").await;
    page.until("document.querySelectorAll('.switcher li').length === 1")
        .await;
    page.keys(Key::Enter + "").await;
    page.sees("Боря, вы где?").await;
    page.until("!document.querySelector('.entry .badge')").await;
    page.is_clean().await;
}

#[tokio::test]
async fn a_phone_shows_one_pane_at_a_time() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    alice.says("/start");
    bot.sends(&alice, &"Длинноеслово".repeat(30)).await;
    let page = Browser::phone(&tg.url()).await;

    let visible = "['sidebar', 'chat', 'inspector'].filter((name) => document.querySelector('.' + name)?.offsetWidth > 0).join()";
    page.until(&format!("{visible} === 'sidebar'")).await;
    page.press("Алиса").await;
    page.until(&format!("{visible} === 'chat'")).await;
    page.sees("Длинноеслово").await;
    page.click("[aria-label='Инспектор']").await;
    page.until(&format!("{visible} === 'inspector'")).await;
    page.until("document.documentElement.scrollWidth <= innerWidth")
        .await;
    page.click("[aria-label='Закрыть инспектор']").await;
    page.until("document.documentElement.scrollWidth <= innerWidth")
        .await;
    page.click("[aria-label='К списку чатов']").await;
    page.until(&format!("{visible} === 'sidebar'")).await;
    page.is_clean().await;
}
