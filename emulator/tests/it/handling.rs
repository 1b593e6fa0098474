//! What people do with messages that are there becomes what Telegram sends for it: by the library and by the control API alike.

use serde_json::{Value, json};
use telegram_emulator::{Attachment, Emulator};

use crate::support::{Bot, Form, png, start};

async fn control(bot: &Bot, tg: &Emulator, path: &str, params: Value) -> crate::support::Reply {
    let url = format!("{}/control/{path}", tg.url());
    bot.post_json(url, params).await
}

async fn update(bot: &Bot, id: &Value) -> Value {
    let id = id.as_i64().unwrap();
    let updates = bot.updates(id).await;
    assert_eq!(updates[0]["update_id"], id);
    updates[0].clone()
}

#[tokio::test]
async fn an_answer_carries_the_message_it_answers() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let asked = bot.says(alice.id(), "Как дела?").await;
    let number = asked["message_id"].as_i64().unwrap();
    let params = json!({"user": alice.id(), "reply_to": number, "text": "хорошо #да"});
    let said = control(&bot, &tg, "say", params).await.result()["update_id"].clone();
    for id in [said, json!(alice.replies(number, "хорошо #да"))] {
        let message = update(&bot, &id).await["message"].clone();
        assert_eq!(message["reply_to_message"], asked);
        assert_eq!(message["entities"][0]["type"], "hashtag");
    }
    let none = json!({"user": alice.id(), "reply_to": 99, "text": "да"});
    let none = control(&bot, &tg, "say", none).await;
    none.is_error(400, "Bad Request: there is no such message");
    let form = Form::default()
        .text("user", alice.id())
        .text("reply_to", number)
        .file("photo", "a.png", &png(5, 5));
    let sent = bot
        .post_form(format!("{}/control/send", tg.url()), form)
        .await;
    let message = update(&bot, &sent.result()["update_id"]).await["message"].clone();
    assert_eq!(message["reply_to_message"], asked);
    assert_eq!(message["photo"][0]["width"], 5);
}

#[tokio::test]
async fn ones_own_messages_are_edited_and_deleted() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    alice.says("раз");
    let said = bot.only_update().await["message"].clone();
    let number = said["message_id"].as_i64().unwrap();
    let params = json!({"user": alice.id(), "message_id": number, "text": "три"});
    let id = alice.edits(number, "два");
    let edited = update(&bot, &json!(id)).await["edited_message"].clone();
    assert_eq!(
        (&edited["text"], &edited["date"]),
        (&json!("два"), &said["date"])
    );
    assert!(edited["edit_date"].is_i64());
    let id = control(&bot, &tg, "edit", params).await.result()["update_id"].clone();
    assert_eq!(update(&bot, &id).await["edited_message"]["text"], "три");

    let bots = bot.says(alice.id(), "моё").await["message_id"].clone();
    let foreign = json!({"user": alice.id(), "message_id": bots, "text": "x"});
    let foreign = control(&bot, &tg, "edit", foreign).await;
    foreign.is_error(400, "Bad Request: the message is of somebody else");
    let pending = tg.pending_updates();
    alice.deletes(number);
    let place = json!({"user": alice.id(), "message_id": bots});
    control(&bot, &tg, "delete", place).await.result();
    assert_eq!(tg.pending_updates(), pending);
    let messages = bot
        .control(&tg, &format!("messages?chat={}", alice.id()))
        .await;
    assert_eq!(messages, json!([]));
}

#[tokio::test]
async fn messages_are_forwarded_to_the_bot_and_to_groups() {
    let (tg, bot) = start().await;
    let (alice, boris) = (tg.person("Алиса"), tg.person("Борис"));
    let home = tg.group("Дом").with(&alice);
    boris.says_in(&home, "новость");
    let said = bot.only_update().await["message"].clone();
    let number = said["message_id"].as_i64().unwrap();
    let id = alice.forwards_from(&home, number);
    let forward = update(&bot, &json!(id)).await["message"].clone();
    assert_eq!(
        (&forward["text"], &forward["chat"]["id"]),
        (&json!("новость"), &json!(alice.id()))
    );
    assert_eq!(forward["forward_origin"]["sender_user"], said["from"]);
    assert_eq!(forward["from"]["id"], alice.id());
    let params = json!({"user": alice.id(), "message_id": forward["message_id"], "chat": "Дом"});
    let id = control(&bot, &tg, "forward", params).await.result()["update_id"].clone();
    let back = update(&bot, &id).await["message"].clone();
    assert_eq!(
        (&back["chat"]["id"], &back["forward_from"]),
        (&json!(home.id()), &said["from"])
    );
}

#[tokio::test]
async fn reactions_come_to_bots_that_ask_for_them() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let sent = bot.says(alice.id(), "Как?").await;
    let number = sent["message_id"].as_i64().unwrap();
    alice.reacts(number, Some("👍"));
    assert_eq!(tg.pending_updates(), 0);
    let allowed = json!({"allowed_updates": ["message_reaction"]});
    bot.call("getUpdates", allowed).await.result();
    let params = json!({"user": alice.id(), "message_id": number, "emoji": "🔥"});
    let id = control(&bot, &tg, "react", params).await.result()["update_id"].clone();
    let reaction = update(&bot, &id).await["message_reaction"].clone();
    assert_eq!(reaction["message_id"], number);
    assert_eq!(reaction["user"]["id"], alice.id());
    assert_eq!(
        reaction["old_reaction"],
        json!([{"type": "emoji", "emoji": "👍"}])
    );
    assert_eq!(
        reaction["new_reaction"],
        json!([{"type": "emoji", "emoji": "🔥"}])
    );
    let id = alice.reacts(number, None);
    assert_eq!(
        update(&bot, &json!(id)).await["message_reaction"]["new_reaction"],
        json!([])
    );
}

#[tokio::test]
async fn albums_and_stickers_by_their_ids_are_sent() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    let first = alice.sends_album([
        Attachment::photo(png(5, 5)).captioned("вот"),
        Attachment::photo(png(6, 6)),
    ]) - 1;
    let form = Form::default()
        .text("user", alice.id())
        .text("caption", "вот")
        .file("photo", "a.png", &png(5, 5))
        .file("photo2", "b.png", &png(6, 6));
    let sent = bot
        .post_form(format!("{}/control/send", tg.url()), form)
        .await;
    let second = sent.result()["update_id"].as_i64().unwrap() - 1;
    for first in [first, second] {
        let updates = bot.updates(first).await;
        let (one, other) = (&updates[0]["message"], &updates[1]["message"]);
        assert!(one["media_group_id"].is_string());
        assert_eq!(one["media_group_id"], other["media_group_id"]);
        assert_eq!(
            (&one["caption"], other.get("caption")),
            (&json!("вот"), None)
        );
        assert_eq!(
            (&one["photo"][0]["width"], &other["photo"][0]["width"]),
            (&json!(5), &json!(6))
        );
    }
    let id = alice.sends(Attachment::sticker("👍", png(512, 512)));
    let sticker = update(&bot, &json!(id)).await["message"]["sticker"].clone();
    let params = json!({"user": alice.id(), "sticker": sticker["file_id"]});
    let id = control(&bot, &tg, "send", params).await.result()["update_id"].clone();
    assert_eq!(update(&bot, &id).await["message"]["sticker"], sticker);
}
