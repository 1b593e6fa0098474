//! What the server has to do at once for a bot: it refuses calls when there are too many of them, or too many files come with
//! them, or files of one size come too fast. Numbers are those of the real server.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

/// So many calls at once, and one more for each update of the last minute.
const CALLS: usize = 500;

/// So many calls with files at once, and one more for each five updates of the last minute; and so many bytes of theirs.
const UPLOADS: usize = 100;
const BYTES: u64 = 1 << 32;

const MINUTE: Duration = Duration::from_secs(60);

/// From this size on, files of one size are expected at a distance.
const LARGE: u64 = 100_000;

/// How much too fast they may come before one is refused, and how much they may have been awaited.
const AHEAD: Duration = Duration::from_secs(5);
const BEHIND: Duration = Duration::from_secs(1);

/// The files that come with a call.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Load {
    pub(crate) files: usize,
    pub(crate) bytes: u64,
}

/// Why a call is refused.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Congestion {
    /// There is too much to do; such refusals come late.
    TooMuch,
    /// So many seconds too soon.
    TooSoon(u64),
}

/// What is under way, and what was lately.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    calls: usize,
    uploads: usize,
    bytes: u64,
    updates: VecDeque<Instant>,
    /// When the next file of a size is expected.
    sizes: HashMap<u64, Instant>,
}

impl Traffic {
    /// A call begins.
    pub(crate) fn begin(&mut self, load: Load) {
        self.calls += 1;
        self.uploads += usize::from(load.files > 0);
        self.bytes += load.bytes;
    }

    /// One that began has ended.
    pub(crate) fn end(&mut self, load: Load) {
        self.calls = self.calls.saturating_sub(1);
        self.uploads = self.uploads.saturating_sub(usize::from(load.files > 0));
        self.bytes = self.bytes.saturating_sub(load.bytes);
    }

    /// The bot got an update: who has more to answer may do more at once.
    pub(super) fn update(&mut self, now: Instant) {
        self.forget_old(now);
        self.updates.push_back(now);
    }

    /// Whether a call that has begun may go on.
    pub(crate) fn check(&mut self, load: Load, now: Instant) -> Result<(), Congestion> {
        self.forget_old(now);
        let updates = self.updates.len();
        let is_upload = load.files > 0;
        if self.calls > CALLS + updates
            || is_upload && (self.bytes > BYTES || self.uploads > UPLOADS + updates / 5)
        {
            return Err(Congestion::TooMuch);
        }
        if load.bytes <= LARGE {
            return Ok(());
        }
        let distance = (load.bytes as f64 * 1e-7).clamp(0.2, 0.9);
        let first = now.checked_sub(BEHIND).unwrap_or(now);
        self.sizes.retain(|_, expected| *expected > first);
        let expected = self.sizes.entry(load.bytes).or_insert(first);
        if *expected > now + AHEAD {
            let seconds = (*expected - now).as_secs() + 1;
            return Err(Congestion::TooSoon(seconds));
        }
        *expected = first.max(*expected + Duration::from_secs_f64(distance));
        Ok(())
    }

    fn forget_old(&mut self, now: Instant) {
        while self.updates.front().is_some_and(|at| now - *at >= MINUTE) {
            self.updates.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Load = Load { files: 0, bytes: 0 };

    #[test]
    fn five_hundred_calls_at_once_are_not_too_much_and_each_update_allows_one_more() {
        let (mut traffic, now) = (Traffic::default(), Instant::now());
        for _ in 0..500 {
            traffic.begin(NONE);
        }
        assert_eq!(traffic.check(NONE, now), Ok(()));
        traffic.begin(NONE);
        assert_eq!(traffic.check(NONE, now), Err(Congestion::TooMuch));
        traffic.update(now);
        assert_eq!(traffic.check(NONE, now), Ok(()));
        assert_eq!(traffic.check(NONE, now + MINUTE), Err(Congestion::TooMuch));
        traffic.end(NONE);
        assert_eq!(traffic.check(NONE, now + MINUTE), Ok(()));
    }

    #[test]
    fn a_hundred_uploads_at_once_are_not_too_much() {
        let (mut traffic, now) = (Traffic::default(), Instant::now());
        let file = Load {
            files: 1,
            bytes: 10,
        };
        for _ in 0..101 {
            traffic.begin(file);
        }
        assert_eq!(traffic.check(file, now), Err(Congestion::TooMuch));
        assert_eq!(traffic.check(NONE, now), Ok(()));
        traffic.end(file);
        assert_eq!(traffic.check(file, now), Ok(()));
    }

    #[test]
    fn files_of_one_size_are_to_come_at_a_distance() {
        let (mut traffic, now) = (Traffic::default(), Instant::now());
        let file = |bytes| Load { files: 1, bytes };
        // 0.9 s each: after a second of credit and five of patience there is no more.
        let taken = (0..20)
            .take_while(|_| traffic.check(file(20_000_000), now).is_ok())
            .count();
        assert_eq!(taken, 7);
        assert_eq!(
            traffic.check(file(20_000_000), now),
            Err(Congestion::TooSoon(6))
        );
        assert_eq!(traffic.check(file(20_000_001), now), Ok(()));
        assert_eq!(traffic.check(file(100_000), now), Ok(()));
        let later = now + Duration::from_secs(1);
        assert_eq!(traffic.check(file(20_000_000), later), Ok(()));
    }
}
