//! The table of methods against the facts of Bot API 10.3.

mod answers;
mod differences;
mod facts;
mod objects;
mod shape;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use self::facts::{FACTS, differences};
pub(super) use self::shape::{Shape, shape_of};
use super::{Place, Query, rows, shared::SHARED, takes, target};
use crate::{UpdateKind, parse_mode};

#[test]
fn every_method_has_one_row() {
    let documented: BTreeSet<_> = FACTS.methods.keys().map(String::as_str).collect();
    let ours: BTreeSet<_> = rows().map(|row| row.name).collect();
    assert_eq!(ours, documented);
    assert_eq!(rows().count(), ours.len(), "a method has two rows");
}

#[test]
fn every_parameter_is_there_by_its_name_and_those_that_differ_are_listed() {
    let mut differ = BTreeMap::new();
    for row in rows() {
        let Shape::Object(_, ours) = (row.params)() else {
            panic!("the parameters of {} are no struct", row.name)
        };
        let found = differences(FACTS.methods[row.name].params(), &ours);
        if !found.is_empty() {
            differ.insert(row.name, found);
        }
    }
    let listed = differences::PARAMS.iter();
    let listed =
        listed.map(|(name, what)| (*name, what.iter().map(|it| (*it).to_owned()).collect()));
    assert_eq!(differ, listed.collect());
}

#[test]
fn every_answer_is_of_its_type() {
    for row in rows() {
        let (documented, ours) = (&FACTS.methods[row.name].answer, (row.answer)());
        match (documented.as_str(), &ours) {
            ("Message | true", Shape::Any) => {}
            ("true", Shape::Bool) => {}
            (kind, ours) => assert!(
                !FACTS.disagrees(kind, ours),
                "{}: {ours:?} for {kind}",
                row.name
            ),
        }
    }
}

#[test]
fn what_a_target_fills_in_is_a_parameter_of_the_method() {
    for row in rows() {
        let (method, target) = (&FACTS.methods[row.name], row.target);
        for parameter in target.place.parameters() {
            assert!(method.takes(parameter), "{} has no {parameter}", row.name);
        }
        if matches!(target.place, Place::Chat | Place::Message | Place::Pressed) {
            for (is_taken, parameter) in [
                (target.has_topic, "message_thread_id"),
                (target.has_direct_topic, "direct_messages_topic_id"),
                (target.has_business, "business_connection_id"),
                (target.has_inline, "inline_message_id"),
            ] {
                assert_eq!(
                    is_taken,
                    method.takes(parameter),
                    "{}: {parameter}",
                    row.name
                );
            }
        }
        let is_from_elsewhere = method.takes("from_chat_id") && method.takes("message_id");
        assert_eq!(target.has_source, is_from_elsewhere, "{}", row.name);
    }
}

#[test]
fn options_in_common_are_those_of_each_method() {
    for row in rows() {
        for (parameter, _) in SHARED {
            let is_taken = FACTS.methods[row.name].takes(parameter);
            assert_eq!(
                takes(row.name, parameter),
                Some(is_taken),
                "{}: {parameter}",
                row.name
            );
        }
    }
    assert_eq!(takes("SENDPHOTO", "caption"), Some(true));
    assert_eq!(takes("sendHologram", "caption"), None);
    assert_eq!(takes("sendPhoto", "photo"), None);
}

#[test]
fn the_default_parse_mode_is_set_for_every_text_that_takes_one() {
    for row in rows() {
        let method = &FACTS.methods[row.name];
        let modes = method.params().filter_map(|(name, ..)| {
            let text = name.strip_suffix("parse_mode")?.trim_end_matches('_');
            let is_caption = text.is_empty() && method.takes("caption");
            let text = if is_caption { "caption" } else { text };
            Some((name, if text.is_empty() { "text" } else { text }))
        });
        for (mode, text) in modes {
            let mut params = Map::from_iter([(text.to_owned(), "x".into())]);
            parse_mode::apply(row.name, &mut params, "HTML");
            let expected = json!({text: "x", mode: "HTML"});
            assert_eq!(Value::from(params), expected, "{}", row.name);
        }
    }
}

#[test]
fn queries_are_answered_by_the_updates_that_bring_them() {
    for query in [
        Query::Callback,
        Query::Inline,
        Query::Shipping,
        Query::PreCheckout,
        Query::Guest,
        Query::JoinRequest,
    ] {
        let update = FACTS.field("Update", query.kind().as_str());
        let id = FACTS.field(update.expect("a kind of update"), query.field());
        assert_eq!(id, Some("string"), "{query:?}");
        assert_eq!(Place::Query(query).parameters(), [query.parameter()]);
    }
}

#[test]
fn every_kind_of_update_is_known() {
    let kinds: Vec<_> = FACTS
        .fields("Update")
        .filter(|name| *name != "update_id")
        .collect();
    assert_eq!(kinds.len(), 27);
    for name in kinds {
        assert_ne!(UpdateKind::from_name(name), UpdateKind::Unknown, "{name}");
    }
}

#[test]
fn a_method_is_found_in_any_case_and_a_new_one_is_none() {
    assert_eq!(target("SENDmessage"), target("sendMessage"));
    assert_eq!(
        target("sendMessage").map(|target| target.place),
        Some(Place::Chat)
    );
    assert_eq!(target("sendHologram"), None);
}

/// Whom a call is done to is never guessed.
#[test]
fn who_is_banned_charged_or_changed_is_said_by_the_call() {
    for row in rows().filter(|row| FACTS.methods[row.name].takes("user_id")) {
        let takes = row.target.place.parameters().contains(&"user_id");
        let is_for_the_sender = [
            "approveChatJoinRequest",
            "declineChatJoinRequest",
            "sendGift",
            "setPassportDataErrors",
            "setUserEmojiStatus",
        ];
        assert_eq!(takes, is_for_the_sender.contains(&row.name), "{}", row.name);
    }
}
