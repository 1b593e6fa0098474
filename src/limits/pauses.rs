//! Chats that Telegram wants left alone for a time, after a 429; or the whole bot.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::steady::Steady;
use crate::Clock;

/// As many different chats refused within [`TOGETHER`] are no matter of one chat: the bot is too fast.
const CHATS: usize = 3;

/// See [`CHATS`].
const TOGETHER: Duration = Duration::from_secs(1);

/// What is left alone until when.
#[derive(Debug)]
pub(super) struct Pauses {
    /// False: nothing is, and nobody needs the lock.
    any: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    time: Steady,
    bot: Duration,
    chats: HashMap<i64, Duration>,
    /// When which chat was refused last, and until when it is left alone.
    refused: VecDeque<(Duration, i64, Duration)>,
}

impl Pauses {
    pub(super) fn new(clock: &Clock) -> Self {
        Self {
            any: AtomicBool::new(false),
            state: Mutex::new(State {
                time: Steady::of(clock),
                bot: Duration::ZERO,
                chats: HashMap::new(),
                refused: VecDeque::new(),
            }),
        }
    }

    /// How long a chat, or the bot for `None`, is left alone still.
    pub(super) fn left(&self, chat: Option<i64>) -> Option<Duration> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        let mut state = self.lock();
        let now = state.time.now();
        let of_chat = chat.and_then(|chat| state.chats.get(&chat)).copied();
        let until = state.bot.max(of_chat.unwrap_or_default());
        let left = until.saturating_sub(now);
        if !left.is_zero() {
            return Some(left);
        }
        self.forget_over(&mut state, now);
        None
    }

    /// Leaves a chat alone, or the bot; a pause that is longer stays.
    pub(super) fn add(&self, chat: Option<i64>, wait: Duration) {
        let mut state = self.lock();
        let now = state.time.now();
        let State { bot, chats, .. } = &mut *state;
        let until = match chat {
            Some(chat) => chats.entry(chat).or_default(),
            None => bot,
        };
        *until = now.saturating_add(wait).max(*until);
        self.forget_over(&mut state, now);
    }

    /// Notes that a chat was refused. How long the whole bot is to be left alone, if too many were at once: as long as the
    /// shortest of them, for some may have reached limits of their own.
    pub(super) fn refused(&self, chat: i64, wait: Duration) -> Option<Duration> {
        let mut state = self.lock();
        let now = state.time.now();
        let refused = &mut state.refused;
        refused.retain(|(at, of, _)| *of != chat && now.saturating_sub(*at) < TOGETHER);
        refused.push_back((now, chat, now.saturating_add(wait)));
        if refused.len() < CHATS {
            return None;
        }
        let shortest = refused.drain(..).map(|(.., until)| until).min()?;
        Some(shortest.saturating_sub(now))
    }

    fn forget_over(&self, state: &mut State, now: Duration) {
        state.chats.retain(|_, until| *until > now);
        let any = state.bot > now || !state.chats.is_empty();
        self.any.store(any, Ordering::Release);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const HOUR: Duration = Duration::from_secs(3_600);

    fn is_hour(left: Option<Duration>) -> bool {
        left.is_some_and(|left| left <= HOUR && left > HOUR / 2)
    }

    #[test]
    fn a_pause_of_a_chat_is_its_own_and_one_of_the_bot_everybodys() {
        let (clock, hands) = Clock::movable();
        let pauses = Pauses::new(&clock);
        assert_eq!(pauses.left(Some(7)), None);
        pauses.add(Some(7), HOUR);
        pauses.add(Some(7), SECOND);
        assert!(is_hour(pauses.left(Some(7))), "the longer one counts");
        assert_eq!((pauses.left(Some(8)), pauses.left(None)), (None, None));
        pauses.add(None, HOUR);
        assert!(is_hour(pauses.left(Some(8))) && is_hour(pauses.left(None)));
        hands.put_forward(HOUR);
        assert_eq!((pauses.left(Some(7)), pauses.left(None)), (None, None));
    }

    #[test]
    fn what_is_over_is_forgotten_and_costs_nothing() {
        let (clock, hands) = Clock::movable();
        let pauses = Pauses::new(&clock);
        for chat in 0..100 {
            pauses.add(Some(chat), HOUR);
        }
        hands.put_forward(HOUR);
        assert_eq!(pauses.left(Some(1_000)), None);
        assert!(pauses.lock().chats.is_empty());
        assert!(!pauses.any.load(Ordering::Relaxed));
    }

    #[test]
    fn refusals_of_several_chats_at_once_are_the_bots() {
        let (clock, hands) = Clock::movable();
        let pauses = Pauses::new(&clock);
        assert_eq!(pauses.refused(-1, HOUR), None);
        assert_eq!(pauses.refused(-1, HOUR), None, "the same chat");
        assert_eq!(pauses.refused(2, SECOND), None);
        let left = pauses.refused(3, HOUR).expect("three chats");
        assert!(left <= SECOND, "{left:?}");
        assert_eq!(pauses.refused(4, HOUR), None, "they count once");
        hands.put_forward(TOGETHER);
        assert_eq!(pauses.refused(5, HOUR), None);
        assert_eq!(pauses.refused(6, HOUR), None);
        assert!(pauses.refused(7, HOUR).is_some());
    }

    #[test]
    fn a_clock_that_is_set_back_makes_no_pause_longer() {
        let (clock, hands) = Clock::movable();
        let pauses = Pauses::new(&clock);
        pauses.add(Some(7), HOUR);
        hands.set_back(100 * HOUR);
        assert!(is_hour(pauses.left(Some(7))));
        hands.put_forward(HOUR);
        assert_eq!(pauses.left(Some(7)), None);
    }
}
