//! Several bots in one emulator: each with its token, its chats and its queue; the same people and groups.

use serde_json::{Value, json};
use telegram_emulator::{Emulator, Payment};

use crate::support::{Bot, Hook, start};

async fn all(bot: &Bot) -> Vec<Value> {
    let (mut all, mut offset) = (vec![], 0);
    loop {
        let next = bot
            .call("getUpdates", json!({"offset": offset}))
            .await
            .result()
            .as_array()
            .unwrap()
            .clone();
        let Some(last) = next.last() else { return all };
        offset = last["update_id"].as_i64().unwrap() + 1;
        all.extend(next);
    }
}

fn texts(updates: &[Value]) -> Vec<&str> {
    updates
        .iter()
        .filter_map(|update| update["message"]["text"].as_str())
        .collect()
}

#[tokio::test]
async fn each_bot_has_chats_of_its_own_with_the_same_people() {
    let (tg, news) = start().await;
    let shop_tg = tg.add_bot("shop_bot");
    let shop = Bot::of(&shop_tg);
    assert_eq!(shop.get("getMe").await.result()["username"], "shop_bot");
    let alice = tg.person("Алиса");
    let customer = alice.to(&shop_tg);
    alice.says("новости");
    assert_eq!(texts(&all(&news).await), ["новости"]);
    assert!(all(&shop).await.is_empty());
    // Met by one bot, not by the other.
    let greeting = json!({"chat_id": alice.id(), "text": "Здравствуйте"});
    shop.call("sendMessage", greeting.clone())
        .await
        .is_error(400, "Bad Request: chat not found");
    customer.says("кружку");
    shop.call("sendMessage", greeting).await.result();
    assert_eq!(customer.next_message().await.text, "Здравствуйте");
    assert!(alice.messages().is_empty());
    customer.blocks();
    news.says(alice.id(), "Новость").await;
    let refused = shop
        .call("sendMessage", json!({"chat_id": alice.id(), "text": "?"}))
        .await;
    refused.is_error(403, "Forbidden: bot was blocked by the user");
    assert_eq!(shop_tg.calls_of("sendMessage").len(), 3);
    assert_eq!(tg.calls_of("sendMessage").len(), 1);
}

#[tokio::test]
async fn a_group_has_several_bots() {
    let (tg, news) = start().await;
    let shop_tg = tg.add_bot("shop_bot");
    let shop = Bot::of(&shop_tg);
    let alice = tg.person("Алиса");
    let group = tg.group("Дом").with_administrator(&alice);
    alice.says_in(&group, "раз");
    assert!(all(&shop).await.is_empty());
    let refused = shop
        .call("sendMessage", json!({"chat_id": group.id(), "text": "?"}))
        .await;
    refused.is_error(403, "Forbidden: bot is not a member of the supergroup chat");
    group.seen_by(&shop_tg).bot_added_by(&alice);
    let told = all(&shop).await;
    assert_eq!(
        told[0]["my_chat_member"]["new_chat_member"]["user"]["username"],
        "shop_bot"
    );
    assert_eq!(
        told[1]["message"]["new_chat_members"][0]["id"],
        shop_tg.bot_id()
    );
    let told = all(&news).await;
    assert_eq!(
        told.last().unwrap()["message"]["new_chat_members"][0]["id"],
        shop_tg.bot_id()
    );

    alice.says_in(&group, "два");
    assert_eq!(
        (texts(&all(&news).await), texts(&all(&shop).await)),
        (vec!["два"], vec!["два"])
    );
    // Neither hears the other, and a press is of the bot whose button it is.
    news.says(group.id(), "новость").await;
    let keyboard = json!({"inline_keyboard": [[{"text": "Купить", "callback_data": "buy"}]]});
    shop.call(
        "sendMessage",
        json!({"chat_id": group.id(), "text": "товар", "reply_markup": keyboard}),
    )
    .await
    .result();
    let press = alice.presses_in(&group, "Купить").await;
    assert!(all(&news).await.is_empty());
    let query = all(&shop).await[0]["callback_query"].clone();
    assert_eq!(query["id"], press.id);
    shop.call(
        "answerCallbackQuery",
        json!({"callback_query_id": query["id"], "text": "да"}),
    )
    .await
    .result();
    assert_eq!(tg.press_answered(&press).await["text"], "да");
    assert_eq!(group.messages().len(), 1);
    assert_eq!(group.seen_by(&shop_tg).next_message().await.text, "товар");
    let count = news
        .call("getChatMemberCount", json!({"chat_id": group.id()}))
        .await;
    assert_eq!(count.result(), 3);
    let other = json!({"chat_id": group.id(), "message_id": press.message_id, "text": "моё"});
    news.call("editMessageText", other)
        .await
        .is_error(400, "Bad Request: message can't be edited");
}

#[tokio::test]
async fn polls_and_invoices_in_a_group_are_of_their_bot() {
    let (tg, news) = start().await;
    let shop_tg = tg.add_bot("shop_bot");
    let shop = Bot::of(&shop_tg);
    let alice = tg.person("Алиса");
    let group = tg.group("Дом").with_administrator(&alice);
    group.seen_by(&shop_tg).bot_added_by(&alice);
    let id = async |method: &str, params: Value| {
        shop.call(method, params).await.result()["message_id"]
            .as_i64()
            .unwrap()
    };
    let poll = id(
        "sendPoll",
        json!({"chat_id": group.id(), "question": "?", "options": ["a", "b"]}),
    )
    .await;
    let invoice = id("sendInvoice", json!({
        "chat_id": group.id(), "title": "T", "description": "D", "payload": "p", "currency": "XTR", "prices": [{"label": "x", "amount": 5}],
    })).await;
    all(&shop).await;
    all(&news).await;
    alice.votes_in(&group, poll, &[1]);
    let checkout = alice.pays_in(&group, invoice, Payment::new());
    assert!(all(&news).await.is_empty());
    let told = all(&shop).await;
    assert_eq!(told[0]["poll"]["total_voter_count"], 1);
    let answer = json!({"pre_checkout_query_id": told[1]["pre_checkout_query"]["id"], "ok": true});
    shop.call("answerPreCheckoutQuery", answer).await.result();
    tg.checkout_ended(&checkout).await;
    assert_eq!(shop.get("getMyStarBalance").await.result()["amount"], 5);
    assert_eq!(news.get("getMyStarBalance").await.result()["amount"], 0);
}

#[tokio::test]
async fn webhooks_and_the_control_api_are_of_each_bot() {
    let (tg, news) = start().await;
    let added = news
        .post_json(
            format!("{}/control/bots", tg.url()),
            json!({"username": "shop_bot", "token": "77:shop"}),
        )
        .await;
    assert_eq!(added.result()["user"]["id"], 77);
    let shop = Bot::at(&tg.url(), "77:shop");
    let mut hook = Hook::start().await;
    shop.call("setWebhook", json!({"url": hook.url}))
        .await
        .result();
    let _alice = tg.person("Алиса").with_username("alice");
    let url = |path: &str| format!("{}/control/bots/shop_bot/{path}", tg.url());
    news.post_json(url("say"), json!({"user": "alice", "text": "кружку"}))
        .await
        .result();
    let delivery = hook.next().await;
    assert_eq!(delivery.text(), "кружку");
    delivery.accept();
    assert!(all(&news).await.is_empty());
    let messages = news.control(&tg, "bots/shop_bot/messages?chat=alice").await;
    assert_eq!(messages[0]["text"], "кружку");
    assert_eq!(news.control(&tg, "messages?chat=alice").await, json!([]));
    let taken = news
        .post_json(
            format!("{}/control/bots", tg.url()),
            json!({"username": "alice"}),
        )
        .await;
    taken.is_error(400, "Bad Request: the username alice is taken");
    let unknown = news
        .post_json(format!("{}/control/bots/no_bot/say", tg.url()), json!({}))
        .await;
    unknown.is_error(400, "Bad Request: there is no bot no_bot");
}

#[tokio::test]
async fn a_data_file_keeps_all_bots() {
    let folder = tempfile();
    let file = folder.join("world.db");
    let begin = async || {
        Emulator::builder()
            .token("42:news")
            .data(&file)
            .start()
            .await
            .unwrap()
    };
    let tg = begin().await;
    let shop_tg = tg.add_bot("shop_bot");
    let token = shop_tg.token().to_owned();
    let alice = tg.person("Алиса").with_username("alice");
    let group = tg.group("Дом").with(&alice);
    group.seen_by(&shop_tg).bot_added_by(&alice);
    alice.says("новости");
    alice.to(&shop_tg).says("кружку");
    alice.says_in(&group, "всем");
    drop((tg, shop_tg));

    let tg = begin().await;
    let (news, shop) = (Bot::of(&tg), Bot::at(&tg.url(), &token));
    assert_eq!(texts(&all(&news).await), ["новости", "всем"]);
    assert_eq!(texts(&all(&shop).await), ["кружку", "всем"]);
    shop.says(alice.id(), "есть").await;
    let shop_tg = tg.bot_named("shop_bot").unwrap();
    assert_eq!(
        tg.person_named("alice")
            .unwrap()
            .to(&shop_tg)
            .messages()
            .len(),
        1
    );
    std::fs::remove_dir_all(folder).unwrap();
}

fn tempfile() -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("emulator-bots-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
