//! Where a reply goes, by the update it answers.

mod addresses;
mod aside;
mod files;
mod fits;
mod mistakes;
mod options;
mod told;

use bytes::Bytes;
use serde_json::json;

use super::*;

fn update(content: &Value) -> Update {
    let mut update = content.clone();
    update["update_id"] = json!(1);
    Update::decode(Bytes::from(update.to_string())).expect("an update")
}

fn press() -> Update {
    update(&json!({"callback_query": {
        "id": "77", "from": {"id": 5, "is_bot": false, "first_name": "A"}, "chat_instance": "1",
        "data": "x", "message": {"message_id": 9, "date": 1, "chat": {"id": 5, "type": "private"}},
    }}))
}

fn calls(reply: Reply, update: &Update) -> Vec<(String, Value)> {
    let calls = reply.into_calls(update).into_iter();
    calls
        .map(|call| (call.method().to_owned(), json!(call.params())))
        .collect()
}

#[test]
fn a_text_goes_to_the_chat_and_topic_of_the_update() {
    let update = update(&json!({"message": {
        "message_id": 1, "date": 1, "message_thread_id": 3, "is_topic_message": true,
        "chat": {"id": -100, "type": "supergroup"}, "business_connection_id": "bc",
    }}));
    let sent = calls(Reply::text("a"), &update);
    let params = json!({"text": "a", "chat_id": -100, "message_thread_id": 3, "business_connection_id": "bc", "parse_mode": "HTML"});
    assert_eq!(sent, [("sendMessage".to_owned(), params)]);
}

#[test]
fn a_call_that_says_where_it_goes_is_left_alone() {
    let sent = calls(
        Reply::call(Call::new("sendMessage").param("chat_id", 1)),
        &press(),
    );
    assert_eq!(sent[0].1, json!({"chat_id": 1}));
    let sent = calls(Reply::call(Call::new("getMe")), &press());
    assert_eq!(sent[0].1, json!({}));
}

#[test]
fn a_pressed_button_is_always_answered_once() {
    let sent = calls(Reply::none(), &press());
    assert_eq!(
        sent,
        [(
            "answerCallbackQuery".to_owned(),
            json!({"callback_query_id": "77"})
        )]
    );
    let sent = calls(Reply::toast("ok").and(Reply::edit("b")), &press());
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0].1, json!({"callback_query_id": "77", "text": "ok"}));
    assert_eq!(
        sent[1].1,
        json!({"chat_id": 5, "message_id": 9, "text": "b", "parse_mode": "HTML"})
    );
}

#[test]
fn buttons_stand_in_rows() {
    let reply = Reply::text("?")
        .button("a", "1")
        .button("b", "2")
        .row()
        .link("c", "https://x");
    assert_eq!(
        reply.calls()[0].params()["reply_markup"],
        json!({"inline_keyboard": [
            [{"text": "a", "callback_data": "1"}, {"text": "b", "callback_data": "2"}],
            [{"text": "c", "url": "https://x"}],
        ]})
    );
}

#[test]
fn handlers_may_return_any_of_these() {
    assert_eq!("a".into_reply().expect("ok"), Reply::text("a"));
    assert_eq!(().into_reply().expect("ok"), Reply::none());
    assert_eq!(None::<&str>.into_reply().expect("ok"), Reply::none());
    assert!(Err::<(), _>(Error::user("x")).into_reply().is_err());
}
