//! Which partition an update belongs to: that of its user, whatever the chat; of a press of what a chat shares, that of the chat.

use crate::telegram::Envelope;

/// The partition of an update among `partitions`: FNV-1a of the decimal user id, or else of the
/// chat id, or else of the update id, modulo `partitions`. A press of what its chat shares is in order with the chat, and so in
/// its partition.
///
/// Never change it in place: the updates of a user would overtake each other.
///
/// # Panics
///
/// If `partitions` is 0.
#[must_use]
pub fn partition_of(update: &Envelope<'_>, partitions: u16) -> u16 {
    partition_of_lane(update.lane(), partitions)
}

/// The same of what is in order with that user, chat or update.
///
/// # Panics
///
/// If `partitions` is 0.
#[must_use]
pub(crate) fn partition_of_lane(lane: i64, partitions: u16) -> u16 {
    let index = fnv1a64(lane.to_string().as_bytes()) % u64::from(partitions);
    u16::try_from(index).expect("it is below a u16")
}

/// <http://www.isthe.com/chongo/tech/comp/fnv/>
pub(crate) fn fnv1a64(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update(user_id: Option<i64>, chat_id: Option<i64>) -> Envelope<'static> {
        Envelope {
            update_id: 12,
            kind_name: "message",
            payload: b"",
            user_id,
            chat_id,
            is_shared: false,
        }
    }

    #[test]
    fn the_hash_is_fnv1a() {
        // From the reference test vectors of the algorithm.
        assert_eq!(fnv1a64(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a64(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv1a64(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn the_user_decides_then_the_chat_then_the_update() {
        let of = |user, chat| partition_of(&update(user, chat), 64);
        assert_eq!(of(Some(42), Some(-100)), of(Some(42), None));
        assert_eq!(of(None, Some(42)), of(Some(42), None));
        assert_eq!(of(None, None), of(Some(12), None));
        let shared = Envelope {
            is_shared: true,
            ..update(Some(42), Some(-100))
        };
        assert_eq!(partition_of(&shared, 64), of(Some(-100), None));
    }

    #[test]
    fn partitions_of_known_users_never_move() {
        let of = |user| partition_of(&update(Some(user), None), 64);
        let users = [1, 42, 123_456_789, 5_000_000_000, 7_999_999_999];
        assert_eq!(users.map(of), VECTORS);
    }

    /// Computed by another implementation.
    const VECTORS: [u16; 5] = [60, 35, 60, 0, 53];
}
