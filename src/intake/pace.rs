//! How soon the next poll may follow one that brought nothing new. Telegram holds such a poll; a
//! broken proxy, or a server that is none of the Bot API's, may answer at once, again and again.

use std::time::Duration;

use tokio::time::Instant;

use crate::telegram::backoff::Backoff;

/// A pause after which an operator should know of it.
const WORTH_A_WORD: Duration = Duration::from_secs(1);

/// The pauses between polls that bring nothing new.
#[derive(Debug)]
pub(super) struct Pace {
    /// A poll that was held so long was held as asked.
    held: Duration,
    backoff: Backoff,
    is_told: bool,
}

impl Pace {
    /// Of polls that ask to be held so long. Those that ask not to be held must pause all the same.
    pub(super) fn new(hold: Duration) -> Self {
        let usual = Duration::from_secs(1);
        Self {
            held: if hold.is_zero() {
                usual
            } else {
                usual.min(hold / 2)
            },
            backoff: Backoff::new(Duration::from_millis(50), Duration::from_secs(5)),
            is_told: false,
        }
    }

    /// Starts over: a poll was held, or brought something.
    pub(super) fn reset(&mut self) {
        self.backoff.reset();
        self.is_told = false;
    }

    /// How long to wait after a poll that was begun then and brought nothing new.
    pub(super) fn pause(&mut self, begun: Instant) -> Option<Duration> {
        if begun.elapsed() >= self.held {
            self.reset();
            return None;
        }
        let wait = self.backoff.next();
        if wait >= WORTH_A_WORD && !self.is_told {
            self.is_told = true;
            tracing::warn!(
                event = "polls_idle",
                wait_ms = wait.as_millis(),
                "polls come back at once with nothing new: is telegram.api_url the Bot API, and the \
                 proxy before it in order?"
            );
        }
        Some(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_until_a_poll_is_held() {
        let mut pace = Pace::new(Duration::from_secs(30));
        let waits: Vec<_> = (0..12)
            .map(|_| pace.pause(Instant::now()).expect("a pause"))
            .collect();
        assert!(waits[0] <= Duration::from_millis(50));
        assert!(waits[11] >= Duration::from_millis(2_500));
        let begun = Instant::now();
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(pace.pause(begun), None);
        assert!(pace.pause(Instant::now()) <= Some(Duration::from_millis(50)));
    }
}
