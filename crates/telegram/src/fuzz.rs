//! Real updates, mutated, against serde_json: whatever it accepts is read the same here, and
//! nothing panics, hangs or overflows whatever the bytes are. `PROPTEST_CASES` sets how many.

use proptest::{
    prelude::*,
    sample::{Index, select},
};
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Value, json, value::RawValue};

use super::{Envelope, Update, bounds, repair::repair, scan};
use crate::types;

fn samples() -> Vec<Value> {
    serde_json::from_str(include_str!("fuzz/updates.json")).expect("JSON")
}

/// What is put into an update: each is a thorn in some reader's side.
const THORNS: [&[u8]; 28] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b"\\",
    b",",
    b":",
    b" \n\t",
    b"null",
    b"-0",
    b"1e999",
    b"-1.5",
    b"99999999999999999999",
    b"4503599627370495",
    b"\\ud83d",
    b"\\u0000",
    b"\\udc00\\ud800",
    b"\xff",
    b"\xf0\x9f",
    b"\x01",
    b"[[[[[[[[[[[[[[[[",
    b"]]]]]]]]]]]]]]]]",
    b"\"update_id\":7,",
    b"\"ch\\u0061t\":",
    b"{\"message\":",
    b"\"reply_to_message\":{",
    b"\xef\xbb\xbf",
];

/// One change of some bytes.
#[derive(Clone, Debug)]
enum Cut {
    Remove(Index, usize),
    Insert(Index, &'static [u8]),
    Repeat(Index, usize),
    Flip(Index, u8),
}

fn cut() -> impl Strategy<Value = Cut> {
    prop_oneof![
        (any::<Index>(), 1..9_usize).prop_map(|(at, length)| Cut::Remove(at, length)),
        (any::<Index>(), select(&THORNS[..])).prop_map(|(at, thorn)| Cut::Insert(at, thorn)),
        (any::<Index>(), 1..99_usize).prop_map(|(at, length)| Cut::Repeat(at, length)),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Cut::Flip(at, byte)),
    ]
}

/// The bytes of an update, cut up to six times.
fn cut_up() -> impl Strategy<Value = Vec<u8>> {
    let update = select(samples()).prop_map(|update| update.to_string().into_bytes());
    (update, prop::collection::vec(cut(), 0..6)).prop_map(|(mut bytes, cuts)| {
        for cut in cuts {
            let place = |at: Index, bytes: &[u8]| at.index(bytes.len() + 1);
            match cut {
                Cut::Remove(at, length) => {
                    let at = place(at, &bytes);
                    bytes.drain(at..(at + length).min(bytes.len()));
                }
                Cut::Insert(at, thorn) => {
                    let at = place(at, &bytes);
                    bytes.splice(at..at, thorn.iter().copied());
                }
                Cut::Repeat(at, length) => {
                    let at = place(at, &bytes);
                    let again = bytes[at..(at + length).min(bytes.len())].to_vec();
                    bytes.splice(at..at, again);
                }
                Cut::Flip(at, byte) => {
                    let at = place(at, &bytes);
                    if let Some(old) = bytes.get_mut(at) {
                        *old ^= byte;
                    }
                }
            }
        }
        bytes
    })
}

/// Any JSON in place of any part of an update: it stays JSON.
fn replanted() -> impl Strategy<Value = Value> {
    let part = prop_oneof![
        select(vec![
            json!(null),
            json!(true),
            json!(-0.5),
            json!(7),
            json!(i64::MAX),
            json!(u64::MAX),
            json!("x"),
            json!("\u{0}\"\\"),
            json!([]),
            json!({}),
            json!({"id": 7}),
            json!([{"id": 7}]),
        ]),
        select(samples()),
    ];
    (
        select(samples()),
        prop::collection::vec((any::<Index>(), part), 0..4),
    )
        .prop_map(|(mut update, parts)| {
            for (at, part) in parts {
                let at = at.index(count(&update));
                replace(&mut update, &mut at.clone(), &part);
            }
            update
        })
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Object(fields) => fields.values().map(count).sum(),
        Value::Array(elements) => elements.iter().map(count).sum::<usize>(),
        _ => 0,
    }
}

/// Replaces the part with that number, counted from the outside in.
fn replace(value: &mut Value, number: &mut usize, part: &Value) -> bool {
    if *number == 0 {
        *value = part.clone();
        return true;
    }
    *number -= 1;
    match value {
        Value::Object(fields) => fields
            .values_mut()
            .any(|value| replace(value, number, part)),
        Value::Array(elements) => elements
            .iter_mut()
            .any(|value| replace(value, number, part)),
        _ => false,
    }
}

/// The members of an object as serde_json tells them.
struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        std::iter::from_fn(|| map.next_entry().transpose()).collect()
    }
}

/// What serde_json says is inside, the scanner finds, at every level.
fn assert_same(json: &str) {
    let mut left = vec![json];
    while let Some(json) = left.pop() {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        if let Ok(pairs) = deserializer.deserialize_map(Pairs) {
            let found: Vec<_> = scan::members(json.as_bytes())
                .map(|pair| pair.expect("serde_json reads it"))
                .collect();
            assert_eq!(found.len(), pairs.len(), "{json}");
            for ((key, value), (same_key, same_value)) in found.iter().zip(pairs) {
                assert_eq!(**key, *same_key.as_bytes(), "{json}");
                assert_eq!(*value, same_value.get().as_bytes(), "{json}");
                left.push(same_value.get());
            }
        } else if let Ok(elements) = serde_json::from_str::<Vec<&RawValue>>(json) {
            let found: Vec<_> = scan::elements(json.as_bytes())
                .map(|element| element.expect("serde_json reads it"))
                .collect();
            let same: Vec<_> = elements.iter().map(|e| e.get().as_bytes()).collect();
            assert_eq!(found, same, "{json}");
            left.extend(elements.into_iter().map(RawValue::get));
        }
    }
}

/// The ids of [`Envelope`], read from the tree that serde_json makes.
fn owner(payload: &Value) -> (Option<i64>, Option<i64>) {
    let from = [
        "/from/id",
        "/user/id",
        "/source/user/id",
        "/boost/source/user/id",
    ];
    let id = |path: &&str| payload.pointer(path).and_then(Value::as_i64);
    let users: Vec<_> = from.iter().filter_map(id).collect();
    let chats: Vec<_> = ["/chat/id", "/message/chat/id"]
        .iter()
        .filter_map(id)
        .collect();
    // Where there are two, either is as good.
    let one = |ids: &[i64]| (ids.len() == 1).then(|| ids[0]);
    (one(&users), one(&chats))
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(1500)
    })]

    #[test]
    fn no_bytes_panic_and_what_serde_json_accepts_is_split_the_same(bytes in cut_up()) {
        let update = Update::decode(bytes.clone());
        let _ = Envelope::peek(&bytes);
        if let Ok(update) = &update {
            let _ = update.payload::<types::Message>();
            let _ = update.payload::<types::CallbackQuery>();
            let _ = update.payload::<types::ChatMemberUpdated>();
            let _ = super::part::names(update);
        }
        if let Ok(text) = std::str::from_utf8(&bytes)
            && serde_json::from_str::<IgnoredAny>(text).is_ok()
        {
            assert_same(text);
            let has_id = Envelope::peek(&bytes).is_some();
            prop_assert!(has_an_id(text).is_none_or(|same| has_id == same));
            prop_assert!(has_id || update.is_err());
        }
    }

    #[test]
    fn what_is_repaired_is_json_and_what_is_json_is_left_alone(bytes in cut_up()) {
        match repair(&bytes) {
            Some(repaired) => {
                prop_assert!(serde_json::from_slice::<Value>(&bytes).is_err());
                prop_assert!(serde_json::from_str::<IgnoredAny>(&repaired).is_ok(), "{}", repaired);
                prop_assert_eq!(repair(repaired.as_bytes()), None);
            }
            None => {
                let odd = |error: &serde_json::Error| error.is_syntax() || error.is_eof();
                let read = serde_json::from_slice::<Value>(&bytes);
                prop_assert!(read.as_ref().err().is_none_or(odd));
            }
        }
    }

    #[test]
    fn every_update_is_read_as_the_tree_of_serde_json_says(update in replanted()) {
        let bytes = update.to_string();
        assert_same(&bytes);
        let envelope = Envelope::peek(bytes.as_bytes());
        let id = update.get("update_id").and_then(Value::as_i64);
        prop_assert_eq!(envelope.map(|envelope| envelope.update_id), id);
        let Some(envelope) = envelope else { return Ok(()) };
        let payload = update.get(envelope.kind_name).unwrap_or(&Value::Null);
        let (user, chat) = owner(payload);
        prop_assert!(user.is_none_or(|id| envelope.user_id == Some(id)));
        prop_assert!(chat.is_none_or(|id| envelope.chat_id == Some(id)));
        let Ok(decoded) = Update::decode(bytes) else { return Ok(()) };
        if let Some(message) = decoded.message().filter(|_| decoded.callback_query().is_none()) {
            prop_assert_eq!(message.text.as_deref(), payload["text"].as_str());
            prop_assert_eq!(message.caption.as_deref(), payload["caption"].as_str());
            prop_assert_eq!(Some(message.chat.id), payload["chat"]["id"].as_i64());
            prop_assert_eq!(message.from.as_ref().map(|from| from.id), payload["from"]["id"].as_i64());
        }
        if let Some(query) = decoded.callback_query() {
            prop_assert_eq!(Some(query.id.as_str()), payload["id"].as_str());
            prop_assert_eq!(query.data.as_deref(), payload["data"].as_str());
        }
    }
}

/// Whether serde_json finds an id; `None` if it cannot read a key.
fn has_an_id(text: &str) -> Option<bool> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let pairs = match deserializer.deserialize_map(Pairs) {
        Ok(pairs) => pairs,
        Err(error) if error.is_data() => return Some(false),
        Err(_) => return None,
    };
    let id = pairs.iter().rfind(|(key, _)| key == "update_id");
    Some(id.is_some_and(|(_, id)| serde_json::from_str::<i64>(id.get()).is_ok()))
}

/// Were any of it quadratic, this would not end within a day.
#[test]
fn the_work_grows_with_the_length_only() {
    const TIMES: usize = 1 << 17;
    let open = br#"{"update_id":1,"message":"#;
    for again in [
        &b"["[..],
        b"{\"a\":",
        b"\\",
        b"\"",
        b"\\\"",
        b"\\ud800",
        b"\xff",
        b"\"\\",
        b"{\"message\":",
        b"{\"chat\":",
        b"[\"a\",",
        b",",
        b"1",
    ] {
        let bytes = [open, &again.repeat(TIMES)[..]].concat();
        assert!(Update::decode(bytes.clone()).is_err());
        let _ = repair(&bytes);
        let _ = bounds::check(&bytes);
        let whole = [
            &open[..],
            b"{\"chat\":{\"id\":1},\"x\":\"",
            &again.repeat(TIMES),
            b"\"}}",
        ]
        .concat();
        if let Ok(update) = Update::decode(whole) {
            let _ = update.payload::<types::Message>();
        }
    }
}
