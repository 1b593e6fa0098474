//! Every name in NATS under a prefix: streams, subjects, consumers, headers. All that belongs to a bot
//! names it, so that bots under one prefix never meet.

use crate::telegram::internal::Express;

/// How many updates a message holds, and of each its length in bytes and its lane.
pub(crate) const UPDATES: &str = "Ostankino-Updates";

/// Says that a message holds what was stored before in another one: it may have been applied.
pub(crate) const INHERITED: &str = "Ostankino-Inherited";

/// The names of one bot under one prefix.
#[derive(Clone, Debug)]
pub(crate) struct Topology {
    prefix: String,
    bot: i64,
}

impl Topology {
    pub(crate) fn new(prefix: &str, bot: i64) -> Self {
        Self {
            prefix: prefix.to_owned(),
            bot,
        }
    }

    pub(crate) fn bot(&self) -> i64 {
        self.bot
    }

    /// The stream of updates, of all bots.
    pub(crate) fn stream(&self) -> String {
        stream(&self.prefix)
    }

    /// What the stream takes.
    pub(crate) fn subjects(&self) -> String {
        format!("{}.upd.>", self.prefix)
    }

    /// Where the batches of a partition go.
    pub(crate) fn batches(&self, partition: u16) -> String {
        format!("{}.upd.{}.{partition}", self.prefix, self.bot)
    }

    /// Where the batches of all its partitions go.
    pub(crate) fn batches_of_bot(&self) -> String {
        format!("{}.upd.{}.>", self.prefix, self.bot)
    }

    /// The consumer of who owns that partition by that term.
    pub(crate) fn consumer(&self, partition: u16, term: u64) -> String {
        format!("b{partition}-{}-{term}", self.bot)
    }

    /// Where it is told that a timer is due soon.
    pub(crate) fn timers(&self) -> String {
        format!("{}.timers.{}", self.prefix, self.bot)
    }

    /// Where it is told that maintenance begins or ends.
    pub(crate) fn maintenance(&self) -> String {
        format!("{}.maintenance.{}", self.prefix, self.bot)
    }

    /// Where it is told that a job is to end.
    pub(crate) fn jobs(&self) -> String {
        format!("{}.jobs.{}", self.prefix, self.bot)
    }

    /// The partition and the term of a consumer of this bot.
    pub(crate) fn partition_of(&self, consumer: &str) -> Option<(u16, u64)> {
        let (partition, bot, term) = parts(consumer)?;
        (bot == self.bot).then_some((partition, term))
    }

    /// The stream of updates that are answered within seconds, of all bots.
    pub(crate) fn express_stream(&self, lane: Express) -> String {
        express_stream(&self.prefix, lane)
    }

    /// What that stream takes.
    pub(crate) fn express_subjects(&self, lane: Express) -> String {
        format!("{}.{}.>", self.prefix, lane.as_str())
    }

    /// Where those of this bot go.
    pub(crate) fn express_subjects_of_bot(&self, lane: Express) -> String {
        format!("{}.{}.{}.>", self.prefix, lane.as_str(), self.bot)
    }

    /// Where one of them goes: what a user types replaces what stands at the same subject.
    pub(crate) fn express_update(&self, lane: Express, kind: &str, user: i64) -> String {
        let (prefix, bot, word) = (&self.prefix, self.bot, lane.as_str());
        match lane {
            Express::Payment => format!("{prefix}.{word}.{bot}.{kind}"),
            Express::Inline => format!("{prefix}.{word}.{bot}.{user}"),
        }
    }

    /// The consumer of it that all processes of this bot share.
    pub(crate) fn express_consumer(&self, lane: Express) -> String {
        format!("{}-{}", lane.as_str(), self.bot)
    }

    /// Where processes tell each other whom Telegram wants left alone.
    pub(crate) fn limits(&self) -> String {
        format!("{}.limits.{}", self.prefix, self.bot)
    }

    /// Where updates of a partition stood before there were batches.
    pub(crate) fn single_updates(&self, partition: u16) -> String {
        format!("{}.upd.{partition}.{}.>", self.prefix, self.bot)
    }

    /// Where all updates stood before there were batches.
    pub(crate) fn single_updates_of_all(&self) -> String {
        format!("{}.upd.*.{}.>", self.prefix, self.bot)
    }

    /// The partition in the subject of an update before there were batches.
    pub(crate) fn partition_in(&self, subject: &str) -> Option<u16> {
        let rest = subject.strip_prefix(&self.prefix)?.strip_prefix(".upd.")?;
        rest.split('.').next()?.parse().ok()
    }

    /// The consumer of a partition before there were batches.
    pub(crate) fn single_consumer(&self, partition: u16) -> String {
        format!("p{partition}-{}", self.bot)
    }

    /// The partition of such a consumer of this bot.
    pub(crate) fn single_partition(&self, consumer: &str) -> Option<u16> {
        let (partition, bot) = consumer.strip_prefix('p')?.split_once('-')?;
        (bot == self.bot.to_string()).then(|| partition.parse().ok())?
    }
}

/// The stream of updates under a prefix.
pub(crate) fn stream(prefix: &str) -> String {
    format!("{prefix}_UPDATES")
}

/// The stream under a prefix of updates that are answered within seconds.
pub(crate) fn express_stream(prefix: &str, lane: Express) -> String {
    let name = match lane {
        Express::Payment => "PAYMENTS",
        Express::Inline => "INLINE",
    };
    format!("{prefix}_{name}")
}

/// The partition that a consumer is for, of whatever bot and layout.
pub(crate) fn partition_of(consumer: &str) -> Option<u16> {
    if let Some((partition, ..)) = parts(consumer) {
        return Some(partition);
    }
    let (partition, _) = consumer.strip_prefix('p')?.split_once('-')?;
    partition.parse().ok()
}

fn parts(consumer: &str) -> Option<(u16, i64, u64)> {
    let mut parts = consumer.strip_prefix('b')?.split('-');
    let (partition, bot, term) = (parts.next()?, parts.next()?, parts.next()?);
    Some((
        partition.parse().ok()?,
        bot.parse().ok()?,
        term.parse().ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_consumer_names_its_bot_partition_and_term() {
        let names = Topology::new("x", 42);
        assert_eq!(names.partition_of(&names.consumer(7, 901)), Some((7, 901)));
        assert_eq!(
            Topology::new("x", 4).partition_of(&names.consumer(7, 901)),
            None
        );
        assert_eq!(names.partition_of(&names.single_consumer(7)), None);
        let both = [names.consumer(7, 901), names.single_consumer(7)];
        assert!(both.iter().all(|name| partition_of(name) == Some(7)));
        assert_eq!(partition_of("somebody-else"), None);
        assert_eq!(names.single_partition("p7-42"), Some(7));
        assert_eq!(names.single_partition("p7-421"), None);
        assert_eq!(names.partition_in("x.upd.7.42._"), Some(7));
    }
}
