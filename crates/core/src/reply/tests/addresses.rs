//! What each kind of update fills in.

use super::*;

/// What is filled into a call of that method.
fn filled(method: &'static str, update: &Update) -> Value {
    let mut calls = calls(Reply::call(Call::new(method)), update);
    calls.remove(0).1
}

fn message(extra: &Value) -> Update {
    let mut message = json!({
        "message_id": 9, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "x",
        "from": {"id": 5, "is_bot": false, "first_name": "A"},
    });
    for (name, value) in extra.as_object().expect("an object") {
        message[name] = value.clone();
    }
    update(&json!({"message": message}))
}

#[test]
fn each_query_is_answered_by_its_id() {
    let from = json!({"id": 5, "is_bot": false, "first_name": "A"});
    let chat = json!({"id": -100, "type": "supergroup"});
    for (method, parameter, content) in [
        (
            "answerInlineQuery",
            "inline_query_id",
            json!({"inline_query": {"id": "7", "from": from}}),
        ),
        (
            "answerShippingQuery",
            "shipping_query_id",
            json!({"shipping_query": {"id": "7", "from": from}}),
        ),
        (
            "answerPreCheckoutQuery",
            "pre_checkout_query_id",
            json!({"pre_checkout_query": {
                "id": "7", "from": from, "currency": "XTR", "total_amount": 1, "invoice_payload": "a",
            }}),
        ),
        (
            "answerGuestQuery",
            "guest_query_id",
            json!({"guest_message": {
                "message_id": 1, "date": 1, "chat": chat, "from": from, "guest_query_id": "7",
            }}),
        ),
        (
            "answerChatJoinRequestQuery",
            "chat_join_request_query_id",
            json!({"chat_join_request": {"chat": chat, "from": from, "query_id": "7"}}),
        ),
        (
            "sendChatJoinRequestWebApp",
            "chat_join_request_query_id",
            json!({"chat_join_request": {"chat": chat, "from": from, "query_id": "7"}}),
        ),
    ] {
        assert_eq!(
            filled(method, &update(&content)),
            json!({parameter: "7"}),
            "{method}"
        );
        assert_eq!(
            filled(method, &message(&json!({}))),
            json!({}),
            "{method} of a message"
        );
    }
}

#[test]
fn who_asks_to_join_is_let_in_and_nobody_else() {
    let request = update(&json!({"chat_join_request": {
        "chat": {"id": -100, "type": "supergroup"}, "from": {"id": 5, "is_bot": false, "first_name": "A"},
    }}));
    let expected = json!({"chat_id": -100, "user_id": 5});
    assert_eq!(filled("approveChatJoinRequest", &request), expected);
    assert_eq!(
        filled("declineChatJoinRequest", &message(&json!({}))),
        json!({})
    );
}

#[test]
fn nobody_is_banned_promoted_or_paid_back_who_is_not_named() {
    let group = message(&json!({"chat": {"id": -100, "type": "supergroup"}}));
    for method in ["banChatMember", "restrictChatMember", "promoteChatMember"] {
        assert_eq!(filled(method, &group), json!({"chat_id": -100}), "{method}");
    }
    for method in [
        "refundStarPayment",
        "giftPremiumSubscription",
        "verifyUser",
        "getChat",
    ] {
        assert_eq!(filled(method, &group), json!({}), "{method}");
    }
    assert_eq!(filled("sendGift", &group), json!({"user_id": 5}));
}

#[test]
fn a_reaction_is_to_the_message_of_the_update() {
    let expected = json!({"chat_id": 5, "message_id": 9});
    assert_eq!(filled("setMessageReaction", &message(&json!({}))), expected);
    let reaction = update(&json!({"message_reaction": {
        "chat": {"id": 5, "type": "private"}, "message_id": 9, "date": 1, "old_reaction": [], "new_reaction": [],
    }}));
    assert_eq!(filled("setMessageReaction", &reaction), expected);
}

#[test]
fn an_action_goes_to_the_topic_and_a_topic_is_closed_where_it_is() {
    let topic = message(&json!({
        "message_thread_id": 3, "is_topic_message": true, "direct_messages_topic": {"topic_id": 4},
    }));
    let expected = json!({"chat_id": 5, "message_thread_id": 3});
    assert_eq!(filled("sendChatAction", &topic), expected);
    assert_eq!(filled("closeForumTopic", &topic), expected);
    let expected = json!({"chat_id": 5, "message_thread_id": 3, "direct_messages_topic_id": 4});
    assert_eq!(filled("sendDice", &topic), expected);
}

#[test]
fn an_inline_message_is_edited_by_its_id() {
    let from = json!({"id": 5, "is_bot": false, "first_name": "A"});
    let press = json!({"id": "7", "from": from, "chat_instance": "1", "data": "x", "inline_message_id": "i"});
    let press = update(&json!({"callback_query": press}));
    let chosen = json!({"result_id": "1", "from": from, "query": "x", "inline_message_id": "i"});
    let chosen = update(&json!({"chosen_inline_result": chosen}));
    for update in [&press, &chosen] {
        assert_eq!(
            filled("editMessageText", update),
            json!({"inline_message_id": "i"})
        );
    }
    // Of these only messages in chats have any.
    assert_eq!(filled("deleteMessage", &chosen), json!({}));
}

#[test]
fn without_a_pressed_button_the_latest_message_is_unpinned() {
    assert_eq!(
        filled("unpinChatMessage", &message(&json!({}))),
        json!({"chat_id": 5})
    );
    let expected = json!({"chat_id": 5, "message_id": 9});
    assert_eq!(filled("unpinChatMessage", &press()), expected);
}

#[test]
fn in_a_chat_of_a_business_nothing_reaches_the_bots_own_chat_with_that_person() {
    let update = message(&json!({"business_connection_id": "bc"}));
    let expected = json!({"chat_id": 5, "message_id": 9, "business_connection_id": "bc"});
    assert_eq!(filled("pinChatMessage", &update), expected);
    for method in ["setMessageReaction", "sendInvoice", "copyMessages"] {
        assert_eq!(filled(method, &update), json!({}), "{method}");
        assert!(has_no_address(&Call::new(method)));
    }
    let deleted = calls(Reply::delete(), &update).remove(0);
    let expected = json!({"message_ids": [9], "business_connection_id": "bc"});
    assert_eq!(deleted, ("deleteBusinessMessages".to_owned(), expected));
    assert!(!has_no_address(&Call::new("deleteBusinessMessages")));
}

#[test]
fn what_is_forwarded_is_the_message_of_the_update() {
    let update = message(&json!({}));
    let forwarded = calls(Reply::forward_to(7), &update).remove(0);
    let expected = json!({"chat_id": 7, "from_chat_id": 5, "message_id": 9});
    assert_eq!(forwarded, ("forwardMessage".to_owned(), expected));
    let copied = calls(Reply::copy("@news", 3), &update).remove(0);
    let expected = json!({"chat_id": 5, "from_chat_id": "@news", "message_id": 3});
    assert_eq!(copied, ("copyMessage".to_owned(), expected));
}

#[test]
fn what_is_answered_is_the_message_of_the_update() {
    let update = message(&json!({}));
    let of = |reply: Reply| calls(reply, &update).remove(0).1["reply_parameters"].clone();
    let here = json!({"allow_sending_without_reply": true, "message_id": 9});
    assert_eq!(of(Reply::text("x").reply_to()), here);
    let from_elsewhere =
        json!({"allow_sending_without_reply": true, "message_id": 9, "chat_id": 5});
    assert_eq!(of(Reply::text("x").reply_to().to(7)), from_elsewhere);
    assert_eq!(of(Reply::text("x").reply_to_message(3))["message_id"], 3);
    // There is none to answer.
    let query =
        json!({"inline_query": {"id": "7", "from": {"id": 5, "is_bot": false, "first_name": "A"}}});
    let sent = calls(Reply::text("x").to(5).reply_to(), &super::update(&query)).remove(0);
    assert_eq!(sent.1.get("reply_parameters"), None);
}

#[test]
fn a_method_that_is_new_is_called_as_it_is() {
    assert_eq!(filled("sendHologram", &message(&json!({}))), json!({}));
    assert!(!has_no_address(&Call::new("sendHologram")));
}
