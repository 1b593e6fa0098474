//! What this process sent, and what it may send by that: by the overall rate, and by those of the chat.

use std::{collections::HashMap, time::Duration};

use super::{
    share::Share,
    talk::{SPARE, Talk},
    window::{Full, Rate, Window},
};
use crate::config::LimitsConfig;

/// How late a call may be so that the next one makes up for it: timers are late, and others had the processor.
pub(super) const LATENESS: Duration = Duration::from_millis(100);

/// With fewer chats than that nobody looks which of them are quiet.
const CHATS: usize = 128;

/// The rates of the configuration.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rates {
    pub(super) overall: Rate,
    chat: Rate,
    group: Rate,
}

/// Where there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blocked {
    /// In the chat.
    Chat(Full),
    /// In all of them together.
    Overall(Full),
}

/// The calls of this process.
#[derive(Debug)]
pub(super) struct Local {
    rates: Rates,
    overall: Window,
    /// Nothing leaves before: calls of one second are spread over it.
    next: Duration,
    chats: HashMap<i64, Window>,
    /// With that many chats those that are quiet are forgotten.
    many: usize,
    talk: Talk,
    /// By what the last call left.
    last: Last,
}

/// By what a call left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Last {
    Redis,
    /// By share, at that time.
    Share(Duration),
    None,
}

impl From<&LimitsConfig> for Rates {
    fn from(config: &LimitsConfig) -> Self {
        let rate = |count, seconds| Rate {
            count,
            within: Duration::from_secs(seconds),
        };
        Self {
            overall: rate(config.calls_per_s, 1),
            chat: rate(config.chat_calls_per_s, 1),
            group: rate(config.group_calls_per_min, 60),
        }
    }
}

impl Rates {
    /// Those of one chat. The ids of groups and channels are below 0.
    pub(super) fn of(&self, chat: i64) -> impl Iterator<Item = Rate> + use<> {
        let group = (chat < 0).then_some(self.group);
        [Some(self.chat), group].into_iter().flatten()
    }

    /// How long a call to that chat may count.
    fn longest(&self, chat: i64) -> Duration {
        let longest = self.of(chat).map(|rate| rate.within).max();
        longest.unwrap_or_default()
    }
}

impl Local {
    pub(super) fn new(rates: Rates) -> Self {
        Self {
            rates,
            overall: Window::default(),
            next: Duration::ZERO,
            chats: HashMap::new(),
            many: CHATS,
            talk: Talk::default(),
            last: Last::None,
        }
    }

    /// Whether there is room in the chat.
    pub(super) fn room_in(&self, chat: Option<i64>, now: Duration) -> Result<(), Full> {
        let Some((chat, window)) = chat.and_then(|chat| Some((chat, self.chats.get(&chat)?)))
        else {
            return Ok(());
        };
        self.rates
            .of(chat)
            .try_for_each(|rate| window.room(rate, now))
    }

    /// Whether a call may leave now, by that part of the overall rate; `talk` interactive calls were made so far.
    pub(super) fn room(
        &mut self,
        chat: Option<i64>,
        share: Share,
        talk: u64,
        now: Duration,
    ) -> Result<(), Blocked> {
        self.room_in(chat, now).map_err(Blocked::Chat)?;
        let room = match self.next.saturating_sub(now) {
            Duration::ZERO => {
                self.talk.note(talk, now);
                self.overall.room(self.rate(share), now)
            }
            wait => Err(Full::For(wait)),
        };
        room.map_err(Blocked::Overall)
    }

    /// Notes that so many interactive calls were made so far.
    pub(super) fn note_talk(&mut self, talk: u64, now: Duration) {
        self.talk.note(talk, now);
    }

    /// What is left of that part of the overall rate beside interactive calls. One process leaves room to those that come at
    /// once, wherever they come.
    fn rate(&self, share: Share) -> Rate {
        let spare = if share.is_first() { SPARE } else { 0 };
        share
            .part(self.rates.overall)
            .less(self.talk.expected(spare))
    }

    /// Whether calls left by share that count still.
    pub(super) fn went_by_share(&self, now: Duration) -> bool {
        let counts = |at| now.saturating_sub(at) < 2 * self.rates.overall.within;
        matches!(self.last, Last::Share(at) if counts(at))
    }

    /// Calls leave by share from now on. Those that left by what Redis said, from any process, count first.
    pub(super) fn go_by_share(&mut self, now: Duration) {
        if self.last == Last::Redis {
            self.last = Last::None;
            self.next = self.next.max(now + self.rates.overall.within);
        }
    }

    /// A call leaves; `by_redis` if that said so.
    pub(super) fn begin(&mut self, chat: Option<i64>, share: Share, now: Duration, by_redis: bool) {
        self.last = match by_redis {
            true => Last::Redis,
            false => Last::Share(now),
        };
        self.overall.begin();
        self.next = self.next.max(now.saturating_sub(LATENESS)) + self.rate(share).step();
        if let Some(chat) = chat {
            self.chats.entry(chat).or_default().begin();
            if self.chats.len() >= self.many {
                self.forget_quiet(now);
            }
        }
    }

    /// It was answered, or never will be.
    pub(super) fn end(&mut self, chat: Option<i64>, now: Duration) {
        self.overall.end(now, self.rates.overall.within);
        if let Some(chat) = chat
            && let Some(window) = self.chats.get_mut(&chat)
        {
            window.end(now, self.rates.longest(chat));
        }
    }

    fn forget_quiet(&mut self, now: Duration) {
        let rates = self.rates;
        self.chats
            .retain(|chat, window| !window.is_empty(now, rates.longest(*chat)));
        self.many = CHATS.max(2 * self.chats.len());
    }
}

#[cfg(test)]
mod tests;
