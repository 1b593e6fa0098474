//! The limits that all processes of a bot share by Redis.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use super::{
    local::{Blocked, LATENESS, Rates},
    talk::{EXPECTED, SECOND, SLICE, SPARE},
    window::{Full, Rate},
};
use crate::redis::Redis;

/// How long all go by share after one of them was out of touch: longer than any of them needs to connect again.
const BY_SHARE: Duration = Duration::from_secs(5);

/// How long a call counts if nobody tells more of it: its process may have died.
pub(super) const LEASE: Duration = Duration::from_secs(20);

/// How long nobody leaves after all went by share: as long as what left then counts.
const GAP: Duration = Duration::from_secs(1);

/// Redis, and the names of what is kept there.
#[derive(Debug)]
pub(super) struct Common {
    redis: Redis,
    /// Begins every key. In braces, so that a cluster keeps them in one place.
    prefix: String,
    rates: Rates,
    /// The last connection over which it was told if this process went by share before.
    greeted: AtomicU64,
}

/// What Redis says to a call.
#[derive(Debug)]
pub(super) enum Said {
    /// It may leave, by that name.
    Go(u64),
    /// It has to wait.
    Full(Blocked),
    /// Nothing: everybody goes by share, or Redis is away.
    ByShare,
}

impl Common {
    pub(super) fn new(redis: Redis, prefix: &str, bot: i64, rates: Rates) -> Self {
        Self {
            redis,
            prefix: format!("{{{prefix}:{bot}}}"),
            rates,
            greeted: AtomicU64::new(0),
        }
    }

    /// Whether Redis is there.
    pub(super) fn is_there(&self) -> bool {
        self.redis.connection().is_some()
    }

    /// Asks whether a call may leave. `went_by_share`: this process did so just now.
    pub(super) async fn turn(&self, chat: Option<i64>, went_by_share: bool) -> Said {
        let Some(connection) = self.redis.connection() else {
            return Said::ByShare;
        };
        if went_by_share && self.greeted.load(Ordering::Relaxed) != connection {
            let mut command = script(include_str!("scripts/share.lua"), [self.key("share")]);
            let told = self.redis.ask::<i64>(command.arg(ms(BY_SHARE))).await;
            if told.is_none() {
                return Said::ByShare;
            }
        }
        self.greeted.store(connection, Ordering::Relaxed);
        let name = fastrand::u64(..);
        let windows = self.windows(chat);
        let keys = ["share", "talk", "next"].map(|of| self.key(of)).into_iter();
        let keys = keys.chain(windows.iter().map(|(key, _)| key.clone()));
        let mut command = script(include_str!("scripts/turn.lua"), keys);
        command.arg(name).arg(ms(LEASE)).arg(ms(GAP));
        command.arg(ms(LATENESS)).arg(ms(SLICE)).arg(SECOND);
        command.arg(EXPECTED).arg(SPARE);
        for (_, rate) in windows {
            command.arg(rate.count).arg(ms(rate.within));
        }
        let Some((what, wait)) = self.redis.ask::<(String, u64)>(&command).await else {
            return Said::ByShare;
        };
        let full = Full::For(Duration::from_millis(wait));
        match what.as_str() {
            "go" => Said::Go(name),
            "all" => Said::Full(Blocked::Overall(full)),
            "chat" => Said::Full(Blocked::Chat(full)),
            _ => Said::ByShare,
        }
    }

    /// Tells that a call is still under way.
    pub(super) async fn under_way(&self, name: u64, chat: Option<i64>) {
        self.counts(name, chat, |_| LEASE).await;
    }

    /// Tells that a call was answered.
    pub(super) async fn answered(&self, name: u64, chat: Option<i64>) {
        self.counts(name, chat, |rate| rate.within).await;
    }

    async fn counts(&self, name: u64, chat: Option<i64>, long: impl Fn(Rate) -> Duration) {
        let windows = self.windows(chat);
        let keys = windows.iter().map(|(key, _)| key.clone());
        let mut command = script(include_str!("scripts/counts.lua"), keys);
        command.arg(name);
        for (_, rate) in windows {
            // As long as any entry may count.
            command.arg(ms(long(rate))).arg(ms(LEASE + rate.within));
        }
        self.redis.ask::<i64>(&command).await;
    }

    /// Tells how many interactive calls there were since it was told last.
    pub(super) async fn talk(&self, count: u64) {
        let mut command = script(include_str!("scripts/talk.lua"), [self.key("talk")]);
        self.redis
            .ask::<i64>(command.arg(count).arg(ms(SLICE)))
            .await;
    }

    /// Every rate that a call to that chat counts by, and where it is counted.
    fn windows(&self, chat: Option<i64>) -> Vec<(String, Rate)> {
        let mut windows = vec![(self.key("all"), self.rates.overall)];
        if let Some(chat) = chat {
            let rates = self.rates.of(chat);
            windows.extend(rates.map(|rate| {
                let key = self.key(&format!("chat:{chat}:{}", rate.within.as_secs()));
                (key, rate)
            }));
        }
        windows
    }

    fn key(&self, of: &str) -> String {
        format!("{}:{of}", self.prefix)
    }
}

/// Scripts go with every call of theirs: there are some dozens a second, and Redis compiles each once.
fn script(text: &str, keys: impl IntoIterator<Item = String>) -> redis::Cmd {
    let keys: Vec<_> = keys.into_iter().collect();
    let mut command = redis::cmd("EVAL");
    command.arg(text).arg(keys.len()).arg(keys);
    command
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
