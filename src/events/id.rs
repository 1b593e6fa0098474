//! The ids of events.

use crate::{queue::fnv1a64, request::UpdateKey};

/// The bits of an id.
const MASK: u64 = (1 << 62) - 1;

/// That of a firing of a timer, by its number: even, and below zero.
pub(crate) fn of_timer(firing: i64) -> i64 {
    -firing.saturating_mul(2)
}

/// That of the event with that number, from 0, of the reply to an update: odd, and below zero. The same
/// whoever makes it, and however often.
pub(crate) fn of_reply(cause: UpdateKey, number: usize) -> i64 {
    let UpdateKey { bot_id, update_id } = cause;
    let hash = spread(fnv1a64(format!("{bot_id}:{update_id}:{number}").as_bytes()));
    -i64::try_from((hash & MASK) | 1).expect("it has 62 bits")
}

/// That of the event as which Telegram's answer to the call with that number of the reply to an update comes back: as
/// [`of_reply`].
pub(crate) fn of_answer(cause: UpdateKey, number: usize) -> i64 {
    let UpdateKey { bot_id, update_id } = cause;
    let hash = spread(fnv1a64(
        format!("{bot_id}:{update_id}:answer:{number}").as_bytes(),
    ));
    -i64::try_from((hash & MASK) | 1).expect("it has 62 bits")
}

/// That of an event that nothing depends on, and that happens once because it is published once: odd, and below zero.
pub(crate) fn of_news() -> i64 {
    -i64::try_from((fastrand::u64(..) & MASK) | 1).expect("it has 62 bits")
}

/// The finalizer of MurmurHash3: without it, causes that differ in their last digit differ in few bits.
fn spread(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn those_of_a_chain_of_replies_differ_and_are_below_zero() {
        let mut known = HashSet::new();
        for bot_id in [1, 7_000_000_000] {
            for update_id in [1, 2, 900_000_000, -4] {
                let mut cause = UpdateKey { bot_id, update_id };
                for _ in 0..20 {
                    for number in 0..20 {
                        let id = of_reply(cause, number);
                        assert!(id < 0 && id % 2 != 0, "{id}");
                        assert!(known.insert((bot_id, id)), "{cause:?} {number}");
                        let id = of_answer(cause, number);
                        assert!(id < 0 && id % 2 != 0, "{id}");
                        assert!(known.insert((bot_id, id)), "{cause:?} answer {number}");
                    }
                    cause.update_id = of_reply(cause, 0);
                }
            }
        }
        assert_eq!((of_timer(1), of_timer(3)), (-2, -6));
    }

    #[test]
    fn they_never_change() {
        let key = UpdateKey {
            bot_id: 42,
            update_id: 7,
        };
        assert_eq!(of_reply(key, 0), of_reply(key, 0));
    }
}
