//! The ids of an update's trace. They follow from the bot and the update alone, so that whoever has to do with it
//! finds the same trace, at whatever attempt: nothing has to be stored with each update of a batch.

/// The trace of an update, and its first span. The numbers are pinned by a test: processes of two versions share traces.
#[cfg_attr(
    not(any(test, feature = "otlp")),
    expect(dead_code, reason = "only what is exported has ids")
)]
pub(crate) fn of_update(bot: i64, update: i64) -> (u128, u64) {
    let (bot, update) = (bot.cast_unsigned(), update.cast_unsigned());
    let high = mix(mix(bot) ^ update);
    // The sampler decides by these bits.
    let low = mix(mix(update ^ OTHER) ^ bot);
    let root = mix(high ^ low);
    // Zeros are no ids.
    (
        (u128::from(high) << 64 | u128::from(low)).max(1),
        root.max(1),
    )
}

/// Has the second half of an id differ from the first.
const OTHER: u64 = 0x5851_f42d_4c95_7f2d;

/// SplitMix64: ids follow one another, and the sampler needs them scattered.
fn mix(seed: u64) -> u64 {
    let mut bits = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn updates_have_ids_of_their_own_and_the_same_ones_for_ever() {
        let ids: HashSet<_> = (0..1_000)
            .flat_map(|update| [of_update(7, update), of_update(8, update)])
            .collect();
        assert_eq!(ids.len(), 2_000);
        let (trace, root) = of_update(4_839_574_812, 874_512_001);
        assert_eq!(
            format!("{trace:032x} {root:016x}"),
            "a35b1dbd9944e5bfc1a1919d728db0b9 0bc4602d62bfa428"
        );
    }
}
