//! Looks after the consumers of the queue: servers are known to leave one behind, after a restart,
//! that delivers no more. It is deleted and made anew, which loses nothing.

use std::time::Duration;

use async_nats::{datetime::DateTime, jetstream::consumer::Info};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::Queue;
use crate::Result;

/// How many `ack_wait`s a consumer may stand still while updates are asked for and nobody has one.
const IDLE: u32 = 3;

/// How many while somebody has one, and may legitimately be at work.
const BUSY: u32 = 30;

/// Watches the consumer of every partition; each process has one, and they may meet.
#[derive(Debug)]
pub struct Supervisor {
    queue: Queue,
    limits: Limits,
    watches: Vec<Watch>,
}

#[derive(Clone, Copy, Debug)]
struct Limits {
    idle: Duration,
    busy: Duration,
}

/// What moves while a consumer is alive.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Mark {
    created: DateTime,
    delivered: u64,
    acknowledged: u64,
}

/// What is known of one consumer: since when it stands still although updates wait.
#[derive(Clone, Debug, Default)]
struct Watch(Option<(Mark, Instant)>);

impl Supervisor {
    /// A supervisor of that queue's consumers, where a handler may take so long.
    #[must_use]
    pub fn new(queue: Queue, handler_timeout: Duration) -> Self {
        let limits = Limits {
            idle: queue.ack_wait() * IDLE,
            busy: queue.ack_wait() * BUSY + handler_timeout,
        };
        let watches = vec![Watch::default(); usize::from(queue.partitions())];
        Self {
            queue,
            limits,
            watches,
        }
    }

    /// Looks at every consumer once in an `ack_wait` or so, until `stop`.
    pub async fn run(mut self, stop: CancellationToken) {
        loop {
            // Not in step with other processes: only one is to mend.
            let nap = self.queue.ack_wait().mul_f64(0.75 + fastrand::f64() / 2.0);
            let looked = stop.run_until_cancelled(async {
                sleep(nap).await;
                self.look().await
            });
            match looked.await {
                None => return,
                Some(Ok(())) => {}
                Some(Err(error)) => {
                    tracing::debug!(error = error.chain(), "the consumers were not looked at");
                }
            }
        }
    }

    async fn look(&mut self) -> Result<()> {
        let (mut gone, mut still) = (Vec::new(), Vec::new());
        let looked = self.look_at_each(&mut gone, &mut still).await;
        if !gone.is_empty() {
            tracing::warn!(partitions = ?gone, "consumers are gone: they are recreated");
        }
        if !still.is_empty() {
            tracing::warn!(
                partitions = ?still,
                "consumers stood still although updates wait: they are recreated"
            );
        }
        looked
    }

    /// Mends what is wrong; tells in `gone` which partitions had no consumer, in `still` which had one
    /// that delivered nothing.
    async fn look_at_each(&mut self, gone: &mut Vec<u16>, still: &mut Vec<u16>) -> Result<()> {
        for (partition, watch) in (0..).zip(&mut self.watches) {
            let Some(info) = self.queue.standing(partition).await? else {
                gone.push(partition);
                self.queue.consumer(partition).await?;
                continue;
            };
            if watch.stands_still(&info, self.limits, Instant::now()) {
                let renewed = self.queue.renew_consumer(partition, info.created).await?;
                if renewed {
                    still.push(partition);
                }
            }
        }
        Ok(())
    }
}

impl Watch {
    /// Whether it is so for too long now.
    fn stands_still(&mut self, info: &Info, limits: Limits, now: Instant) -> bool {
        let in_flight = info.num_ack_pending > 0;
        // While a server is away, workers leave updates where they are: then nobody asks for one.
        let asked_for = info.num_pending > 0 && info.num_waiting > 0;
        if !asked_for && !in_flight {
            self.0 = None;
            return false;
        }
        let mark = Mark {
            created: info.created,
            delivered: info.delivered.consumer_sequence,
            acknowledged: info.ack_floor.consumer_sequence,
        };
        let since = match self.0 {
            Some((last, since)) if last == mark => since,
            _ => self.0.insert((mark, now)).1,
        };
        let limit = if in_flight { limits.busy } else { limits.idle };
        now - since >= limit
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::*;

    const LIMITS: Limits = Limits {
        idle: Duration::from_secs(3),
        busy: Duration::from_secs(30),
    };

    fn info(delivered: u64, waiting: u64, in_flight: u64) -> Info {
        asked_by(1, delivered, waiting, in_flight)
    }

    fn asked_by(workers: u64, delivered: u64, waiting: u64, in_flight: u64) -> Info {
        let place = |number| json!({"consumer_seq": number, "stream_seq": number});
        let config = json!({"deliver_policy": "all", "ack_policy": "explicit",
            "replay_policy": "instant"});
        let info = json!({"stream_name": "s", "name": "p0", "created": "2026-01-01T00:00:00Z",
            "config": config, "delivered": place(delivered),
            "ack_floor": place(delivered - in_flight), "num_ack_pending": in_flight,
            "num_redelivered": 0, "num_waiting": workers, "num_pending": waiting});
        from_value(info).expect("an info")
    }

    /// Looks at these, a second apart; gives the number of the first that was too much.
    fn judged(sights: impl IntoIterator<Item = Info>) -> Option<usize> {
        let (mut watch, mut now) = (Watch::default(), Instant::now());
        sights.into_iter().position(|info| {
            now += Duration::from_secs(1);
            watch.stands_still(&info, LIMITS, now)
        })
    }

    #[test]
    fn nothing_that_waits_is_nothing_wrong() {
        assert_eq!(judged((0..99).map(|_| info(7, 0, 0))), None);
    }

    #[test]
    fn updates_that_wait_and_are_not_delivered_are_too_much_soon() {
        assert_eq!(judged((0..99).map(|_| info(7, 2, 0))), Some(3));
    }

    #[test]
    fn updates_that_nobody_asks_for_are_left() {
        assert_eq!(judged((0..99).map(|_| asked_by(0, 7, 2, 0))), None);
    }

    #[test]
    fn one_that_is_in_flight_is_given_longer() {
        assert_eq!(judged((0..99).map(|_| info(7, 2, 1))), Some(30));
    }

    #[test]
    fn whatever_is_delivered_is_a_sign_of_life() {
        assert_eq!(judged((1..99).map(|number| info(number, 9, 1))), None);
        let pauses = (0..99).map(|number| info(7, u64::from(number % 3 > 0), 0));
        assert_eq!(judged(pauses), None);
    }
}
