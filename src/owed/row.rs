//! Rows of the table `owed_calls`, as they are written and read.

use diesel::{
    QueryableByName,
    pg::data_types::PgTimestamp,
    sql_types::{BigInt, Bool, Integer, Text, Timestamptz},
};
use jiff::Timestamp;
use ostankino_core::layers::{Owed, Why};
use serde_json::Value;

use crate::{Call, Result, db::from_pg, queue::fnv1a64};

/// The columns of a [`Row`].
pub(super) const COLUMNS: &str =
    "id, update_id, number, slot, kind, is_must, calls, attempts, created_at";

/// Calls that are made later, one after the other.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) id: i64,
    /// Of whose reply they are.
    pub(super) update_id: i64,
    /// The place of the first one in that reply.
    pub(super) number: i32,
    pub(super) slot: i32,
    pub(super) why: Why,
    pub(super) is_must: bool,
    pub(super) calls: Vec<Call>,
    pub(super) attempts: i32,
    pub(super) created_at: Timestamp,
}

/// The same as the database has it.
#[derive(QueryableByName)]
pub(super) struct Stored {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    update_id: i64,
    #[diesel(sql_type = Integer)]
    number: i32,
    #[diesel(sql_type = Integer)]
    slot: i32,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    is_must: bool,
    #[diesel(sql_type = Text)]
    calls: String,
    #[diesel(sql_type = Integer)]
    attempts: i32,
    #[diesel(sql_type = Timestamptz)]
    created_at: PgTimestamp,
}

impl Stored {
    /// The row; `None` if a version that is to come wrote it, whose calls this one cannot make.
    pub(super) fn read(self) -> Option<Row> {
        Some(Row {
            id: self.id,
            update_id: self.update_id,
            number: self.number,
            slot: self.slot,
            why: why(&self.kind)?,
            is_must: self.is_must,
            calls: serde_json::from_str(&self.calls).ok()?,
            attempts: self.attempts,
            created_at: from_pg(self.created_at),
        })
    }
}

/// The calls as they are stored.
pub(super) fn encode(calls: &[Call]) -> Result<String> {
    Ok(serde_json::to_string(calls)?)
}

/// The word of the column `kind`.
pub(super) fn kind(why: Why) -> &'static str {
    match why {
        Why::Must => "must",
        Why::Deferred => "deferred",
        Why::Bulk => "bulk",
    }
}

fn why(kind: &str) -> Option<Why> {
    [Why::Must, Why::Deferred, Why::Bulk]
        .into_iter()
        .find(|why| self::kind(*why) == kind)
}

/// Whether there is an obligation among the calls.
pub(super) fn is_must(calls: &[Call]) -> bool {
    let is_must = |call: &Call| call.attributes().is_some_and(|it| it.must);
    calls.iter().any(is_must)
}

/// Which of as many parts as one likes a place belongs to.
pub(super) fn slot(place: i64) -> i32 {
    let hash = fnv1a64(place.to_string().as_bytes());
    i32::try_from(hash >> 33).expect("it has 31 bits")
}

/// What an edit that stands alone changes: of two with the same target the newer one is enough. `None` if the calls are no such
/// edit.
pub(super) fn target(owed: &Owed) -> Option<String> {
    let [call] = &owed.calls[..] else {
        return None;
    };
    let attributes = call.attributes();
    if attributes.is_some_and(|it| it.must || it.then.is_some() || it.except.is_some()) {
        return None;
    }
    if let Some(it) = attributes
        && it.edits
    {
        return Some(format!("noted {}", it.note.as_deref().unwrap_or_default()));
    }
    let method = EDITS.into_iter().find(|name| call.is(name))?;
    if let Some(name) = attributes.and_then(|it| it.of.as_deref()) {
        return Some(format!("{method} of {name}"));
    }
    let param = |name: &str| call.params().get(name);
    let ephemeral = || param("ephemeral_message_id");
    let message = param("message_id").or_else(|| param("inline_message_id").or_else(ephemeral))?;
    let business = param("business_connection_id").and_then(Value::as_str);
    Some(format!(
        "{method} {message} {}",
        business.unwrap_or_default()
    ))
}

const EDITS: [&str; 8] = [
    "editMessageText",
    "editMessageCaption",
    "editMessageMedia",
    "editMessageReplyMarkup",
    "editEphemeralMessageText",
    "editEphemeralMessageCaption",
    "editEphemeralMessageMedia",
    "editEphemeralMessageReplyMarkup",
];

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::Reply;

    fn owed(reply: &Reply) -> Owed {
        Owed {
            number: 0,
            calls: reply.calls().to_vec(),
            place: 42,
            why: Why::Deferred,
            pause: Duration::ZERO,
            error: None,
        }
    }

    #[test]
    fn an_edit_has_the_target_of_a_newer_one() {
        let edit = |text: &'static str, id: i64| Reply::edit(text).param("message_id", id);
        let target = |reply: Reply| target(&owed(&reply));
        assert!(target(edit("a", 7)).is_some());
        assert_eq!(target(edit("a", 7)), target(edit("b", 7)));
        assert_ne!(target(edit("a", 7)), target(edit("a", 8)));
        let noted = target(Reply::edit_noted("status", "a"));
        assert!(noted.is_some());
        assert_eq!(noted, target(Reply::edit_noted("status", "b")));
        let named = |text: &'static str| target(Reply::edit(text).noted("status"));
        assert!(named("a").is_some() && named("a") == named("b"));
        assert_ne!(named("a"), noted);
        let ephemeral = |id: i64| {
            let edit = crate::Call::new("editEphemeralMessageText");
            target(Reply::call(edit.param("ephemeral_message_id", id)))
        };
        assert!(ephemeral(7).is_some() && ephemeral(7) != target(edit("a", 7)));
        for none in [
            Reply::text("a"),
            Reply::edit("a").noted("status").except(7),
            Reply::text("a").note("status"),
            edit("a", 7).and_then(edit("b", 7)),
            Reply::must(edit("a", 7).calls()[0].clone()),
        ] {
            assert_eq!(target(none), None);
        }
    }

    #[test]
    fn slots_never_change() {
        assert_eq!([0, 42, -100, i64::MAX].map(slot), SLOTS);
    }

    /// Computed by another implementation.
    const SLOTS: [i32; 4] = [1_471_272_614, 66_535_171, 1_617_254_983, 2_078_768_621];

    #[test]
    fn every_kind_is_read_back() {
        for why in [Why::Must, Why::Deferred, Why::Bulk] {
            assert_eq!(super::why(kind(why)), Some(why));
        }
        assert_eq!(super::why("new"), None);
    }
}
