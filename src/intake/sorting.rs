//! Where each update of an answer goes: the one place that decides it, for whoever takes updates in.

use tokio::time::Instant;

use crate::{
    dead_letters::Letter,
    queue::{Incoming, Urgent, partition_of},
    telegram::{
        Envelope, UpdateKind,
        internal::{Express, RawUpdate},
    },
};

/// The most that the headers of a message take.
const HEADERS: usize = 1024;

/// The updates of an answer, by where they go.
///
/// A process of an earlier version stores all of them in partitions, and its handlers answer them in their turn,
/// as before. It knows no other queue, and need not: a process that stores updates there takes them out as
/// well, so nothing waits for an older one.
#[derive(Debug)]
pub(super) struct Sorted {
    /// Those of each partition, in their order.
    pub(super) partitions: Vec<Vec<Incoming>>,
    /// Those that cannot wait, each by itself.
    pub(super) express: Vec<Urgent>,
    /// Those that no queue takes.
    pub(super) letters: Vec<Letter>,
}

impl Sorted {
    /// Looks at each update once. Telegram gave them to us `since` then.
    pub(super) fn of(
        updates: &[RawUpdate],
        since: Instant,
        partitions: u16,
        max_payload: usize,
    ) -> Self {
        let mut sorted = Self {
            partitions: vec![Vec::new(); usize::from(partitions)],
            express: Vec::new(),
            letters: Vec::new(),
        };
        for RawUpdate { bytes, .. } in updates {
            let set_aside = |why| Letter::new(bytes.clone(), why);
            let Some(envelope) = Envelope::peek(bytes) else {
                sorted.letters.push(set_aside("it has no update_id"));
                continue;
            };
            if envelope.kind() == UpdateKind::Event {
                let why = "it claims to be an event of the service's own";
                sorted.letters.push(set_aside(why));
            } else if bytes.len() + HEADERS > max_payload {
                sorted.letters.push(set_aside("it is too large"));
            } else if let Some(express) = Express::named(envelope.kind_name) {
                sorted.push(Urgent {
                    express,
                    update_id: envelope.update_id,
                    kind: envelope.kind(),
                    user: envelope.lane(),
                    since,
                    bytes: bytes.clone(),
                });
            } else {
                let partition = usize::from(partition_of(&envelope, partitions));
                sorted.partitions[partition].push(Incoming {
                    update_id: envelope.update_id,
                    lane: envelope.lane(),
                    bytes: bytes.clone(),
                });
            }
        }
        sorted
    }

    /// What a user typed before is of no use any more.
    fn push(&mut self, update: Urgent) {
        if update.express == Express::Inline {
            let is_before =
                |other: &Urgent| other.express == Express::Inline && other.user == update.user;
            self.express.retain(|other| !is_before(other));
        }
        self.express.push(update);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update(id: i64, kind: &str, user: i64) -> RawUpdate {
        let json = format!(r#"{{"update_id":{id},"{kind}":{{"from":{{"id":{user}}}}}}}"#);
        let id = Some(id);
        let bytes = json.into();
        RawUpdate { id, bytes }
    }

    #[test]
    fn what_cannot_wait_goes_past_the_partitions_and_of_what_is_typed_the_last_counts() {
        let updates = [
            update(1, "message", 5),
            update(2, "inline_query", 5),
            update(3, "pre_checkout_query", 5),
            update(4, "inline_query", 6),
            update(5, "shipping_query", 5),
            update(6, "inline_query", 5),
            update(7, "callback_query", 5),
        ];
        let sorted = Sorted::of(&updates, Instant::now(), 4, 1 << 20);
        let ordinary = sorted.partitions.iter().flatten();
        let ordinary: Vec<_> = ordinary.map(|update| update.update_id).collect();
        assert_eq!(ordinary, [1, 7]);
        let express = sorted.express.iter();
        let express: Vec<_> = express.map(|it| (it.update_id, it.express)).collect();
        let (payment, inline) = (Express::Payment, Express::Inline);
        assert_eq!(
            express,
            [(3, payment), (4, inline), (5, payment), (6, inline)]
        );
        assert_eq!(sorted.express[0].kind, UpdateKind::PreCheckoutQuery);
    }

    #[test]
    fn what_no_queue_takes_is_set_aside_with_the_reason() {
        let mut nobody = update(1, "message", 5);
        nobody.bytes = "{}".into();
        let updates = [
            nobody,
            update(2, "ostankino", 5),
            update(3, &"x".repeat(2_000), 5),
        ];
        let sorted = Sorted::of(&updates, Instant::now(), 4, 2_048);
        let reasons: Vec<_> = sorted.letters.iter().map(|it| it.reason.as_str()).collect();
        assert_eq!(
            reasons,
            [
                "it has no update_id",
                "it claims to be an event of the service's own",
                "it is too large"
            ]
        );
        assert!(sorted.partitions.iter().all(Vec::is_empty) && sorted.express.is_empty());
    }
}
