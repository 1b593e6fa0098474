//! Updates that Telegram may send and strict decoders choke on.

use super::*;

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
fn in_a_group_only_what_is_said_to_the_bot_is_awaited() {
    let group = |extra: &str| message(extra).replace("private", "supergroup");
    let reply = r#","text":"x","reply_to_message":{"message_id":2,"date":1,"chat":{"id":5,"type":"supergroup"},"from":{"id":1,"is_bot":true,"first_name":"B"}}"#;
    for (json, awaited) in [
        (message(r#","text":"x""#), true),
        (group(r#","text":"x""#), false),
        (group(r#","text":"/x""#), true),
        (group(reply), true),
    ] {
        assert_eq!(
            decode(json.as_str()).expect("decodes").is_awaited(),
            awaited,
            "{json}"
        );
    }
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
fn a_payload_that_does_not_fit_its_kind_is_an_error() {
    let unknown_chat_type = message("").replace("private", "metaverse");
    assert!(decode(unknown_chat_type).is_err());
    assert!(decode(r#"{"update_id":2,"message":{}}"#).is_err());
    assert!(decode("[]").is_err());
}
