//! Flood control: how many messages Telegram takes from a bot, and how long it has to wait once there were more.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use super::{State, traffic::Traffic};

/// So many messages within so much time.
#[derive(Clone, Copy)]
struct Limit {
    count: usize,
    within: Duration,
}

const OVERALL: Limit = Limit {
    count: 30,
    within: Duration::from_secs(1),
};

/// The same of messages that are paid for.
const PAID: Limit = Limit {
    count: 1000,
    within: Duration::from_secs(1),
};

/// One a second, and bursts of three.
const PRIVATE: Limit = Limit {
    count: 3,
    within: Duration::from_secs(3),
};

const GROUP: Limit = Limit {
    count: 20,
    within: Duration::from_secs(60),
};

/// When the bot sent what, by Telegram's clock: since 1970.
#[derive(Debug, Default)]
pub(crate) struct Flood {
    all: VecDeque<Duration>,
    chats: HashMap<i64, VecDeque<Duration>>,
    pub(crate) traffic: Traffic,
}

impl Flood {
    /// Takes `count` messages to a chat; the error is after how many seconds the bot may try again. Those that are paid for may
    /// be more than all chats together take: says whether they are.
    fn take(&mut self, chat: i64, count: usize, is_paid: bool, now: Duration) -> Result<bool, u64> {
        let limit = if chat < 0 { GROUP } else { PRIVATE };
        let sent = self.chats.entry(chat).or_default();
        let (own, all) = (limit.wait(sent, now), OVERALL.wait(&mut self.all, now));
        let wait = match is_paid {
            true => own.max(PAID.wait(&mut self.all, now)),
            false => own.max(all),
        };
        if !wait.is_zero() {
            return Err(wait.as_secs_f64().ceil() as u64);
        }
        // An album counts as many, but is never refused for its own size.
        sent.extend(std::iter::repeat_n(now, count));
        self.all.extend(std::iter::repeat_n(now, count));
        Ok(!all.is_zero())
    }
}

impl Limit {
    /// How long until one more fits; forgets those that count no more, and those that come later, since the clock was set back.
    fn wait(self, sent: &mut VecDeque<Duration>, now: Duration) -> Duration {
        let counts = |at: Duration| now.checked_sub(at).is_some_and(|age| age < self.within);
        while sent.front().is_some_and(|at| !counts(*at)) {
            sent.pop_front();
        }
        let blocking = sent.len().checked_sub(self.count);
        blocking.map_or(Duration::ZERO, |index| self.within - (now - sent[index]))
    }
}

impl State {
    /// Counts messages to a chat if flood control is on; the error is after how many seconds the bot may try again.
    /// Those that are paid for cost Stars where they are more than all chats together take.
    pub(crate) fn admit(
        &mut self,
        chat_id: i64,
        messages: usize,
        is_paid: bool,
    ) -> Result<(), u64> {
        if !self.settings.flood_control {
            return Ok(());
        }
        let is_paid = is_paid && self.star_balance() > 0;
        let now = self.clock.since_1970();
        if self.flood.take(chat_id, messages, is_paid, now)? {
            self.pay_broadcast(messages);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_800_000_000);

    #[test]
    fn what_was_sent_does_not_count_after_the_clock_was_set_back() {
        let mut flood = Flood::default();
        for _ in 0..3 {
            assert_eq!(flood.take(7, 1, false, NOW), Ok(false));
        }
        assert_eq!(flood.take(7, 1, false, NOW), Err(3));
        let before = NOW - Duration::from_secs(86_400);
        assert_eq!(flood.take(7, 1, false, before), Ok(false));
    }

    #[test]
    fn a_private_chat_takes_a_burst_and_then_one_a_second() {
        let (mut flood, start) = (Flood::default(), NOW);
        let second = Duration::from_secs(1);
        for _ in 0..3 {
            assert_eq!(flood.take(7, 1, false, start), Ok(false));
        }
        assert_eq!(flood.take(7, 1, false, start), Err(3));
        assert_eq!(flood.take(8, 1, false, start), Ok(false));
        assert_eq!(
            flood.take(7, 1, false, start + 2 * second + second / 2),
            Err(1)
        );
        assert_eq!(flood.take(7, 1, false, start + 3 * second), Ok(false));
    }

    #[test]
    fn what_is_paid_for_may_be_more() {
        let (mut flood, start) = (Flood::default(), NOW);
        for chat in 1..=30 {
            assert_eq!(flood.take(chat, 1, true, start), Ok(false));
        }
        assert_eq!(flood.take(31, 1, true, start), Ok(true));
        assert_eq!(flood.take(32, 1, false, start), Err(1));
        for chat in 32..=1000 {
            assert_eq!(flood.take(chat, 1, true, start), Ok(true));
        }
        assert_eq!(flood.take(1001, 1, true, start), Err(1));
    }

    #[test]
    fn a_group_takes_twenty_a_minute_and_an_album_counts_as_many() {
        let (mut flood, start) = (Flood::default(), NOW);
        for _ in 0..2 {
            assert_eq!(flood.take(-7, 10, false, start), Ok(false));
        }
        assert_eq!(
            flood.take(-7, 1, false, start + Duration::from_secs(20)),
            Err(40)
        );
        assert_eq!(
            flood.take(-7, 1, false, start + Duration::from_secs(60)),
            Ok(false)
        );
    }

    #[test]
    fn all_chats_together_take_thirty_a_second() {
        let (mut flood, start) = (Flood::default(), NOW);
        for chat in 1..=30 {
            assert_eq!(flood.take(chat, 1, false, start), Ok(false));
        }
        assert_eq!(flood.take(31, 1, false, start), Err(1));
        assert_eq!(
            flood.take(31, 1, false, start + Duration::from_secs(1)),
            Ok(false)
        );
    }
}
