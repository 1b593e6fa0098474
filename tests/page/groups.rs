//! Groups: who comes and goes, who runs them, who may not write, links and requests.

use serde_json::json;
use telegram_emulator::Emulator;

use crate::{bot::Bot, browser::Browser};

#[tokio::test]
async fn the_bot_is_put_out_taken_back_and_promoted_and_people_come_and_go() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::listening(&tg).await);
    let home = tg.group("Дом").with_administrator(&alice);
    let boris = tg.person("Боря");
    alice.says_in(&home, "Привет");
    let page = Browser::open(&tg.url()).await;
    page.press("Дом").await;
    page.click("button.title").await;

    let bots = format!("Что сделать: @{}", tg.username());
    let standing = async || bot.hears("my_chat_member").await["new_chat_member"].clone();
    page.picks(&bots, "Сделать администратором").await;
    assert_eq!(standing().await["status"], "administrator");
    page.picks(&bots, "Снять с администраторов").await;
    assert_eq!(standing().await["status"], "member");
    page.picks(&bots, "Исключить").await;
    assert_eq!(standing().await["status"], "kicked");
    page.shows(".members", "бот, исключён").await;
    page.picks(&bots, "Добавить").await;
    assert_eq!(standing().await["status"], "member");
    page.picks(&bots, "Сделать администратором").await;

    page.picks("Добавить в группу", "Боря").await;
    page.picks("Что сделать: Боря", "Сделать администратором")
        .await;
    page.shows(".members", "администратор").await;
    page.picks("Что сделать: Боря", "Исключить").await;
    page.press("Готово").await;
    page.shows(".service", "Боря больше не в группе").await;
    loop {
        let member = bot.hears("chat_member").await["new_chat_member"].clone();
        if member["status"] == "kicked" {
            assert_eq!(member["user"]["id"], boris.id());
            break;
        }
    }

    // Who is banned cannot come back by themselves; others can.
    page.picks("Кто вы", "Боря").await;
    page.press("Вступить").await;
    page.shows(".toast", "they are banned in this group").await;
    let vera = tg.person("Вера");
    page.picks("Кто вы", "Вера").await;
    page.press("Вступить").await;
    page.shows(".service", "В группе теперь Вера").await;
    page.says("Всем привет").await;
    page.shows(".bubble.mine", "Всем привет").await;
    page.click("button.title").await;
    page.picks("Что сделать: Вера", "Выйти").await;
    page.press("Готово").await;
    page.until("document.querySelector('.composer.one')").await;
    loop {
        let member = bot.hears("chat_member").await["new_chat_member"].clone();
        if member["status"] == "left" {
            assert_eq!(member["user"]["id"], vera.id());
            break;
        }
    }
}

#[tokio::test]
async fn who_is_muted_is_told_so_and_writes_again_when_that_is_over() {
    let tg = Emulator::start().await;
    let bot = Bot::of(&tg);
    let alice = tg.person("Алиса");
    let home = tg.group("Дом").with(&alice).with_bot_as_administrator();
    alice.says_in(&home, "Привет");
    let page = Browser::open(&tg.url()).await;
    page.press("Дом").await;
    page.until("document.querySelector('.composer textarea')")
        .await;

    let mut params = json!({"chat_id": home.id(), "user_id": alice.id(), "permissions": {"can_send_messages": false}});
    bot.call("restrictChatMember", &params).await;
    page.shows(".composer", "Вам запретили здесь писать").await;
    params["permissions"] = json!({"can_send_messages": true});
    bot.call("restrictChatMember", &params).await;
    page.says("Снова можно").await;
    page.shows(".bubble.mine", "Снова можно").await;
    page.is_clean().await;
}

#[tokio::test]
async fn an_invite_link_leads_into_the_group_or_to_a_request() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::listening(&tg).await);
    let home = tg.group("Дом").with_bot_as_administrator();
    alice.says("/start");
    let by_request =
        json!({"chat_id": home.id(), "creates_join_request": true, "name": "по заявке"});
    let asked = bot.call("createChatInviteLink", &by_request).await;
    let free = bot
        .call("createChatInviteLink", &json!({"chat_id": home.id()}))
        .await;
    let link = |link: &serde_json::Value| link["invite_link"].as_str().expect("a link").to_owned();
    bot.sends(&alice, &format!("<a href=\"{}\">Заявка</a>", link(&asked)))
        .await;
    bot.sends(&alice, &format!("<a href=\"{}\">Дверь</a>", link(&free)))
        .await;
    let page = Browser::open(&tg.url()).await;

    page.press("Заявка").await;
    page.shows(".composer", "Заявка отправлена").await;
    let request = bot.hears("chat_join_request").await;
    assert_eq!(request["from"]["id"], alice.id());
    assert_eq!(request["invite_link"]["name"], "по заявке");
    let place = json!({"chat_id": home.id(), "user_id": alice.id()});
    bot.call("approveChatJoinRequest", &place).await;
    page.until("document.querySelector('.composer textarea')")
        .await;
    page.click("button.title").await;
    page.shows(".links", &link(&asked)).await;
    page.picks("Что сделать: Алиса", "Выйти").await;
    page.press("Готово").await;
    page.until("document.querySelector('.composer.one')").await;

    page.press("Алиса").await;
    page.press("Дверь").await;
    page.until("document.querySelector('.composer textarea')")
        .await;
    page.shows(".title", "людей: 1").await;
    page.is_clean().await;
}

#[tokio::test]
async fn a_basic_group_is_made_and_becomes_a_supergroup() {
    let tg = Emulator::start().await;
    let bot = Bot::listening(&tg).await;
    tg.person("Алиса").says("/start");
    let page = Browser::open(&tg.url()).await;
    page.click("[aria-label='Добавить группу']").await;
    page.types("input[name=title]", "Дача").await;
    page.run("document.querySelector('select[name=type]').value = 'group'")
        .await;
    page.press("Создать").await;
    page.shows(".title", "обычная группа").await;
    page.says("Кто едет?").await;
    page.shows(".bubble.mine", "Кто едет?").await;

    page.click("button.title").await;
    page.press("Сделать супергруппой").await;
    page.shows(".title", "супергруппа").await;
    page.shows(".service", "Супергруппа продолжает группу")
        .await;
    loop {
        let message = bot.hears("message").await;
        if message["migrate_to_chat_id"].is_i64() {
            break;
        }
    }
    page.says("Все едут").await;
    page.shows(".bubble.mine", "Все едут").await;
    page.is_clean().await;
}

#[tokio::test]
async fn an_administrator_hides_behind_the_group_and_a_channel_speaks_in_it() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::of(&tg));
    let home = tg.group("Дом").with_administrator(&alice);
    let news = tg.channel("Новости").with_administrator(&alice);
    alice.says_in(&home, "Это я");
    let page = Browser::open(&tg.url()).await;
    page.press("Дом").await;

    page.picks("Кто вы", "анонимно").await;
    page.says("Решено").await;
    page.shows(".bubble:not(.mine) .author", "Дом").await;
    page.picks("Кто вы", "Новости").await;
    page.says("Срочно").await;
    page.shows(".bubble:not(.mine) .author", "Новости").await;
    let updates = bot.call("getUpdates", &json!({"offset": -1})).await;
    assert_eq!(updates[0]["message"]["sender_chat"]["id"], news.id());
    page.picks("Кто вы", "Алиса").await;
    page.says("Снова я").await;
    page.shows(".bubble.mine", "Снова я").await;
    page.is_clean().await;
}
