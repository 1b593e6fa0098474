//! One update of an express lane: answered in time, set aside, replaced, or dropped since it is too late.

use std::{convert::Infallible, sync::atomic::Ordering, time::Duration};

use async_nats::jetstream::Message;
use bytes::Bytes;
use ostankino_traces::{Carried, HEADER};
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tower::Service;

use super::{Shared, hold::Hold, newest::Turn};
use crate::{
    Request, chain,
    dead_letters::Letter,
    outcome::Conclusion,
    queue::{WAITED, boot_ms, in_ms},
    request::{Ownership, Place, Poison},
    telegram::{DecodeError, Envelope, Update, internal::Express},
    worker::attempt,
};

/// How often an update is given to processes: whatever became of it the times before, it is set aside then. All
/// of these are over before a payment is too late, so that who pays hears of it.
const DELIVERIES: i64 = 3;

/// How long an update waits for a server that is only restarted.
const RESTARTED: Duration = Duration::from_secs(3);

/// An update as it came.
pub(super) struct Arrival {
    bytes: Bytes,
    sequence: u64,
    /// How often it was given to a process, from 1.
    delivered: i64,
    /// When Telegram gave it to us, by the server's clock: in nanoseconds since 1970, and in milliseconds.
    stored: i128,
    given_ms: i64,
    carried: Carried,
}

/// How it ended.
pub(super) enum Ended {
    /// Nothing is left to do.
    Over,
    /// Another process may do it.
    Left,
    /// Another process may be doing it.
    Lost,
}

impl Arrival {
    /// `None` if its place cannot be read.
    pub(super) fn of(message: &Message) -> Option<Self> {
        let info = message.info().ok()?;
        let headers = message.headers.as_ref();
        let waited = headers.and_then(|headers| headers.get(WAITED));
        let waited: i64 = waited.and_then(|ms| ms.as_str().parse().ok()).unwrap_or(0);
        Some(Self {
            bytes: message.payload.clone(),
            sequence: info.stream_sequence,
            delivered: info.delivered,
            stored: info.published.unix_timestamp_nanos(),
            given_ms: in_ms(info.published).saturating_sub(waited),
            carried: Carried::read(|| Some(headers?.get(HEADER)?.as_str())),
        })
    }
}

impl<S> Shared<S>
where
    S: Service<Request, Response = Conclusion, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send,
{
    pub(super) async fn answer(&self, arrival: &Arrival, hold: &Hold) -> Ended {
        let limit = self.express.deadline();
        let is_poison = arrival.delivered > DELIVERIES;
        let deadline = Instant::now() + limit.saturating_sub(self.age(arrival));
        let is_late = || !is_poison && Instant::now() >= deadline;
        if is_late() {
            return self.expired(arrival);
        }
        let update = match Update::decode(arrival.bytes.clone()) {
            Ok(update) => update,
            Err(error) => return self.set_aside(arrival, &error).await,
        };
        let turn = match timeout_at(deadline, self.turn(arrival)).await {
            Ok(Some(turn)) => turn,
            Ok(None) => return Ended::Over,
            Err(_) => return self.expired(arrival),
        };
        let waited = self.age(arrival);
        metrics::histogram!("ostankino_express_wait_seconds", "lane" => self.express.as_str())
            .record(waited);
        let place = Place {
            epoch: 0,
            sequence: arrival.sequence,
            index: 0,
        };
        let poison = is_poison.then(|| Poison {
            attempts: u32::try_from(arrival.delivered - 1).unwrap_or(u32::MAX),
            error: None,
        });
        let held = hold.clone();
        let ownership = Ownership::new(move || held.holds());
        let may_be_applied = arrival.delivered > 1;
        let mut trial = self
            .attempts
            .begin(update, place, may_be_applied, poison, ownership)
            .until(deadline)
            .carrying(arrival.carried);
        loop {
            if !self.health.is_well() {
                let _ = timeout(RESTARTED, timeout_at(deadline, self.health.well())).await;
            }
            if !hold.holds() {
                return Ended::Lost;
            }
            if is_late() {
                return self.expired(arrival);
            }
            let attempt::Ended::Again(pause) = self.attempts.attempt(&mut trial).await else {
                return Ended::Over;
            };
            let paused = async {
                sleep(pause).await;
                self.health.well().await;
            };
            tokio::select! {
                _ = timeout_at(deadline, paused) => {}
                () = self.stop.cancelled() => return Ended::Left,
                () = is_replaced(turn.as_ref()) => return Ended::Over,
            }
        }
    }

    /// How long ago Telegram gave it to us: in real time, as Telegram counts.
    fn age(&self, arrival: &Arrival) -> Duration {
        let there = boot_ms().saturating_add(self.ahead_ms.load(Ordering::Relaxed));
        let age = there.saturating_sub(arrival.given_ms);
        Duration::from_millis(u64::try_from(age).unwrap_or(0))
    }

    /// The turn of an inline query among those of its user; payments wait for no other. `None` within if a newer
    /// query came before.
    async fn turn(&self, arrival: &Arrival) -> Option<Option<Turn>> {
        if self.express != Express::Inline {
            return Some(None);
        }
        let envelope = Envelope::peek(&arrival.bytes);
        let user = envelope.map_or(0, |envelope| envelope.lane());
        let turn = self.newest.turn(user, arrival.stored).await;
        if turn.is_none() {
            tracing::debug!(
                event = "express_replaced",
                update_id = envelope.map(|envelope| envelope.update_id),
                "a newer inline query of the user came: this one is dropped"
            );
        }
        turn.map(Some)
    }

    /// Nobody waits for it any more.
    fn expired(&self, arrival: &Arrival) -> Ended {
        let count = self.expired.fetch_add(1, Ordering::Relaxed) + 1;
        let envelope = Envelope::peek(&arrival.bytes);
        let kind = envelope.map(|envelope| envelope.kind().as_str());
        metrics::counter!("ostankino_express_expired_total", "kind" => kind.unwrap_or("unknown"))
            .increment(1);
        tracing::warn!(
            event = "express_expired",
            update_id = envelope.map(|envelope| envelope.update_id),
            kind,
            user_id = envelope.and_then(|envelope| envelope.user_id),
            age_ms = u64::try_from(self.age(arrival).as_millis()).unwrap_or(u64::MAX),
            deliveries = arrival.delivered,
            count,
            "it is too late to answer an update: it is dropped"
        );
        Ended::Over
    }

    /// Keeps what cannot be decoded.
    async fn set_aside(&self, arrival: &Arrival, problem: &DecodeError) -> Ended {
        let letter = Letter {
            deliveries: Some(1),
            error: Some(problem.to_string()),
            ..Letter::new(arrival.bytes.clone(), "it cannot be decoded")
        };
        let envelope = Envelope::peek(&arrival.bytes);
        let problem = chain(problem);
        let stored = self.dead_letters.set_aside(letter, envelope, &problem);
        match stored.await {
            Ok(_) => Ended::Over,
            Err(_) => Ended::Lost,
        }
    }
}

/// Returns once a newer query of the user came, if it is one.
async fn is_replaced(turn: Option<&Turn>) {
    match turn {
        Some(turn) => turn.is_over().await,
        None => std::future::pending().await,
    }
}
