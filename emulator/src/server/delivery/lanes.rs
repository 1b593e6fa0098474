//! Which update is to be posted when: each chat is a lane, and the first update of a lane holds up those behind it.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use bytes::Bytes;
use serde_json::Value;
use tokio::time::Instant;

/// The longest wait before an update is posted again is between this and twice this.
const LONGEST: u64 = 60;

const MAX_RETRY_AFTER: u64 = 3600;

/// A queue: a kind of them, and of which chat or user it is.
type Lane = (u8, i64);

/// What is known of the updates that wait.
#[derive(Default)]
pub(super) struct Lanes {
    updates: HashMap<i64, Known>,
}

struct Known {
    lane: Lane,
    is_under_way: bool,
    failures: u32,
    /// The wait after the next failure is twice this, in seconds.
    delay: u64,
    not_before: Option<Instant>,
}

impl Lanes {
    /// Takes out up to `free` updates that are to be posted now; also, when the next one is due. No more are looked at than
    /// twice as many as there are connections: when all of these wait, so do all others.
    pub(super) fn due<'a>(
        &mut self,
        waiting: impl Iterator<Item = (i64, &'a Bytes)>,
        free: usize,
        connections: usize,
    ) -> (Vec<(i64, Bytes)>, Option<Instant>) {
        let now = Instant::now();
        let (mut due, mut wake_at) = (vec![], None::<Instant>);
        let (mut lanes, mut seen) = (HashSet::new(), HashSet::new());
        for (id, element) in waiting.take(2 * connections) {
            seen.insert(id);
            let known = self.updates.entry(id).or_insert_with(|| Known {
                lane: lane(id, element),
                is_under_way: false,
                failures: 0,
                delay: 1,
                not_before: None,
            });
            if !lanes.insert(known.lane) || known.is_under_way {
                continue;
            }
            match known.not_before.filter(|at| *at > now) {
                Some(at) => wake_at = Some(wake_at.map_or(at, |other| other.min(at))),
                None if due.len() < free => {
                    known.is_under_way = true;
                    due.push((id, element.clone()));
                }
                None => {}
            }
        }
        // Those that were dropped meanwhile.
        self.updates.retain(|id, _| seen.contains(id));
        (due, wake_at)
    }

    /// The bot took this one.
    pub(super) fn delivered(&mut self, id: i64) {
        self.updates.remove(&id);
    }

    /// The bot did not take this one; it is posted again after the time that is returned.
    pub(super) fn failed(&mut self, id: i64, now: Instant, retry_after: Option<u64>) -> Duration {
        let Some(known) = self.updates.get_mut(&id) else {
            return Duration::ZERO;
        };
        let wait = match retry_after {
            Some(seconds) if seconds > 0 => seconds.min(MAX_RETRY_AFTER),
            _ if known.failures == 0 => 0,
            _ => {
                let longest = fastrand::u64(LONGEST..=2 * LONGEST);
                known.delay = (known.delay * 2).min(longest);
                known.delay
            }
        };
        known.is_under_way = false;
        known.failures += 1;
        let wait = Duration::from_secs(wait);
        known.not_before = Some(now + wait);
        wait
    }
}

/// The lane of an update, as the real server has them: messages of a chat, presses of a user, votes in a poll and so on do
/// not wait for each other. One of neither chat nor user is a lane of its own.
fn lane(update_id: i64, element: &Bytes) -> Lane {
    let update: Value = serde_json::from_slice(element).unwrap_or_default();
    let fields = update.as_object().into_iter().flatten();
    let Some((kind, payload)) = fields.into_iter().find(|(key, _)| *key != "update_id") else {
        return (u8::MAX, update_id);
    };
    let (number, pointer) = match kind.as_str() {
        "inline_query" => (1, "/from/id"),
        "chosen_inline_result" => (2, "/from/id"),
        "callback_query" => (3, "/from/id"),
        "shipping_query" | "pre_checkout_query" => (4, "/from/id"),
        "my_chat_member" => (5, "/chat/id"),
        "chat_member" => (6, "/new_chat_member/user/id"),
        "chat_join_request" => (6, "/from/id"),
        "chat_boost" | "removed_chat_boost" => (7, "/chat/id"),
        "message_reaction" => (8, "/chat/id"),
        "message_reaction_count" => (9, "/chat/id"),
        "business_connection" => (10, "/user/id"),
        "deleted_business_messages" => (11, "/chat/id"),
        "poll" => (12, "/id"),
        "poll_answer" => (12, "/poll_id"),
        "purchased_paid_media" => (13, "/from/id"),
        _ => (0, "/chat/id"),
    };
    let id = payload.pointer(pointer);
    // The ids of polls are texts.
    match id.and_then(|id| id.as_i64().or_else(|| id.as_str()?.parse().ok())) {
        Some(id) => (number, id),
        None => (u8::MAX, update_id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONNECTIONS: usize = 3;

    fn message(id: i64, chat: i64) -> (i64, Bytes) {
        let text = format!(r#"{{"update_id":{id},"message":{{"chat":{{"id":{chat}}}}}}}"#);
        (id, text.into())
    }

    fn due(lanes: &mut Lanes, waiting: &[(i64, Bytes)], free: usize) -> Vec<i64> {
        let waiting = waiting.iter().map(|(id, element)| (*id, element));
        lanes
            .due(waiting, free, CONNECTIONS)
            .0
            .iter()
            .map(|(id, _)| *id)
            .collect()
    }

    #[test]
    fn the_updates_of_a_chat_wait_for_each_other_and_for_no_other_chat() {
        let mut lanes = Lanes::default();
        let waiting = [message(1, 7), message(2, 7), message(3, 8), message(4, 9)];
        assert_eq!(due(&mut lanes, &waiting, 2), [1, 3]);
        assert_eq!(due(&mut lanes, &waiting, 1), [4]);
        lanes.delivered(1);
        assert_eq!(due(&mut lanes, &waiting[1..], 9), [2]);
    }

    #[test]
    fn no_more_are_looked_at_than_twice_as_many_as_there_are_connections() {
        let mut lanes = Lanes::default();
        let waiting: Vec<_> = (1..=6)
            .map(|id| message(id, 7))
            .chain([message(7, 8)])
            .collect();
        assert_eq!(due(&mut lanes, &waiting, 3), [1]);
        lanes.delivered(1);
        assert_eq!(due(&mut lanes, &waiting[1..], 3), [2, 7]);
    }

    #[test]
    fn a_press_overtakes_a_message_and_votes_wait_for_their_poll() {
        let of = |kind: &str, payload: &str| {
            lane(
                1,
                &format!(r#"{{"update_id":1,"{kind}":{payload}}}"#).into(),
            )
        };
        let message = of("message", r#"{"chat":{"id":7},"from":{"id":7}}"#);
        assert_eq!(of("edited_message", r#"{"chat":{"id":7}}"#), message);
        assert_ne!(
            of(
                "callback_query",
                r#"{"from":{"id":7},"message":{"chat":{"id":7}}}"#
            ),
            message
        );
        assert_eq!(
            of("poll", r#"{"id":"9"}"#),
            of("poll_answer", r#"{"poll_id":"9"}"#)
        );
        assert_eq!(of("nonsense", "{}"), (u8::MAX, 1));
    }

    #[test]
    fn the_first_failure_is_tried_again_at_once_and_the_next_ones_later_and_later() {
        let mut lanes = Lanes::default();
        let waiting = [message(1, 7)];
        let wait = |lanes: &mut Lanes, retry_after| {
            let now = Instant::now();
            due(lanes, &waiting, 1);
            lanes.failed(1, now, retry_after);
            let wait = lanes.updates[&1].not_before.unwrap() - now;
            lanes.updates.get_mut(&1).unwrap().not_before = None;
            wait.as_secs()
        };
        let waits: Vec<u64> = (0..6).map(|_| wait(&mut lanes, None)).collect();
        assert_eq!(waits, [0, 2, 4, 8, 16, 32]);
        assert!((60..=120).contains(&wait(&mut lanes, None)) || lanes.updates[&1].delay == 64);
        assert_eq!(wait(&mut lanes, Some(9)), 9);
    }
}
