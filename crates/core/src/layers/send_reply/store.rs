//! What outlives a reply: the names of its messages, and the calls that are still owed.

use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::Value;

use crate::{Call, request::UpdateKey, telegram::internal::Then};

/// Where that is kept. What it is asked to keep is kept when it returns, however long that takes.
pub trait ReplyStore: Send + Sync + 'static {
    /// A call that somebody waits for is about to be made, to a chat or to none. Says whether that may be
    /// [held](Self::held): told before each call, so it costs next to nothing.
    fn begins(&self, chat: Option<i64>) -> bool;

    /// How long what goes to that [place](place_of) is to wait at the least, if others wait there before it, or the
    /// chat takes nothing.
    fn held(&self, place: i64) -> BoxFuture<'_, Option<Duration>>;

    /// The id of the message of that name in a chat.
    fn noted<'a>(&'a self, chat: i64, name: &'a str) -> BoxFuture<'a, Option<i64>>;

    /// From now on a message of a chat has that name.
    fn note<'a>(&'a self, chat: i64, name: &'a str, message: i64) -> BoxFuture<'a, ()>;

    /// An event happens: that Telegram answered the call with that number of the reply to an update.
    fn happen<'a>(
        &'a self,
        cause: UpdateKey,
        number: usize,
        event: &'a Then,
        data: Value,
    ) -> BoxFuture<'a, ()>;

    /// Calls of the reply to an update are made later: those that are not kept yet.
    fn owe(&self, cause: UpdateKey, owed: Vec<Owed>) -> BoxFuture<'_, ()>;
}

/// Calls that are made later, one after the other, each only if that before it succeeded.
#[derive(Clone, Debug, PartialEq)]
pub struct Owed {
    /// The place of the first one among the calls of the reply, from 0.
    pub number: usize,
    /// The calls, with where they go.
    pub calls: Vec<Call>,
    /// What they must not overtake: see [`place_of`].
    pub place: i64,
    /// Why they were not made at once.
    pub why: Why,
    /// How long to wait before the first try.
    pub pause: Duration,
    /// What Telegram said, if it was tried.
    pub error: Option<String>,
}

/// Why a call is made later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// An obligation of which it is not known whether it was met. It holds up nobody else.
    Must,
    /// Its chat takes nothing for a while, or others wait for that before it.
    Deferred,
    /// Nobody waits for it.
    Bulk,
}

/// What a call must not overtake, and is not overtaken by: the chat it goes to, by its id, or else what stands for
/// another place, beyond all ids.
#[must_use]
pub fn place_of(call: &Call) -> i64 {
    let params = call.params();
    for name in ["chat_id", "user_id"] {
        if let Some(id) = params.get(name).and_then(Value::as_i64) {
            return id;
        }
    }
    for name in ["chat_id", "inline_message_id"] {
        if let Some(place) = params.get(name).and_then(Value::as_str) {
            return beyond(place);
        }
    }
    beyond(&Value::from(params.clone()).to_string())
}

/// A number that is no id of a chat: those have 52 bits. FNV-1a.
fn beyond(place: &str) -> i64 {
    let hash = place.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    i64::try_from(hash >> 2 | 1 << 61).expect("it has 62 bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_to_one_place_has_one_number() {
        let send = |chat: Value| place_of(&Call::new("sendMessage").param("chat_id", chat));
        assert_eq!(send((-42).into()), -42);
        assert_eq!(send("@news".into()), send("@news".into()));
        assert_ne!(send("@news".into()), send("@olds".into()));
        let answer =
            |id| place_of(&Call::new("answerCallbackQuery").param("callback_query_id", id));
        assert!(answer("1") > 1 << 60 && answer("1") != answer("2"));
        let refund = Call::new("refundStarPayment").param("user_id", 7);
        assert_eq!(place_of(&refund), 7);
    }
}
