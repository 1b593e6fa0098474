//! Which update is to be posted when: each chat is a lane, and the first update of a lane holds up those behind it.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use bytes::Bytes;
use serde_json::Value;
use tokio::time::Instant;

/// How many waiting updates are looked at.
const SIGHT: usize = 1000;

/// The longest wait before an update is posted again is between this and twice this.
const LONGEST: u64 = 60;

const MAX_RETRY_AFTER: u64 = 3600;

/// What is known of the updates that wait.
#[derive(Default)]
pub(super) struct Lanes {
    updates: HashMap<i64, Known>,
}

struct Known {
    lane: i64,
    is_under_way: bool,
    failures: u32,
    /// The wait after the next failure is twice this, in seconds.
    delay: u64,
    not_before: Option<Instant>,
}

impl Lanes {
    /// Takes out up to `free` updates that are to be posted now; also, when the next one is due.
    pub(super) fn due<'a>(
        &mut self,
        waiting: impl Iterator<Item = (i64, &'a Bytes)>,
        free: usize,
    ) -> (Vec<(i64, Bytes)>, Option<Instant>) {
        let now = Instant::now();
        let (mut due, mut wake_at) = (vec![], None::<Instant>);
        let (mut lanes, mut seen) = (HashSet::new(), HashSet::new());
        for (id, element) in waiting.take(SIGHT) {
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

    /// The bot did not take this one; it is posted again later.
    pub(super) fn failed(&mut self, id: i64, now: Instant, retry_after: Option<u64>) {
        let Some(known) = self.updates.get_mut(&id) else {
            return;
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
        known.not_before = Some(now + Duration::from_secs(wait));
    }
}

/// The chat an update is of, or the user; an update of neither is a lane of its own.
fn lane(update_id: i64, element: &Bytes) -> i64 {
    let update: Value = serde_json::from_slice(element).unwrap_or_default();
    let payload = update
        .as_object()
        .into_iter()
        .flatten()
        .find(|(key, _)| *key != "update_id")
        .map(|(_, payload)| payload);
    let id = |pointer: &str| payload?.pointer(pointer)?.as_i64();
    ["/chat/id", "/message/chat/id", "/from/id", "/user/id"]
        .into_iter()
        .find_map(id)
        .unwrap_or(update_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: i64, chat: i64) -> (i64, Bytes) {
        let text = format!(r#"{{"update_id":{id},"message":{{"chat":{{"id":{chat}}}}}}}"#);
        (id, text.into())
    }

    fn due(lanes: &mut Lanes, waiting: &[(i64, Bytes)], free: usize) -> Vec<i64> {
        let waiting = waiting.iter().map(|(id, element)| (*id, element));
        lanes
            .due(waiting, free)
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
