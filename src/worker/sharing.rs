//! Takes part in sharing the partitions: begins what this process comes to own, hands over what it is
//! to, drops what it lost.

use std::{
    collections::HashMap, convert::Infallible, panic::resume_unwind, sync::Arc, time::Duration,
};

use ostankino_seats::Seat;
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;
use tower::Service;
use tracing::Instrument;

use super::{
    acks::acknowledge,
    batch::Batch,
    partition::Partition,
    shared::{Panic, Parts, Shared},
};
use crate::{
    Request,
    config::DeliveryConfig,
    outcome::Conclusion,
    queue::{Change, SeatsHandle},
    request::Ownership,
};

/// After how long a batch that waits for one of its updates leaves traces of the others.
pub(super) const HELD_LONG: Duration = Duration::from_secs(1);

/// Beyond the time a handler may take: its commit, its reply, and the trace of what it did.
pub(super) const LAST_WORDS: Duration = Duration::from_secs(5);

/// Gives the updates of the partitions that this process owns to a service.
pub(crate) struct Worker<S> {
    shared: Arc<Shared<S>>,
    changes: mpsc::UnboundedReceiver<Change>,
    done: mpsc::UnboundedReceiver<Arc<Batch>>,
    panics: mpsc::UnboundedReceiver<Panic>,
    polls: mpsc::UnboundedSender<Change>,
    handler_timeout: Duration,
    grace: Duration,
    stop: CancellationToken,
}

impl<S> Worker<S>
where
    S: Service<Request, Response = Conclusion, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send,
{
    /// A worker that gives updates to `service`, and is told of its partitions by `changes`; what
    /// is under way at `stop` has the configured grace.
    pub(crate) fn new(
        config: &DeliveryConfig,
        parts: Parts,
        seats: SeatsHandle,
        changes: mpsc::UnboundedReceiver<Change>,
        service: S,
        stop: CancellationToken,
    ) -> Self {
        let (to_acknowledge, done) = mpsc::unbounded_channel();
        let polls = parts.polls.clone();
        let (panicked, panics) = mpsc::unbounded_channel();
        let shared = Shared::new(config, parts, seats, to_acknowledge, panicked, service);
        Self {
            shared: Arc::new(shared),
            changes,
            done,
            panics,
            polls,
            handler_timeout: config.handler_timeout(),
            grace: Duration::from_millis(config.shutdown_grace_ms),
            stop,
        }
    }

    /// Works until nobody tells of partitions any more; by then all are handed over.
    ///
    /// Dropping the future drops what is under way: the next owner begins it again.
    pub(crate) async fn run(self) {
        let Self {
            shared,
            mut changes,
            done,
            mut panics,
            polls,
            handler_timeout,
            grace,
            stop,
        } = self;
        let acknowledging = {
            let (nats, told) = (shared.queue.nats().clone(), shared.clone());
            acknowledge(nats, done, move |batch| told.is_acknowledged(batch))
        };
        let working = async {
            let mut owned: HashMap<u16, Arc<Partition>> = HashMap::new();
            let mut tasks = JoinSet::new();
            let mut look = interval(HELD_LONG / 2);
            look.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                let change = tokio::select! {
                    change = changes.recv() => change,
                    // The senders are ours.
                    Some(panic) = panics.recv() => resume_unwind(panic),
                    Some(ended) = tasks.join_next() => {
                        if let Err(error) = ended
                            && let Ok(panic) = error.try_into_panic()
                        {
                            resume_unwind(panic);
                        }
                        continue;
                    }
                    _ = look.tick() => {
                        owned.values().for_each(|partition| shared.leave_traces(partition));
                        continue;
                    }
                };
                let Some(change) = change else { break };
                match change {
                    Change::Own {
                        seat: seat @ Seat::Partition(number),
                        term,
                        was_released,
                    } => {
                        let (begin, end) = (shared.seats.clone(), shared.seats.clone());
                        let ownership = Ownership::new(move || begin.may_begin(seat));
                        let kept = Ownership::new(move || end.may_end(seat));
                        let partition = Partition::new(number, term, ownership, kept);
                        if let Some(before) = owned.insert(number, partition.clone()) {
                            shared.lose(&before);
                        }
                        tasks.spawn(
                            shared
                                .clone()
                                .serve(partition, was_released)
                                .in_current_span(),
                        );
                    }
                    Change::Drain(seat @ Seat::Partition(number)) => match owned.remove(&number) {
                        Some(partition) => {
                            let limit = match stop.is_cancelled() {
                                true => grace,
                                false => handler_timeout + LAST_WORDS,
                            };
                            tasks.spawn(
                                shared.clone().hand_over(partition, limit).in_current_span(),
                            );
                        }
                        None => shared.seats.drained(seat),
                    },
                    Change::Abandon(Seat::Partition(number)) => {
                        if let Some(partition) = owned.remove(&number) {
                            shared.lose(&partition);
                        }
                    }
                    // Who polls hears of it, as long as he does.
                    Change::Own { .. } | Change::Drain(_) | Change::Abandon(_) => {
                        let is_told = polls.send(change).is_ok();
                        if !is_told && let Change::Drain(seat) = change {
                            shared.seats.drained(seat);
                        }
                    }
                }
            }
            drop(polls);
            tasks.join_all().await;
        };
        tokio::select! {
            () = working => {}
            () = acknowledging => {}
        }
    }
}
