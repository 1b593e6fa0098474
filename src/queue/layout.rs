//! What the stream of updates says of itself: into how many partitions each bot's updates are split, and how they stand in it.

use std::collections::HashMap;

use async_nats::jetstream::stream::Config as StreamConfig;

use crate::config::Config;

/// The key of the stream's metadata that holds the number of partitions it is made for; with the id of a bot behind it that of one
/// of several, which has its own.
const PARTITIONS: &str = "ostankino.partitions";

/// What the server notes there of its own accord.
const OF_SERVER: &str = "_nats.";

/// The key that tells how updates stand in it.
const LAYOUT: &str = "ostankino.layout";

/// Those of a partition out of one answer of Telegram's are one message.
const BATCHES: &str = "batches";

/// The number of partitions that a stream has for a bot.
pub(crate) fn partitions(stream: &StreamConfig, bot: i64) -> Option<u16> {
    let kept = &stream.metadata;
    let number = kept.get(&key_of(bot)).or_else(|| kept.get(PARTITIONS))?;
    number.parse().ok().filter(|number| *number > 0)
}

/// The number of partitions a stream is made for; where each of several bots has its own, of all of them.
pub(crate) fn partitions_of_all(stream: &StreamConfig) -> Option<u16> {
    let kept = &stream.metadata;
    let of_each = kept.iter().filter(|(key, _)| key.starts_with(PARTITIONS));
    let numbers = of_each.filter_map(|(_, number)| number.parse::<u16>().ok());
    let number = match kept.get(PARTITIONS) {
        Some(number) => number.parse().ok()?,
        None => numbers.fold(0, u16::saturating_add),
    };
    (number > 0).then_some(number)
}

/// Whether what stands in it are batches.
pub(super) fn has_batches(stream: &StreamConfig) -> bool {
    stream.metadata.contains_key(LAYOUT)
}

/// Holds the number of one of several bots.
fn key_of(bot: i64) -> String {
    format!("{PARTITIONS}.{bot}")
}

/// What a stream says of itself that is made by that configuration.
pub(super) fn told(config: &Config) -> HashMap<String, String> {
    let layout = (LAYOUT.to_owned(), BATCHES.to_owned());
    let number = |alone: &Config| alone.delivery.partitions.to_string();
    if config.bot_name().is_none() {
        return HashMap::from([layout, (PARTITIONS.to_owned(), number(config))]);
    }
    let bots = config.bots.keys().filter_map(|name| config.of_bot(name));
    let of_each = bots.map(|alone| (key_of(alone.telegram.bot_id()), number(&alone)));
    let added = config.added.all().into_iter();
    let added = added.map(|(bot, partitions)| (key_of(bot), partitions.to_string()));
    let own = (key_of(config.telegram.bot_id()), number(config));
    of_each.chain(added).chain([own, layout]).collect()
}

/// What an existing one is to say, if it does not: also what it says for bots of other processes, and what it says of other bots of
/// this one, which look after that themselves.
pub(super) fn to_be(
    kept: &StreamConfig,
    wanted: &StreamConfig,
    config: &Config,
) -> Option<HashMap<String, String>> {
    let own = key_of(config.telegram.bot_id());
    let mut kept = kept.metadata.clone();
    kept.retain(|key, _| !key.starts_with(OF_SERVER));
    let mut told = kept.clone();
    told.remove(&own);
    for (key, value) in &wanted.metadata {
        let is_others = key.starts_with(PARTITIONS) && *key != own && key != PARTITIONS;
        match is_others {
            true => drop(told.entry(key.clone()).or_insert_with(|| value.clone())),
            false => drop(told.insert(key.clone(), value.clone())),
        }
    }
    (told != kept).then_some(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        let mut config = Config::default();
        for (name, token, partitions) in [("shop", "5:a", 1), ("help", "6:b", 4)] {
            let bot = crate::config::BotConfig {
                token: token.into(),
                partitions,
                ..Default::default()
            };
            config.bots.insert(name.into(), bot);
        }
        config
    }

    fn stream(metadata: HashMap<String, String>) -> StreamConfig {
        StreamConfig {
            metadata,
            ..StreamConfig::default()
        }
    }

    #[test]
    fn each_of_several_bots_has_its_own_number_beside_that_of_a_bot_alone() {
        let mut alone = Config::default();
        alone.telegram.token = "4:c".into();
        let mut kept = stream(told(&alone));
        kept.metadata.insert("_nats.ver".into(), "2.12".into());
        let shop = config().of_bot("shop").expect("it is one of them");
        let told = to_be(&kept, &stream(told(&shop)), &shop).expect("it is new");
        assert!(!told.contains_key("_nats.ver"));
        let told = stream(told);
        assert_eq!(partitions(&told, 5), Some(1));
        assert_eq!(partitions(&told, 6), Some(4));
        assert_eq!(partitions(&told, 4), Some(16));
        let help = config().of_bot("help").expect("it is one of them");
        assert_eq!(to_be(&told, &stream(super::told(&help)), &help), None);
        assert_eq!(partitions_of_all(&stream(super::told(&help))), Some(5));
    }

    #[test]
    fn a_bot_changes_its_own_number_and_no_other() {
        let kept = stream(told(&config().of_bot("shop").expect("it is one of them")));
        let mut changed = config();
        for bot in changed.bots.values_mut() {
            bot.partitions = 8;
        }
        let shop = changed.of_bot("shop").expect("it is one of them");
        let told = stream(to_be(&kept, &stream(told(&shop)), &shop).expect("it is another"));
        assert_eq!(
            (partitions(&told, 5), partitions(&told, 6)),
            (Some(8), Some(4))
        );
    }
}
