//! The update queue: what waits for the bot, what the bot has confirmed, and who polls.

mod saved;

use std::{
    collections::{HashSet, VecDeque},
    time::{Duration, Instant},
};

use bytes::Bytes;
use serde::Serialize;
use tokio::sync::oneshot;

/// Every kind of update.
const KINDS: [&str; 27] = [
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "guest_message",
    "message_reaction",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "managed_bot",
    "subscription",
    "stopped_message_generation",
];

/// The kinds a bot gets only when it asks for them.
const ON_REQUEST: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

/// What Telegram makes bots wait that poll in a hurry or in conflict.
pub(crate) const SLOW: Duration = Duration::from_secs(3);

/// Why a waiting poll ended without its answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ended {
    /// A newer poll had to wait too.
    OtherPoll,
    /// A webhook was set meanwhile.
    NewWebhook,
    /// A webhook was set before: it did not even begin.
    ActiveWebhook,
}

/// How long an update of a kind waits for the bot, after which it is dropped, as the real server has it.
fn lifetime(kind: &str) -> Duration {
    Duration::from_secs(match kind {
        "inline_query" => 30,
        "callback_query" | "shipping_query" | "pre_checkout_query" => 150,
        "chosen_inline_result" => 600,
        _ => 86_400,
    })
}

/// An update that waits.
struct Waiting {
    id: i64,
    nth: u64,
    element: Bytes,
    /// Until when, in milliseconds of Telegram's clock.
    until: u128,
}

/// Updates in the order of their ids, serialized once, and the poller that waits for more.
pub(crate) struct Queue {
    waiting: VecDeque<Waiting>,
    /// Before this none of them is too old.
    soonest: u128,
    next_id: i64,
    /// Tells updates with the same id apart.
    next_nth: u64,
    /// Which rows of the file are out of date, if there is a file.
    unsaved: Option<HashSet<(i64, u64)>>,
    confirmed: Option<i64>,
    allowed: Vec<&'static str>,
    poller: Option<(u64, oneshot::Sender<Ended>)>,
    pollers: u64,
    last_poll: Option<(i64, Instant)>,
    /// Until when conflicts are answered late.
    calm_again: Option<Instant>,
}

impl Queue {
    pub(super) fn new() -> Self {
        Self {
            waiting: VecDeque::new(),
            soonest: u128::MAX,
            // Telegram starts at a random number too.
            next_id: fastrand::i64(100_000_000..900_000_000),
            next_nth: 0,
            unsaved: None,
            confirmed: None,
            allowed: default_kinds(),
            poller: None,
            pollers: 0,
            last_poll: None,
            calm_again: None,
        }
    }

    /// Queues an update unless the bot does not want its kind; returns its id, and the element if it was queued.
    pub(super) fn push(
        &mut self,
        kind: &str,
        payload: &impl Serialize,
        now: u128,
    ) -> (i64, Option<Bytes>) {
        let id = self.next_id();
        if !self.allowed.contains(&kind) {
            return (id, None);
        }
        let mut element = format!(r#"{{"update_id":{id},"{kind}":"#).into_bytes();
        serde_json::to_writer(&mut element, payload).expect("updates are plain data");
        element.push(b'}');
        let element = Bytes::from(element);
        self.push_raw(id, element.clone(), now);
        (id, Some(element))
    }

    /// The id of an update to be pushed.
    pub(crate) fn next_id(&mut self) -> i64 {
        self.next_id += 1;
        self.next_id - 1
    }

    pub(super) fn push_raw(&mut self, id: i64, element: Bytes, now: u128) {
        let until = self.until(&element, now);
        let nth = self.next_nth;
        self.next_nth += 1;
        let place = self.waiting.partition_point(|other| other.id <= id);
        self.mark(id, nth);
        let waiting = Waiting {
            id,
            nth,
            element,
            until,
        };
        self.waiting.insert(place, waiting);
        self.next_id = self.next_id.max(id.saturating_add(1));
    }

    fn until(&mut self, element: &[u8], now: u128) -> u128 {
        let until = now + lifetime(kind_of(element)).as_millis();
        self.soonest = self.soonest.min(until);
        until
    }

    /// Drops what has waited for too long.
    pub(crate) fn expire(&mut self, now: u128) {
        if now < self.soonest {
            return;
        }
        let old: Vec<i64> = self
            .waiting
            .iter()
            .filter(|waiting| waiting.until <= now)
            .map(|waiting| waiting.id)
            .collect();
        for id in old {
            self.remove(id);
        }
        self.soonest = self
            .waiting
            .iter()
            .map(|waiting| waiting.until)
            .min()
            .unwrap_or(u128::MAX);
    }

    fn mark(&mut self, id: i64, nth: u64) {
        if let Some(unsaved) = &mut self.unsaved {
            unsaved.insert((id, nth));
        }
    }

    /// Takes out the first ones, those that are no longer wanted.
    fn drop_first(&mut self, count: usize) {
        for Waiting { id, nth, .. } in self.waiting.drain(..count).collect::<Vec<_>>() {
            self.mark(id, nth);
        }
    }

    /// Takes the offset at its word: a positive one confirms everything below it, a negative one forgets all but the last.
    /// One that is more than 10 beyond the next id is of a time before the ids began anew: it confirms nothing.
    pub(crate) fn confirm(&mut self, offset: i64) {
        if offset > self.next_id.saturating_add(10) {
            return;
        }
        if offset > 0 {
            let count = self.waiting.partition_point(|waiting| waiting.id < offset);
            self.drop_first(count);
            self.confirmed = Some(offset);
        } else if offset < 0 {
            let last = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            self.drop_first(self.waiting.len().saturating_sub(last));
        }
    }

    /// The first updates that wait.
    pub(crate) fn first(&self, limit: usize) -> Vec<Bytes> {
        self.waiting
            .iter()
            .take(limit)
            .map(|waiting| waiting.element.clone())
            .collect()
    }

    /// All that wait, in order.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = (i64, &Bytes)> {
        self.waiting
            .iter()
            .map(|waiting| (waiting.id, &waiting.element))
    }

    /// Whether an update that waits will be too old at a time.
    pub(crate) fn is_over(&self, id: i64, at: u128) -> bool {
        let place = self.waiting.partition_point(|waiting| waiting.id < id);
        self.waiting
            .get(place)
            .is_some_and(|waiting| waiting.id == id && at > waiting.until)
    }

    /// The bot took this one from its webhook.
    pub(crate) fn remove(&mut self, id: i64) {
        let begin = self.waiting.partition_point(|waiting| waiting.id < id);
        while let Some(waiting) = self.waiting.get(begin).filter(|waiting| waiting.id == id) {
            let nth = waiting.nth;
            self.waiting.remove(begin);
            self.mark(id, nth);
        }
    }

    /// Notes a poll with this offset; says how long ago the last one came, if that had the same: Telegram slows such bots down.
    pub(crate) fn repeats(&mut self, offset: i64) -> Option<Duration> {
        let now = Instant::now();
        let (last, at) = self.last_poll.replace((offset, now))?;
        (last == offset).then(|| now - at)
    }

    /// How late the bot is to hear of a conflict: at once the first time, then 3 s late until there was none for as long.
    pub(crate) fn conflict_delay(&mut self) -> Duration {
        let now = Instant::now();
        if self.calm_again.is_some_and(|at| now < at) {
            return SLOW;
        }
        self.calm_again = Some(now + SLOW);
        Duration::ZERO
    }

    /// Lets a poller wait, ending the older one; it hears of its own end by the receiver.
    pub(crate) fn wait(&mut self) -> (u64, oneshot::Receiver<Ended>) {
        self.end_poll(Ended::OtherPoll);
        let (sender, receiver) = oneshot::channel();
        self.pollers += 1;
        self.poller = Some((self.pollers, sender));
        (self.pollers, receiver)
    }

    /// Ends the poll that waits, if one does.
    pub(crate) fn end_poll(&mut self, why: Ended) {
        if let Some((_, poller)) = self.poller.take() {
            // It may have hung up this moment, which is as good.
            let _ = poller.send(why);
        }
    }

    /// The poller with this number waits no longer.
    pub(crate) fn leave(&mut self, number: u64) {
        self.poller.take_if(|(current, _)| *current == number);
    }

    /// Remembers which kinds the bot wants; nothing known in the list means the default.
    pub(crate) fn allow(&mut self, kinds: &[String]) {
        let known = KINDS
            .into_iter()
            .filter(|kind| kinds.iter().any(|wanted| wanted.eq_ignore_ascii_case(kind)));
        self.allowed = known.collect();
        if self.allowed.is_empty() {
            self.allowed = default_kinds();
        }
    }

    /// The kinds the bot asked for; `None` while they are the default ones.
    pub(crate) fn chosen_kinds(&self) -> Option<&[&'static str]> {
        (self.allowed != default_kinds()).then_some(&self.allowed)
    }

    /// Forgets all that waits.
    pub(crate) fn clear(&mut self) {
        self.drop_first(self.waiting.len());
        self.waiting.shrink_to_fit();
    }

    pub(crate) fn pending(&self) -> usize {
        self.waiting.len()
    }

    pub(crate) fn confirmed(&self) -> Option<i64> {
        self.confirmed
    }

    pub(crate) fn is_polled(&self) -> bool {
        self.poller.is_some()
    }
}

/// The kind of an update: the name of its field after the id, where that is written first, as here.
fn kind_of(element: &[u8]) -> &str {
    let text = std::str::from_utf8(element).unwrap_or_default();
    let rest = text
        .strip_prefix(r#"{"update_id":"#)
        .and_then(|rest| rest.split_once(",\""));
    rest.and_then(|(_, rest)| rest.split_once('"'))
        .map_or("", |(kind, _)| kind)
}

fn default_kinds() -> Vec<&'static str> {
    KINDS
        .into_iter()
        .filter(|kind| !ON_REQUEST.contains(kind))
        .collect()
}
