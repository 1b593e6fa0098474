//! Calls about ephemeral messages.

use super::*;

const GROUP: i64 = -1_000_000_000_100;

/// A press under an ephemeral message, by who sees it.
fn press_aside() -> Update {
    press_of(&json!({"message_id": 0, "ephemeral_message_id": 8}))
}

fn press_of(message: &Value) -> Update {
    let chat = json!({"id": GROUP, "type": "supergroup"});
    let mut message = message.clone();
    message["date"] = json!(1);
    message["chat"] = chat;
    update(&json!({"callback_query": {
        "id": "77", "from": {"id": 5, "is_bot": false, "first_name": "A"}, "chat_instance": "1",
        "data": "x", "message": message,
    }}))
}

fn said(chat: i64, kind: &str, extra: &Value) -> Update {
    let mut message = json!({
        "message_id": 9, "date": 1, "chat": {"id": chat, "type": kind}, "text": "x",
        "from": {"id": 5, "is_bot": false, "first_name": "A"},
    });
    for (name, value) in extra.as_object().expect("an object") {
        message[name] = value.clone();
    }
    update(&json!({"message": message}))
}

fn first(reply: Reply, update: &Update) -> (String, Value) {
    calls(reply, update).remove(0)
}

#[test]
fn what_answers_a_press_of_an_ephemeral_message_is_about_that() {
    let at = |more: Value| {
        let mut expected =
            json!({"chat_id": GROUP, "receiver_user_id": 5, "ephemeral_message_id": 8});
        for (name, value) in more.as_object().expect("an object") {
            expected[name] = value.clone();
        }
        expected
    };
    for (reply, method, more) in [
        (
            Reply::edit("a"),
            "editEphemeralMessageText",
            json!({"text": "a", "parse_mode": "HTML"}),
        ),
        (
            Reply::edit_caption("a"),
            "editEphemeralMessageCaption",
            json!({"caption": "a", "parse_mode": "HTML"}),
        ),
        (Reply::delete(), "deleteEphemeralMessage", json!({})),
        (
            Reply::edit_keyboard(InlineKeyboard::new()).ephemeral(),
            "editEphemeralMessageReplyMarkup",
            json!({"reply_markup": {"inline_keyboard": []}}),
        ),
        (
            Reply::call(Call::new("deleteEphemeralMessage")),
            "deleteEphemeralMessage",
            json!({}),
        ),
    ] {
        let (made, params) = first(reply, &press_aside());
        assert_eq!((&*made, params), (method, at(more)));
    }
    // What names another message is about that.
    let other = Reply::delete().param("message_id", 3);
    let (method, params) = first(other, &press_aside());
    assert_eq!(method, "deleteMessage");
    assert_eq!(params, json!({"chat_id": GROUP, "message_id": 3}));
    // A message that is not there cannot be quoted to all.
    let (_, params) = first(Reply::text("a").reply_to(), &press_aside());
    assert_eq!(params.get("reply_parameters"), None);
}

#[test]
fn what_is_ephemeral_goes_to_who_caused_the_update() {
    let parameters = |reply: Reply, update: &Update| {
        let (_, params) = first(reply, update);
        (
            params["ephemeral_message_parameters"].clone(),
            params["reply_parameters"].clone(),
        )
    };
    let hand = || Reply::photo("AgAC").ephemeral();
    for press in [press_aside(), press_of(&json!({"message_id": 9}))] {
        let expected = json!({"receiver_user_id": 5, "callback_query_id": "77"});
        assert_eq!(parameters(hand(), &press), (expected, Value::Null));
    }
    let to_them = || json!({"receiver_user_id": 5});
    let aside = said(
        GROUP,
        "supergroup",
        &json!({"message_id": 0, "ephemeral_message_id": 8}),
    );
    let answer = json!({"ephemeral_message_id": 8});
    assert_eq!(parameters(hand(), &aside), (to_them(), answer));
    let aloud = said(GROUP, "supergroup", &json!({}));
    assert_eq!(parameters(hand(), &aloud), (to_them(), Value::Null));
    // By another's press nobody else is told anything.
    let other = json!({"receiver_user_id": 6});
    let told = hand().param("ephemeral_message_parameters", other.clone());
    assert_eq!(parameters(told, &press_aside()).0, other);
}

#[test]
fn where_nothing_is_ephemeral_it_is_an_ordinary_message() {
    let sent = Reply::text("a").ephemeral();
    for (chat, kind) in [(5, "private"), (-100, "group")] {
        let (method, params) = first(sent.clone(), &said(chat, kind, &json!({})));
        assert_eq!(method, "sendMessage");
        assert_eq!(
            params,
            json!({"text": "a", "parse_mode": "HTML", "chat_id": chat})
        );
    }
    let (_, params) = first(sent.to(7), &press_aside());
    assert_eq!(params.get("ephemeral_message_parameters"), None);
    let (method, _) = first(Reply::edit("a").ephemeral(), &press());
    assert_eq!(method, "editMessageText");
}

#[test]
fn what_is_for_nobody_known_is_sent_to_nobody() {
    let channel = json!({"sender_chat": {"id": -7, "type": "channel"}});
    let by_channel = said(GROUP, "supergroup", &channel);
    // There is no such message of which it could be an edit.
    let aloud = press_of(&json!({"message_id": 9}));
    for (reply, update) in [
        (Reply::text("a").ephemeral(), &by_channel),
        (Reply::edit("a").ephemeral(), &aloud),
        (
            Reply::edit("a").param("message_id", 9).ephemeral(),
            &press_aside(),
        ),
    ] {
        let calls = reply.into_calls(update);
        assert!(has_no_address(&calls[0]), "{:?}", calls[0]);
    }
    let named = Reply::edit("a")
        .ephemeral()
        .noted("menu")
        .into_calls(&aloud);
    assert!(!has_no_address(&named[0]), "{:?}", named[0]);
    let album = Reply::album(["a", "b"].map(crate::reply::Media::photo)).ephemeral();
    assert!(album.without_mistake().is_err());
}
