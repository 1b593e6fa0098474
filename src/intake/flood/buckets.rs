//! How much each user has sent of what he may: a bucket for each that empties at a steady rate.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
};

/// So many are remembered at the most, 10 MB; those who owe the least are forgotten first.
const MOST: usize = 200_000;

/// No clock is set back by less than that, in milliseconds.
const SET_BACK: i64 = 60_000;

/// The buckets of all users. Times are in milliseconds, by one clock.
#[derive(Debug)]
pub(super) struct Buckets {
    /// How long it takes until one update is forgotten.
    each: i64,
    /// How long it takes until a full bucket is empty.
    full: i64,
    users: HashMap<i64, Bucket>,
    /// When there are so many, those that are empty are removed.
    sweep_at: usize,
    albums: RandomState,
}

#[derive(Debug)]
struct Bucket {
    /// When it is empty.
    empty_at: i64,
    /// The album of the last update, by its hash; 0 if it was of none.
    album: u32,
    /// Whether the last update was dropped.
    dropped_last: bool,
    /// Whether any was since it was empty.
    dropped_any: bool,
}

/// What becomes of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Taken,
    /// The first one since the user's bucket was empty.
    DroppedFirst,
    Dropped,
}

impl Buckets {
    /// For so many updates a minute, and so many at once; `None` if any number may be sent.
    pub(super) fn new(per_min: u32, burst: u32) -> Option<Self> {
        let each = 60_000_i64.checked_div(per_min.into())?.max(1);
        Some(Self {
            each,
            full: each * i64::from(burst),
            users: HashMap::new(),
            sweep_at: 1_024,
            albums: RandomState::new(),
        })
    }

    /// Counts an update. All parts of an album are one.
    pub(super) fn take(&mut self, by: i64, at: i64, album: Option<&[u8]>) -> Fate {
        if self.users.len() >= self.sweep_at {
            self.sweep(at);
        }
        let album = album.map_or(0, |album| self.albums.hash_one(album) as u32 | 1);
        let bucket = self.users.entry(by).or_insert(Bucket {
            empty_at: at,
            album: 0,
            dropped_last: false,
            dropped_any: false,
        });
        if album != 0 && album == bucket.album {
            return if bucket.dropped_last {
                Fate::Dropped
            } else {
                Fate::Taken
            };
        }
        bucket.album = album;
        let is_set_back = bucket.empty_at - at > self.full + SET_BACK;
        if bucket.empty_at <= at || is_set_back {
            bucket.empty_at = at;
            bucket.dropped_any = false;
        }
        bucket.dropped_last = bucket.empty_at + self.each > at + self.full;
        if !bucket.dropped_last {
            bucket.empty_at += self.each;
            return Fate::Taken;
        }
        if std::mem::replace(&mut bucket.dropped_any, true) {
            Fate::Dropped
        } else {
            Fate::DroppedFirst
        }
    }

    /// Forgets whose buckets are empty, and if those that are not are too many, whose are nearly so.
    fn sweep(&mut self, at: i64) {
        let mut left = at;
        loop {
            self.users.retain(|_, bucket| bucket.empty_at > left);
            if self.users.len() <= MOST / 2 {
                break;
            }
            left += self.each;
        }
        self.sweep_at = (2 * self.users.len()).clamp(1_024, MOST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 60 a minute, three at once.
    fn buckets() -> Buckets {
        Buckets::new(60, 3).expect("there is a measure")
    }

    fn takes(buckets: &mut Buckets, by: i64, at: i64) -> bool {
        buckets.take(by, at, None) == Fate::Taken
    }

    #[test]
    fn a_burst_is_taken_and_then_one_whenever_one_is_forgotten() {
        let mut buckets = buckets();
        let fates: Vec<_> = (0..5).map(|_| buckets.take(7, 0, None)).collect();
        let (taken, dropped) = (Fate::Taken, Fate::Dropped);
        assert_eq!(fates, [taken, taken, taken, Fate::DroppedFirst, dropped]);
        assert!(takes(&mut buckets, 8, 0), "others are others");
        assert_eq!(buckets.take(7, 999, None), dropped);
        assert_eq!(buckets.take(7, 1_000, None), taken);
        assert_eq!(buckets.take(7, 1_000, None), dropped);
        // Once it was empty it is told again.
        assert!((0..3).all(|_| takes(&mut buckets, 7, 9_000)));
        assert_eq!(buckets.take(7, 9_000, None), Fate::DroppedFirst);
    }

    #[test]
    fn an_album_is_one_and_is_taken_or_dropped_as_a_whole() {
        let mut buckets = buckets();
        for album in [&b"1"[..], b"2", b"3"] {
            for _ in 0..10 {
                assert_eq!(buckets.take(7, 0, Some(album)), Fate::Taken);
            }
        }
        assert_eq!(buckets.take(7, 0, Some(b"4")), Fate::DroppedFirst);
        // The parts that are dated later, too.
        for _ in 0..9 {
            assert_eq!(buckets.take(7, 5_000, Some(b"4")), Fate::Dropped);
        }
        assert_eq!(buckets.take(7, 5_000, Some(b"5")), Fate::Taken);
    }

    #[test]
    fn a_clock_that_is_set_back_shuts_nobody_out() {
        let mut buckets = buckets();
        let day = 86_400_000;
        assert!((0..3).all(|_| takes(&mut buckets, 7, day)));
        assert!((0..3).all(|_| takes(&mut buckets, 7, 0)));
        assert!(!takes(&mut buckets, 7, 0));
        // Those that change places by a second or two count all the same.
        assert!(takes(&mut buckets, 8, 1_000));
        assert!(takes(&mut buckets, 8, 0));
        assert!(!takes(&mut buckets, 8, 0));
    }

    #[test]
    fn a_million_users_are_not_all_remembered_and_a_flood_is() {
        let mut buckets = Buckets::new(20, 20).expect("there is a measure");
        assert!((0..20).all(|_| takes(&mut buckets, -1, 0)));
        for user in 0..1_000_000 {
            assert!(takes(&mut buckets, user, 0));
        }
        assert!(buckets.users.len() <= MOST);
        assert!(!takes(&mut buckets, -1, 0));
        // A minute later nobody owes anything.
        for user in 0..200_000 {
            assert!(takes(&mut buckets, user, 60_000 + user));
        }
        assert!(buckets.users.len() < 10_000, "{}", buckets.users.len());
    }
}
