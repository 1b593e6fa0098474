//! sendMessage.

use serde_json::json;

use crate::support::{button, start};

#[tokio::test]
async fn a_sent_message_is_complete() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").with_username("alice");
    alice.says("/start");
    let keyboard = button("Да", "yes");
    let params = json!({"chat_id": alice.id(), "text": " <b>Привет</b>, 😀 <i>я</i>\n", "parse_mode": "HTML", "reply_markup": keyboard});
    let reply = bot.call("sendMessage", params.clone()).await;
    let message = reply.result();
    assert_eq!(message["message_id"], 2);
    assert_eq!(message["from"]["id"], tg.bot_id());
    assert_eq!(
        message["chat"],
        json!({"id": alice.id(), "type": "private", "first_name": "Алиса", "username": "alice"})
    );
    assert!(message["date"].is_i64());
    assert_eq!(message["text"], "Привет, 😀 я");
    assert_eq!(
        message["entities"],
        json!([{"type": "bold", "offset": 0, "length": 6}, {"type": "italic", "offset": 11, "length": 1}])
    );
    assert_eq!(message["reply_markup"], keyboard);

    let sent = alice.next_message().await;
    assert_eq!(
        (sent.message_id, sent.chat_id, sent.text.as_str()),
        (2, alice.id(), "Привет, 😀 я")
    );
    assert_eq!(
        (&sent.params, sent.reply_markup.as_ref(), sent.edited),
        (&params, Some(&keyboard), false)
    );
    assert_eq!(
        (&sent.entities, sent.buttons()),
        (&message["entities"], vec!["Да".to_owned()])
    );
}

#[tokio::test]
async fn malformed_html_is_refused_in_telegrams_words() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    for (text, why) in [
        ("ab <foo>", "Unsupported start tag \"foo\" at byte offset 3"),
        ("да</b>", "Unexpected end tag at byte offset 4"),
        (
            "<b>жирно",
            "Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            "<b>x</i>",
            "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\"",
        ),
    ] {
        let params = json!({"chat_id": alice.id(), "text": text, "parse_mode": "HTML"});
        bot.call("sendMessage", params)
            .await
            .is_error(400, &format!("Bad Request: can't parse entities: {why}"));
    }
    assert_eq!(alice.messages(), []);
}

#[tokio::test]
async fn without_a_parse_mode_tags_are_text() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let message = bot.says(alice.id(), "<b> & /help").await;
    assert_eq!(message["text"], "<b> & /help");
    assert_eq!(
        message["entities"],
        json!([{"type": "bot_command", "offset": 6, "length": 5}])
    );

    let entities = json!([{"type": "bold", "offset": 0, "length": 2}]);
    let params = json!({"chat_id": alice.id(), "text": "да", "entities": entities});
    assert_eq!(
        bot.call("sendMessage", params).await.result()["entities"],
        entities
    );
}

#[tokio::test]
async fn an_unsupported_parse_mode_is_never_taken_for_plain_text() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let send = async |mode: &str| {
        bot.call(
            "sendMessage",
            json!({"chat_id": alice.id(), "text": "*x*", "parse_mode": mode}),
        )
        .await
    };
    send("BBCode")
        .await
        .is_error(400, "Bad Request: unsupported parse_mode");
}

#[tokio::test]
async fn texts_must_be_neither_empty_nor_too_long() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let send = async |text: &str| {
        bot.call(
            "sendMessage",
            json!({"chat_id": alice.id(), "text": text, "parse_mode": "HTML"}),
        )
        .await
    };
    send("")
        .await
        .is_error(400, "Bad Request: message text is empty");
    send(" \n ")
        .await
        .is_error(400, "Bad Request: text must be non-empty");
    send("<b></b>")
        .await
        .is_error(400, "Bad Request: text must be non-empty");
    send(&"<b></b>".repeat(5000))
        .await
        .is_error(400, "Bad Request: text is too long");
    // 4096 UTF-16 units after parsing: two for an emoji, none for tags.
    let most = format!("<b>{}</b>", "😀".repeat(2048));
    send(&most).await.result();
    send(&format!("{most}x"))
        .await
        .is_error(400, "Bad Request: message is too long");
}

#[tokio::test]
async fn a_bot_cannot_write_first_nor_to_who_blocked_it() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    let send = async || {
        bot.call("sendMessage", json!({"chat_id": alice.id(), "text": "x"}))
            .await
    };
    // Whom it never met, it does not know; whom it met in a group, it may not write to.
    send().await.is_error(400, "Bad Request: chat not found");
    tg.group("Дом").adds(&alice);
    send().await.is_error(
        403,
        "Forbidden: bot can't initiate conversation with a user",
    );
    alice.says("/start");
    send().await.result();
    alice.blocks();
    send()
        .await
        .is_error(403, "Forbidden: bot was blocked by the user");
    let typing = json!({"chat_id": alice.id(), "action": "typing"});
    bot.call("sendChatAction", typing)
        .await
        .is_error(403, "Forbidden: bot was blocked by the user");
    alice.unblocks();
    send().await.result();
    assert_eq!(alice.messages().len(), 2);
    alice.deactivates();
    send().await.is_error(403, "Forbidden: user is deactivated");
}

#[tokio::test]
async fn callback_data_has_1_to_64_bytes() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let send = async |data: &str| {
        bot.call(
            "sendMessage",
            json!({"chat_id": alice.id(), "text": "x", "reply_markup": button("Да", data)}),
        )
        .await
    };
    send(&"ж".repeat(32)).await.result();
    send(&"ж".repeat(33))
        .await
        .is_error(400, "Bad Request: BUTTON_DATA_INVALID");
    // Empty data is as good as none.
    send("").await.is_error(
        400,
        "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    );
}

#[tokio::test]
async fn keyboards_are_checked_and_only_inline_ones_stay_on_the_message() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let send = async |markup: serde_json::Value| {
        bot.call(
            "sendMessage",
            json!({"chat_id": alice.id(), "text": "x", "reply_markup": markup}),
        )
        .await
    };
    send(json!(null))
        .await
        .is_error(400, "Bad Request: object expected as reply markup");
    send(json!({"inline_keyboard": [[{"text": "x"}]]})).await.is_error(
        400,
        "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    );
    let keyboard = json!({"keyboard": [[{"text": "Да"}]]});
    assert_eq!(
        send(keyboard.clone()).await.result().get("reply_markup"),
        None
    );
    assert_eq!(alice.next_message().await.reply_markup, Some(keyboard));
    assert_eq!(
        send(json!({"inline_keyboard": []}))
            .await
            .result()
            .get("reply_markup"),
        None
    );
}

#[tokio::test]
async fn an_answer_to_a_message_shows_it() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    alice.says("вопрос");
    let reply = async |id: i64| {
        let params =
            json!({"chat_id": alice.id(), "text": "ответ", "reply_parameters": {"message_id": id}});
        bot.call("sendMessage", params).await
    };
    assert_eq!(
        reply(1).await.result()["reply_to_message"]["text"],
        "вопрос"
    );
    reply(99)
        .await
        .is_error(400, "Bad Request: message to be replied not found");
}
