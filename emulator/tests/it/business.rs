//! Business accounts: people connect the bot to theirs, and it reads and writes in their private chats.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use telegram_emulator::{Attachment, Emulator};

use crate::support::{Bot, Form, button, png, start};

const RIGHTS: [&str; 4] = [
    "can_reply",
    "can_read_messages",
    "can_delete_sent_messages",
    "can_edit_name",
];

#[tokio::test]
async fn a_connection_is_told_and_shown() {
    let (tg, bot) = start().await;
    let vera = tg.person("Вера").with_username("vera");
    let shop = vera.connects_business(&["can_reply"]);
    let update = bot.only_update().await;
    let told = update["business_connection"].clone();
    assert_eq!(
        (&told["id"], &told["user"]["username"], &told["is_enabled"]),
        (&json!(shop.id()), &json!("vera"), &json!(true))
    );
    assert_eq!(told["rights"], json!({"can_reply": true}));
    let id = json!({"business_connection_id": shop.id()});
    assert_eq!(
        *bot.call("getBusinessConnection", id.clone()).await.result(),
        told
    );
    assert_eq!(
        bot.call("getMe", json!({})).await.result()["can_connect_to_business"],
        true
    );

    shop.allows(&["can_reply", "can_read_messages"]);
    shop.disconnects();
    let shown = bot.call("getBusinessConnection", id).await.result().clone();
    assert_eq!(
        (&shown["is_enabled"], &shown["rights"]["can_read_messages"]),
        (&json!(false), &json!(true))
    );
    let updates = bot.updates(update["update_id"].as_i64().unwrap() + 1).await;
    assert_eq!(updates.len(), 2);
    assert_eq!(updates[1]["business_connection"], shown);
    let unknown = json!({"business_connection_id": "none"});
    bot.call("getBusinessConnection", unknown)
        .await
        .is_error(400, "Bad Request: business connection not found");
}

#[tokio::test]
async fn the_bot_hears_both_sides_and_answers_in_the_owners_name() {
    let (tg, bot) = start().await;
    let (vera, boris) = (tg.person("Вера"), tg.person("Борис"));
    let shop = vera.connects_business(&RIGHTS);
    let customer = boris.to_business(&shop);
    customer.says("Вы открыты?");
    shop.says_to(&boris, "Минуту");
    let updates = bot.updates(0).await;
    let (asked, said) = (
        &updates[1]["business_message"],
        &updates[2]["business_message"],
    );
    assert_eq!(
        (&asked["from"]["first_name"], &asked["chat"]["id"]),
        (&json!("Борис"), &json!(boris.id()))
    );
    assert_eq!(
        (&said["from"]["first_name"], &said["chat"]["id"]),
        (&json!("Вера"), &json!(boris.id()))
    );
    assert_eq!(asked["business_connection_id"], shop.id());
    // Numbers are those of the account: this chat is none of the bot's own.
    assert_eq!(
        (&asked["message_id"], &said["message_id"]),
        (&json!(1), &json!(2))
    );

    let answer = json!({
        "business_connection_id": shop.id(), "chat_id": boris.id(), "text": "Да",
        "reply_parameters": {"message_id": 1}, "reply_markup": button("Где?", "where"),
    });
    let sent = bot.call("sendMessage", answer).await.result().clone();
    assert_eq!(
        (
            &sent["from"]["first_name"],
            &sent["sender_business_bot"]["id"]
        ),
        (&json!("Вера"), &json!(tg.bot_id()))
    );
    assert_eq!(
        (
            &sent["reply_to_message"]["text"],
            &sent["business_connection_id"]
        ),
        (&json!("Вы открыты?"), &json!(shop.id()))
    );
    assert_eq!(customer.next_message().await.text, "Да");
    assert!(boris.messages().is_empty(), "he never talked to the bot");

    let press = customer.presses("Где?").await;
    let query = bot.updates(press.update_id).await[0]["callback_query"].clone();
    assert_eq!(query["message"]["business_connection_id"], shop.id());
    let params = json!({"callback_query_id": press.id, "text": "Тут"});
    bot.call("answerCallbackQuery", params).await.result();
    let edit = json!({
        "business_connection_id": shop.id(), "chat_id": boris.id(), "message_id": sent["message_id"],
        "text": "Да, до восьми",
    });
    bot.call("editMessageText", edit).await.result();
    assert_eq!(customer.next_edit().await.text, "Да, до восьми");
    assert_eq!(shop.messages_with(&boris)[0].text, "Да, до восьми");
}

#[tokio::test]
async fn edits_deletions_and_files_are_told() {
    let (tg, bot) = start().await;
    let (vera, boris) = (tg.person("Вера"), tg.person("Борис"));
    let shop = vera.connects_business(&RIGHTS);
    let customer = boris.to_business(&shop);
    customer.says("раз");
    customer.edits(1, "два");
    customer.sends_photo(png(10, 10));
    shop.sends_to(&boris, Attachment::document("a.pdf", &b"x"[..]));
    customer.replies(3, "спасибо");
    shop.deletes(&boris, 1);
    let updates = bot.updates(0).await;
    assert_eq!(updates[2]["edited_business_message"]["text"], "два");
    assert!(updates[3]["business_message"]["photo"].is_array());
    assert_eq!(
        updates[4]["business_message"]["document"]["file_name"],
        "a.pdf"
    );
    assert_eq!(
        updates[5]["business_message"]["reply_to_message"]["message_id"],
        3
    );
    let deleted = &updates[6]["deleted_business_messages"];
    assert_eq!(
        (&deleted["message_ids"], &deleted["chat"]["id"]),
        (&json!([1]), &json!(boris.id()))
    );
    assert_eq!(deleted["business_connection_id"], shop.id());
}

#[tokio::test]
async fn rights_and_time_are_looked_at() {
    let (tg, bot) = start().await;
    let (vera, boris) = (tg.person("Вера"), tg.person("Борис"));
    let shop = vera.connects_business(&[]);
    let send = async |chat: i64| {
        let params = json!({"business_connection_id": shop.id(), "chat_id": chat, "text": "x"});
        bot.call("sendMessage", params).await
    };
    boris.to_business(&shop).says("эй");
    let refused = send(boris.id()).await;
    refused.is_error(400, "Bad Request: BUSINESS_PEER_INVALID");
    shop.allows(&["can_reply"]);
    send(boris.id()).await.result();
    let refused = send(vera.id()).await;
    refused.is_error(400, "Bad Request: messages must not be sent to self");
    let refused = send(tg.group("Дом").id()).await;
    refused.is_error(400, "Bad Request: chat must be a private chat");
    // One who never wrote, and one who wrote too long ago.
    let refused = send(tg.person("Глеб").id()).await;
    refused.is_error(400, "Bad Request: BUSINESS_PEER_USAGE_MISSING");
    tg.put_clock_forward(Duration::from_secs(24 * 3600));
    let refused = send(boris.id()).await;
    refused.is_error(400, "Bad Request: BUSINESS_PEER_USAGE_MISSING");
    boris.to_business(&shop).says("эй");
    send(boris.id()).await.result();

    let read = json!({"business_connection_id": shop.id(), "chat_id": boris.id(), "message_id": 3});
    let refused = bot.call("readBusinessMessage", read.clone()).await;
    refused.is_error(400, "Bad Request: BOT_ACCESS_FORBIDDEN");
    let ended = shop.disconnects();
    boris.to_business(&shop).says("эй");
    let refused = send(boris.id()).await;
    refused.is_error(400, "Bad Request: BUSINESS_CONNECTION_INVALID");
    let heard = bot.updates(ended).await;
    assert_eq!(
        heard.len(),
        1,
        "what is said then, it does not hear: {heard:?}"
    );
    assert_eq!(heard[0]["business_connection"]["is_enabled"], false);
}

#[tokio::test]
async fn messages_are_read_and_deleted_by_right() {
    let (tg, bot) = start().await;
    let (vera, boris) = (tg.person("Вера"), tg.person("Борис"));
    let shop = vera.connects_business(&RIGHTS);
    boris.to_business(&shop).says("эй");
    let read = |id: i64| json!({"business_connection_id": shop.id(), "chat_id": boris.id(), "message_id": id});
    bot.call("readBusinessMessage", read(1)).await.result();
    assert_eq!(shop.read_up_to(&boris), Some(1));
    let refused = bot.call("readBusinessMessage", read(9)).await;
    refused.is_error(400, "Bad Request: MESSAGE_ID_INVALID");

    let answer = json!({"business_connection_id": shop.id(), "chat_id": boris.id(), "text": "да"});
    let sent = bot.call("sendMessage", answer).await.result()["message_id"].clone();
    let delete = |ids: Value| json!({"business_connection_id": shop.id(), "message_ids": ids});
    let refused = bot
        .call("deleteBusinessMessages", delete(json!([1, sent])))
        .await;
    refused.is_error(400, "Bad Request: BOT_ACCESS_FORBIDDEN");
    bot.call("deleteBusinessMessages", delete(json!([sent])))
        .await
        .result();
    assert!(shop.messages_with(&boris).is_empty());
    shop.allows(&["can_delete_all_messages"]);
    bot.call("deleteBusinessMessages", delete(json!([1])))
        .await
        .result();
    let gone = bot.call("deleteBusinessMessages", delete(json!([1]))).await;
    gone.is_error(400, "Bad Request: MESSAGE_ID_INVALID");
}

#[tokio::test]
async fn the_bot_changes_what_the_account_tells_of_itself() {
    let (tg, bot) = start().await;
    let vera = tg.person("Вера");
    let _other = tg.person("Чужая").with_username("taken_name");
    let rights = ["can_edit_name", "can_edit_username", "can_edit_bio"];
    let shop = vera.connects_business(&rights);
    let with = |field: &str, value: &str| {
        let mut params = json!({"business_connection_id": shop.id()});
        params[field] = json!(value);
        params
    };
    bot.call("setBusinessAccountName", with("first_name", "Лавка"))
        .await
        .result();
    bot.call("setBusinessAccountUsername", with("username", "lavka"))
        .await
        .result();
    bot.call("setBusinessAccountBio", with("bio", "Пряники"))
        .await
        .result();
    let chat = bot
        .call("getChat", json!({"chat_id": vera.id()}))
        .await
        .result()
        .clone();
    assert_eq!(
        (&chat["first_name"], &chat["username"], &chat["bio"]),
        (&json!("Лавка"), &json!("lavka"), &json!("Пряники"))
    );
    let refused = bot
        .call("setBusinessAccountUsername", with("username", "Taken_Name"))
        .await;
    refused.is_error(400, "Bad Request: USERNAME_OCCUPIED");
    let refused = bot
        .call("setBusinessAccountName", with("first_name", ""))
        .await;
    refused.is_error(400, "Bad Request: FIRSTNAME_INVALID");
    let long = "я".repeat(141);
    let refused = bot.call("setBusinessAccountBio", with("bio", &long)).await;
    refused.is_error(400, "Bad Request: ABOUT_TOO_LONG");

    let photo = |form: Form| {
        form.text("business_connection_id", shop.id())
            .text("photo", r#"{"type":"static","photo":"attach://p"}"#)
            .file("p", "a.png", &png(100, 100))
    };
    let refused = bot
        .upload("setBusinessAccountProfilePhoto", photo(Form::default()))
        .await;
    refused.is_error(400, "Bad Request: BOT_ACCESS_FORBIDDEN");
    shop.allows(&["can_edit_profile_photo"]);
    bot.upload("setBusinessAccountProfilePhoto", photo(Form::default()))
        .await
        .result();
    let photos = async || {
        let photos = json!({"user_id": vera.id()});
        bot.call("getUserProfilePhotos", photos).await.result()["total_count"].clone()
    };
    assert_eq!(photos().await, 1);
    let id = json!({"business_connection_id": shop.id()});
    bot.call("removeBusinessAccountProfilePhoto", id)
        .await
        .result();
    assert_eq!(photos().await, 0);
}

#[tokio::test]
async fn tests_in_other_languages_drive_accounts_by_the_control_api() {
    let (tg, bot) = start().await;
    let tell = async |path: &str, body: &str| {
        let url = format!("{}/control/{path}", tg.url());
        bot.request(Method::POST, url, body).await.result().clone()
    };
    tell("users", "id=5&first_name=Vera").await;
    tell("users", "id=6&first_name=Boris").await;
    let connected = tell("business", "user=Vera&rights=can_reply,can_read_messages").await;
    let id = connected["id"].as_str().unwrap().to_owned();
    tell(&format!("business/{id}/say"), "user=Boris&text=hi").await;
    tell(
        &format!("business/{id}/say"),
        "user=Vera&chat=Boris&text=yes",
    )
    .await;
    let answer = json!({
        "business_connection_id": id, "chat_id": 6, "text": "bot", "reply_markup": button("A", "a"),
    });
    bot.call("sendMessage", answer).await.result();
    let read = json!({"business_connection_id": id, "chat_id": 6, "message_id": 1});
    bot.call("readBusinessMessage", read).await.result();
    let next = bot
        .control(&tg, &format!("business/{id}/messages/next?chat=Boris"))
        .await;
    assert_eq!(next["text"], "bot");
    tell(&format!("business/{id}/press"), "user=Boris&text=A").await;
    tell(
        &format!("business/{id}/edit"),
        "user=Boris&message_id=1&text=ho",
    )
    .await;
    tell(
        &format!("business/{id}/delete"),
        "user=Vera&chat=Boris&message_id=1",
    )
    .await;
    let shown = bot.control(&tg, "business").await;
    assert_eq!(shown[0]["read"], json!({"6": 1}));
    tell(&format!("business/change?id={id}"), "enabled=false").await;
    let kinds: Vec<String> = bot
        .updates(0)
        .await
        .iter()
        .map(|update| {
            let fields = update.as_object().unwrap();
            fields
                .keys()
                .find(|key| *key != "update_id")
                .unwrap()
                .clone()
        })
        .collect();
    let expected = [
        "business_connection",
        "business_message",
        "business_message",
        "callback_query",
        "edited_business_message",
        "deleted_business_messages",
        "business_connection",
    ];
    assert_eq!(kinds, expected);
    let messages = bot
        .control(&tg, &format!("business/{id}/messages?chat=Boris"))
        .await;
    assert_eq!(messages.as_array().unwrap().len(), 2);
    assert_eq!(bot.control(&tg, "messages?chat=Boris").await, json!([]));
    let url = format!("{}/control/business/none/say", tg.url());
    let refused = bot.request(Method::POST, url, "user=Boris&text=x").await;
    refused.is_error(400, "Bad Request: there is no connection none");
}

#[tokio::test]
async fn accounts_are_kept_in_the_data_file() {
    let folder = tempfile();
    let file = folder.join("world.db");
    let start = async || {
        let builder = Emulator::builder().token("42:x").data(&file);
        builder.start().await.unwrap()
    };
    let tg = start().await;
    let (vera, boris) = (
        tg.person("Вера").with_username("vera"),
        tg.person("Борис").with_username("boris"),
    );
    let shop = vera.connects_business(&RIGHTS);
    boris.to_business(&shop).says("раз");
    let id = shop.id().to_owned();
    drop(tg);

    let tg = start().await;
    let bot = Bot::of(&tg);
    let boris = tg.person_named("boris").unwrap();
    let answer = json!({
        "business_connection_id": id, "chat_id": boris.id(), "text": "два", "reply_parameters": {"message_id": 1},
    });
    let sent = bot.call("sendMessage", answer).await.result().clone();
    assert_eq!(
        (
            &sent["message_id"],
            &sent["reply_to_message"]["text"],
            &sent["from"]["username"]
        ),
        (&json!(2), &json!("раз"), &json!("vera"))
    );
    drop(tg);
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn of_two_bots_each_knows_its_own_accounts() {
    let (tg, bot) = start().await;
    let other = tg.add_bot("other_bot");
    let (vera, boris) = (tg.person("Вера"), tg.person("Борис"));
    let shop = vera.to(&other).connects_business(&["can_reply"]);
    boris.to_business(&shop).says("эй");
    assert_eq!(tg.pending_updates(), 0);
    assert_eq!(other.pending_updates(), 2);
    let answer = json!({"business_connection_id": shop.id(), "chat_id": boris.id(), "text": "да"});
    let refused = bot.call("sendMessage", answer.clone()).await;
    refused.is_error(400, "Bad Request: business connection not found");
    Bot::of(&other).call("sendMessage", answer).await.result();
    assert_eq!(boris.to_business(&shop).next_message().await.text, "да");
}

/// A new folder of the test's own.
fn tempfile() -> std::path::PathBuf {
    let name = format!("telegram-emulator-business-{}", fastrand::u64(..));
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir(&folder).unwrap();
    folder
}
