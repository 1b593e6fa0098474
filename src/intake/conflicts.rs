//! Telegram's 409: one process polls a bot, and an older poll is ended by a newer one. Two that
//! insist end each other's polls for ever, so this one gives way for longer and longer.

use std::time::Duration;

use tokio::time::Instant;

use crate::telegram::{ApiError, backoff::Backoff};

/// After so long without a conflict the next one is the first again. A bot whose polls are never
/// empty has no other sign that nobody disturbs them.
const FORGOTTEN: Duration = Duration::from_secs(300);

/// How often others were met since a poll was last left alone.
#[derive(Debug)]
pub(super) struct Conflicts {
    count: u64,
    backoff: Backoff,
    last: Instant,
}

impl Conflicts {
    pub(super) fn new() -> Self {
        Self {
            count: 0,
            // Half of it is jitter: 5 to 10 s, then 10 to 20, then 15 to 30.
            backoff: Backoff::new(Duration::from_secs(10), Duration::from_secs(30)),
            last: Instant::now(),
        }
    }

    /// Records one; gives how many there were, and how long to give way.
    pub(super) fn next(&mut self) -> (u64, Duration) {
        if self.last.elapsed() > FORGOTTEN {
            self.reset();
        }
        self.last = Instant::now();
        self.count += 1;
        (self.count, self.backoff.next())
    }

    /// A poll was held to its end: nobody else polls.
    pub(super) fn reset(&mut self) {
        *self = Self::new();
    }
}

/// What a 409 says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Conflict {
    /// Another process polls.
    OtherPoller,
    /// Updates go to a webhook.
    Webhook,
}

impl Conflict {
    pub(super) fn of(error: &ApiError) -> Option<Self> {
        match error {
            ApiError::Api {
                code: 409,
                description,
                ..
            } => Some(if description.to_lowercase().contains("webhook") {
                Self::Webhook
            } else {
                Self::OtherPoller
            }),
            _ => None,
        }
    }

    /// What to do about it.
    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::OtherPoller => {
                "another process polls with the same token, and it is none of this nats.prefix: \
                 stop one of them, or revoke the token with @BotFather"
            }
            Self::Webhook => {
                "this bot has a webhook that somebody else set, or that another nats.prefix has: stop that, and remove it with \
                 deleteWebhook to poll"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(code: u16, description: &str) -> ApiError {
        ApiError::Api {
            code,
            description: description.into(),
            retry_after: None,
            migrate_to_chat_id: None,
        }
    }

    #[test]
    fn another_poller_and_a_webhook_are_told_apart() {
        let of = |description| Conflict::of(&refusal(409, description));
        let other = "Conflict: terminated by other getUpdates request";
        assert_eq!(of(other), Some(Conflict::OtherPoller));
        for webhook in [
            "Conflict: terminated by setWebhook request",
            "Conflict: can't use getUpdates method while webhook is active",
        ] {
            assert_eq!(of(webhook), Some(Conflict::Webhook));
        }
        assert_eq!(Conflict::of(&refusal(429, "webhook")), None);
    }

    #[test]
    fn each_conflict_in_a_row_gives_way_for_longer() {
        let mut conflicts = Conflicts::new();
        for (count, most) in [(1, 10), (2, 20), (3, 30), (4, 30)] {
            let (number, wait) = conflicts.next();
            assert_eq!(number, count);
            let most = Duration::from_secs(most);
            assert!((most / 2..=most).contains(&wait), "{wait:?}");
        }
        conflicts.reset();
        assert_eq!(conflicts.next().0, 1);
    }
}
