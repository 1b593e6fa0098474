//! Updates that Telegram may send and strict decoders choke on.

use super::*;
use crate::MemberStatus;

fn message(extra: &str) -> String {
    format!(
        r#"{{"update_id":1,"message":{{"message_id":1,"date":1,"chat":{{"id":5,"type":"private"}},"from":{{"id":5,"is_bot":false,"first_name":"A"}}{extra}}}}}"#
    )
}

fn decode(json: impl Into<Vec<u8>>) -> Result<Update, DecodeError> {
    Update::decode(Bytes::from(json.into()))
}

#[test]
fn a_message_is_typed_and_knows_its_owner() {
    let update = decode(message(r#","text":"привет""#)).expect("decodes");
    assert_eq!(update.kind, UpdateKind::Message);
    assert_eq!((update.user_id(), update.chat_id()), (Some(5), Some(5)));
    assert_eq!(update.text(), Some("привет"));
    assert!(update.is_private());
    assert_eq!(update.user().expect("a sender").fullname(), "A");
}

#[test]
fn odd_characters_are_replaced_and_lose_no_message() {
    let text = |update: Update| update.text().map(str::to_owned);
    let lone =
        decode(message(r#","text":"a\ud800b\udc00 \ud83d\ude00 \\ud800""#)).expect("decodes");
    assert_eq!(text(lone).as_deref(), Some("a\u{fffd}b\u{fffd} 😀 \\ud800"));
    let nul = decode(message(r#","text":"a\u0000b""#)).expect("decodes");
    assert_eq!(text(nul).as_deref(), Some("a\0b"));
    let mut bytes = message(r#","text":"a?b""#).into_bytes();
    let at = bytes.iter().position(|b| *b == b'?').expect("the mark");
    for odd in [0xff, 0x01] {
        bytes[at] = odd;
        assert_eq!(
            text(decode(bytes.clone()).expect("decodes")).as_deref(),
            Some("a\u{fffd}b")
        );
    }
}

#[test]
fn deep_nesting_in_a_field_we_do_not_know_is_passed_over() {
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let update = decode(message(&format!(r#","text":"x","brand_new":{deep}"#))).expect("decodes");
    assert_eq!(update.text(), Some("x"));
}

#[test]
fn a_kind_we_do_not_know_keeps_its_payload() {
    let update = decode(r#"{"update_id":2,"brand_new":{"a":7}}"#).expect("decodes");
    assert_eq!(update.kind, UpdateKind::Unknown);
    let payload: serde_json::Value = update.payload().expect("JSON");
    assert_eq!(payload["a"], 7);
}

#[test]
fn what_nothing_can_be_done_without_is_missed() {
    for (json, error) in [
        ("[]", DecodeError::NoId),
        (r#"{"message":{}}"#, DecodeError::NoId),
        (
            r#"{"update_id":2,"message":{}}"#,
            DecodeError::Lacks("chat"),
        ),
        (r#"{"update_id":2,"message":7}"#, DecodeError::Lacks("chat")),
        (
            r#"{"update_id":2,"callback_query":{"id":"1"}}"#,
            DecodeError::Lacks("id and sender"),
        ),
        (
            r#"{"update_id":2,"my_chat_member":{"chat":{"id":"5"}}}"#,
            DecodeError::Lacks("chat"),
        ),
        (
            r#"{"update_id":2,"pre_checkout_query":{"id":"1","from":{"id":5},"currency":"RUB"}}"#,
            DecodeError::Lacks("id, sender and price"),
        ),
    ] {
        assert_eq!(decode(json).expect_err(json), error, "{json}");
    }
}

#[test]
fn an_odd_field_harms_no_other() {
    for odd in [
        r#","photo":[{"file_id":7,"width":-1}],"paid_star_count":9999999999999"#,
        r#","forward_origin":{"type":"teleported"},"quote":[],"date":"yesterday""#,
        r#","reply_markup":{"inline_keyboard":7},"from":{"id":5,"first_name":{},"is_bot":"no"}"#,
        r#","entities":[{"type":"sparkle","offset":0,"length":1},{"offset":"x"},7]"#,
        r#","message_thread_id":1.5,"sender_chat":[1],"reply_to_message":{"chat":{}}"#,
        r#","successful_payment":{"currency":"RUB","total_amount":"much"},"a":tru"#,
    ] {
        let json = message(&format!(r#"{odd},"text":"привет""#));
        let update = decode(json.as_str()).expect(&json);
        assert_eq!(update.text(), Some("привет"), "{json}");
        assert_eq!((update.user_id(), update.chat_id()), (Some(5), Some(5)));
    }
    let new_chat = message(r#","text":"x""#).replace("private", "hologram");
    let update = decode(new_chat).expect("a chat of any kind is one");
    assert_eq!(update.chat().map(|chat| chat.kind), Some(ChatKind::Unknown));
    assert!(update.payload::<crate::types::Message>().is_err());
}

#[test]
fn numbers_are_as_wide_as_telegram_documents_them() {
    let widest = (1_i64 << 52) - 1;
    let json = message(&format!(
        r#","message_id":{widest},"message_thread_id":{widest},"is_topic_message":true,"direct_messages_topic":{{"topic_id":{widest}}},"migrate_to_chat_id":-{widest},"reply_to_message":{{"message_id":{widest}}},"successful_payment":{{"currency":"VND","total_amount":{widest},"invoice_payload":"a","telegram_payment_charge_id":"b","provider_payment_charge_id":"c"}}"#
    ));
    let update = decode(json).expect("decodes");
    let message = update.message().expect("a message");
    assert_eq!(update.message_id(), Some(widest));
    assert_eq!(message.message_thread_id, Some(widest));
    assert_eq!(message.direct_messages_topic, Some(widest));
    assert_eq!(message.migrate_to_chat_id, Some(-widest));
    let replied = message.reply_to_message.as_ref().expect("a reply");
    assert_eq!(replied.message_id, widest);
    let payment = message.successful_payment.as_ref().expect("a payment");
    assert_eq!((payment.total_amount, message.is_service()), (widest, true));
    let checkout = format!(
        r#"{{"update_id":1,"pre_checkout_query":{{"id":"7","from":{{"id":{widest}}},"currency":"VND","total_amount":{widest},"invoice_payload":"a"}}}}"#
    );
    let update = decode(checkout).expect("decodes");
    let Content::PreCheckoutQuery(query) = &update.content else {
        panic!("{update:?}")
    };
    assert_eq!((query.from.id, query.total_amount), (widest, widest));
}

#[test]
fn what_a_message_is_can_be_told() {
    for (extra, content, service) in [
        (r#","text":"x""#, Some("text"), None),
        (r#","document":{},"animation":{}"#, Some("animation"), None),
        (r#","venue":{},"location":{}"#, Some("venue"), None),
        (
            r#","pinned_message":{"text":"x"}"#,
            None,
            Some("pinned_message"),
        ),
        (
            r#","left_chat_member":{"id":7}"#,
            None,
            Some("left_chat_member"),
        ),
        (r#","news_of_2030":{}"#, None, None),
    ] {
        let update = decode(message(extra)).expect("decodes");
        let message = update.message().expect("a message");
        assert_eq!(
            (message.content, message.service),
            (content, service),
            "{extra}"
        );
        assert_eq!(message.is_service(), service.is_some());
    }
}

#[test]
fn a_press_under_a_message_too_old_to_be_read_knows_its_chat() {
    let update = decode(
        r#"{"update_id":1,"callback_query":{"id":"7","from":{"id":5},"data":"yes","message":{"message_id":9,"date":0,"chat":{"id":-5,"type":"group"}}}}"#,
    );
    let update = update.expect("decodes");
    assert_eq!((update.chat_id(), update.message_id()), (Some(-5), Some(9)));
    assert_eq!(update.message(), None);
}

#[test]
fn a_membership_of_a_new_kind_is_one_all_the_same() {
    let update = decode(
        r#"{"update_id":1,"my_chat_member":{"chat":{"id":5,"type":"private"},"from":{"id":5},"old_chat_member":{"status":"guest"},"new_chat_member":{"status":"kicked","until_date":"never"}}}"#,
    );
    let update = update.expect("decodes");
    let Content::ChatMember(change) = &update.content else {
        panic!("{update:?}")
    };
    let (old, new) = (change.old_status, change.new_status);
    assert_eq!((old, new), (MemberStatus::Unknown, MemberStatus::Kicked));
}
