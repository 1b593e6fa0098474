//! Takes updates from the queue, one of each partition at a time, and acknowledges each once it
//! has a result.

use std::{
    convert::Infallible,
    panic::AssertUnwindSafe,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_nats::jetstream::{AckKind, Message};
use futures_util::FutureExt;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::Service;

use super::{
    DeadLetters, Health, Letter, Queue, Retries,
    arrival::Arrival,
    attempt::{Attempts, Verdict, answer},
    dead_letters::{BEGUN_TOO_OFTEN, command, queued_as},
    finished::Finished,
    pull::Puller,
    trouble::Trouble,
};
use crate::{
    Error, Request, Result,
    backoff::Backoff,
    config::DeliveryConfig,
    error::chain,
    outcome::Conclusion,
    request::{Poison, Position},
    telegram::{Bot, DecodeError, Envelope, Update},
};

/// How long updates are left to other processes while a server is away from this one. What nobody
/// took by then is taken, so that who waits for an answer hears of it.
const LEFT_TO_OTHERS: Duration = Duration::from_secs(3);

/// A partition that is pulled so long without an error is well again.
const SETTLED: Duration = Duration::from_secs(1);

/// After how long an update comes again whose place could not be read.
const BLIND: Duration = Duration::from_secs(2);

/// Pulls every partition and handles one update of each at a time. A slow handler delays only the
/// users of its partition.
#[derive(Clone, Debug)]
pub struct Worker<S> {
    queue: Queue,
    dead_letters: DeadLetters,
    health: Health,
    attempts: Attempts<S>,
    finished: Finished,
    trouble: Trouble,
    /// Whether an update came whose place could not be read.
    is_blind: Arc<AtomicBool>,
}

impl<S> Worker<S>
where
    S: Service<Request, Response = Conclusion, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send,
{
    /// A worker that gives the updates of `queue` to `service`.
    pub fn new(
        config: &DeliveryConfig,
        queue: Queue,
        dead_letters: DeadLetters,
        retries: Retries,
        health: Health,
        bot: Bot,
        service: S,
    ) -> Self {
        let attempts = Attempts {
            service,
            bot,
            retries,
            health: health.clone(),
            ack_wait: queue.ack_wait(),
            max_deliveries: u64::from(config.max_deliveries),
        };
        Self {
            queue,
            dead_letters,
            health,
            attempts,
            finished: Finished::default(),
            trouble: Trouble::default(),
            is_blind: Arc::default(),
        }
    }

    /// Works until `stop`, finishes what is in flight, and hands back what is not begun.
    ///
    /// Dropping the future abandons what is in flight: another worker gets it after `ack_wait`.
    pub async fn run(self, stop: CancellationToken) {
        let mut partitions = JoinSet::new();
        for partition in 0..self.queue.partitions() {
            partitions.spawn(self.clone().run_partition(partition, stop.clone()));
        }
        partitions.join_all().await;
    }

    async fn run_partition(mut self, partition: u16, stop: CancellationToken) {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));
        while !stop.is_cancelled() {
            // What it drives catches panics: this is for those of the loop itself.
            let work = AssertUnwindSafe(self.work(partition, &stop)).catch_unwind();
            match work.await {
                Ok(Ok(())) => {
                    backoff.reset();
                    continue;
                }
                Ok(Err(error)) if self.health.is_well() => {
                    let error = error.chain();
                    if self.trouble.begins(partition, &error) {
                        tracing::warn!(partition, error, "a partition cannot be pulled");
                    }
                    // If that is for want of a server, it is soon told by who looks after them.
                    self.health.suspect();
                }
                Ok(Err(_)) => {}
                Err(_) => {
                    tracing::error!(partition, "the loop of a partition panicked: begun anew");
                }
            }
            let pause = tokio::time::sleep(backoff.next());
            stop.run_until_cancelled(pause).await;
        }
    }

    /// Works until `stop`, or until a server is away or back.
    async fn work(&mut self, partition: u16, stop: &CancellationToken) -> Result<()> {
        if !self.health.is_well() {
            let back = tokio::time::timeout(LEFT_TO_OTHERS, self.health.well());
            if !matches!(stop.run_until_cancelled(back).await, Some(Err(_))) {
                return Ok(());
            }
        }
        let Some(opened) = stop.run_until_cancelled(self.open(partition)).await else {
            return Ok(());
        };
        let (mut puller, epoch) = opened?;
        if self.health.is_well() {
            self.serve(puller, partition, epoch, stop).await
        } else {
            if let Some(message) = puller.take().await? {
                let result = self.handle(&message, epoch, stop).await;
                answer(&message, result).await;
            } else if let Some(message) = puller.close().await {
                // It came too late to be taken.
                self.pass_on(&message, epoch).await;
            }
            Ok(())
        }
    }

    /// Begins to pull, recreating the consumer if it is gone; gives the number of the queue, which is
    /// read after that, so that no update of a later queue is taken for one of this.
    async fn open(&self, partition: u16) -> Result<(Puller, i64)> {
        let consumer = self.queue.consumer(partition).await?;
        let epoch = self.queue.epoch().await?;
        let info = consumer.cached_info();
        let puller = Puller::new(self.queue.nats(), &info.stream_name, &info.name).await?;
        Ok((puller, epoch))
    }

    /// Handles what comes until pulling fails, the queue is to be opened again, a server is away, or
    /// `stop`.
    async fn serve(
        &mut self,
        mut puller: Puller,
        partition: u16,
        epoch: i64,
        stop: &CancellationToken,
    ) -> Result<()> {
        let health = self.health.clone();
        let mut settles = pin!(tokio::time::sleep(SETTLED));
        let mut is_settled = false;
        while health.is_well() {
            let next = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = health.away() => break,
                next = puller.next() => next,
                () = &mut settles, if !is_settled => {
                    is_settled = true;
                    if self.trouble.ends(partition) {
                        tracing::info!("all partitions are pulled again");
                    }
                    continue;
                }
            };
            let Some(message) = next? else { break };
            let result = self.handle(&message, epoch, stop).await;
            if !matches!(result, AckKind::Ack) {
                answer(&message, result).await;
                // The next one is asked of the queue as it is by then.
                break;
            }
            if stop.is_cancelled() {
                answer(&message, result).await;
            } else if let Err(error) = puller.ack_and_ask(&message).await {
                tracing::warn!(
                    error = error.chain(),
                    "an update was not acknowledged: it will be delivered again"
                );
            }
        }
        // What came but was not begun goes to another worker at once.
        if let Some(message) = puller.close().await {
            self.pass_on(&message, epoch).await;
        }
        Ok(())
    }

    /// Gives back what came but is not begun.
    async fn pass_on(&self, message: &Message, epoch: i64) {
        match Arrival::read(message, epoch) {
            Ok(arrival) => self.attempts.pass_on(message, arrival.position).await,
            Err(_) => answer(message, AckKind::Nak(None)).await,
        }
    }

    /// Brings one update to a result; says what to answer the queue.
    async fn handle(&mut self, message: &Message, epoch: i64, stop: &CancellationToken) -> AckKind {
        let arrival = match Arrival::read(message, epoch) {
            Ok(arrival) => arrival,
            Err(error) => return self.is_lost_for(&error),
        };
        self.is_blind.store(false, Ordering::Relaxed);
        let position = arrival.position;
        if self.finished.contains(position) {
            came_again(message, "an update came again after it was handled");
            return AckKind::Ack;
        }
        let result = match self.attempts.judge(arrival).await {
            Verdict::Answered => {
                came_again(message, "the update came again after it was apologised for");
                return AckKind::Ack;
            }
            Verdict::Deadly(poison) => self.set_aside_unread(message, position, &poison).await,
            Verdict::Begin(delivery) => match Update::decode(message.payload.clone()) {
                Ok(update) => self.attempts.run(update, delivery, message, stop).await,
                Err(error) => self.set_aside(message, &error).await,
            },
        };
        if matches!(result, AckKind::Ack | AckKind::Term) {
            self.finished.insert(position);
        }
        result
    }

    /// What to answer of an update whose place is not known: nothing is done with it before it is.
    fn is_lost_for(&self, error: &Error) -> AckKind {
        if !self.is_blind.swap(true, Ordering::Relaxed) {
            tracing::error!(
                error = error.chain(),
                "the place of an update in the queue cannot be read: such updates are not handled \
                 until it can"
            );
        }
        AckKind::Nak(Some(BLIND))
    }

    /// Keeps what cannot be decoded, and takes it off the queue once it is kept.
    async fn set_aside(&self, message: &Message, problem: &DecodeError) -> AckKind {
        let (update_id, user_id) = names(message);
        let letter = Letter::of(message, "it cannot be decoded", Some(problem.to_string()));
        self.store(letter, update_id, user_id, chain(problem)).await
    }

    /// Keeps what ends the process whenever something is done with it.
    async fn set_aside_unread(
        &self,
        message: &Message,
        position: Position,
        poison: &Poison,
    ) -> AckKind {
        let mut letter = Letter::of(message, BEGUN_TOO_OFTEN, poison.error.clone());
        letter.queued_as = Some(queued_as(position));
        self.store(letter, None, None, poison.to_string()).await
    }

    async fn store(
        &self,
        letter: Letter,
        update_id: Option<i64>,
        user_id: Option<i64>,
        problem: String,
    ) -> AckKind {
        match self.dead_letters.store(letter).await {
            Ok(letter) => {
                tracing::error!(
                    update_id,
                    user_id,
                    letter,
                    show = command(letter),
                    error = problem,
                    "an update was set aside as a dead letter"
                );
                AckKind::Term
            }
            Err(error) => {
                tracing::error!(
                    update_id,
                    user_id,
                    error = error.chain(),
                    "a dead letter was not stored"
                );
                AckKind::Nak(Some(Duration::from_secs(1)))
            }
        }
    }
}

/// Records that nothing is done with an update, which was handled before: it is harmless to read.
fn came_again(message: &Message, what: &str) {
    let (update_id, user_id) = names(message);
    tracing::info!(update_id, user_id, "{what}");
}

/// The ids of the update and of its user, for the log.
fn names(message: &Message) -> (Option<i64>, Option<i64>) {
    let envelope = Envelope::peek(&message.payload);
    let user_id = envelope.and_then(|envelope| envelope.user_id);
    (envelope.map(|envelope| envelope.update_id), user_id)
}
