//! Takes updates from the queue, drives the stack with each, and acknowledges it afterwards.

use std::{convert::Infallible, panic::AssertUnwindSafe, pin::pin, time::Duration};

use async_nats::jetstream::{AckKind, Message};
use futures_util::FutureExt;
use tokio::{task::JoinSet, time::Instant};
use tokio_util::sync::CancellationToken;
use tower::Service;

use super::{DeadLetters, Letter, Queue, finished::Finished, pull::Puller};
use crate::{
    Outcome, Request, Result,
    backoff::Backoff,
    error::chain,
    telegram::{Bot, DecodeError, Envelope, Update},
};

/// The longest wait before an update is tried again because a server was away.
const LONGEST_RETRY: Duration = Duration::from_secs(15);

/// Pulls every partition and handles one update of each at a time. A slow handler delays only the
/// users of its partition.
#[derive(Clone, Debug)]
pub struct Worker<S> {
    queue: Queue,
    dead_letters: DeadLetters,
    bot: Bot,
    service: S,
    finished: Finished,
}

impl<S> Worker<S>
where
    S: Service<Request, Response = Outcome, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send,
{
    /// A worker that gives the updates of `queue` to `service`.
    pub fn new(queue: Queue, dead_letters: DeadLetters, bot: Bot, service: S) -> Self {
        Self {
            queue,
            dead_letters,
            bot,
            service,
            finished: Finished::default(),
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
            let opened = stop.run_until_cancelled(self.open(partition)).await;
            match opened {
                None => return,
                Some(Ok(puller)) => {
                    backoff.reset();
                    // What it drives catches panics: this is for those of the loop itself.
                    let ended = AssertUnwindSafe(self.serve(puller, &stop))
                        .catch_unwind()
                        .await;
                    if ended.is_err() {
                        tracing::error!(partition, "the loop of a partition panicked: begun anew");
                    }
                }
                Some(Err(error)) => {
                    tracing::warn!(
                        partition,
                        error = error.chain(),
                        "a partition cannot be pulled"
                    );
                }
            }
            stop.run_until_cancelled(tokio::time::sleep(backoff.next()))
                .await;
        }
    }

    /// Begins to pull, making the consumer anew if it is gone.
    async fn open(&self, partition: u16) -> Result<Puller> {
        let consumer = self.queue.consumer(partition).await?;
        let info = consumer.cached_info();
        Puller::new(self.queue.nats(), &info.stream_name, &info.name).await
    }

    /// Handles what comes until pulling fails or `stop`.
    async fn serve(&mut self, mut puller: Puller, stop: &CancellationToken) {
        while let Some(next) = stop.run_until_cancelled(puller.next()).await {
            let message = match next {
                Ok(message) => message,
                Err(error) => {
                    tracing::warn!(
                        error = error.chain(),
                        "pulling failed: the consumer is opened anew"
                    );
                    return;
                }
            };
            let answer = self.handle(&message).await;
            if stop.is_cancelled() || !matches!(answer, AckKind::Ack) {
                settle(&message, answer).await;
            } else if let Err(error) = puller.ack_and_ask(&message).await {
                tracing::warn!(
                    error = error.chain(),
                    "an update was not acknowledged: it will be delivered again"
                );
            }
        }
        // What came but was not begun goes to another worker at once.
        if let Some(message) = puller.close().await {
            settle(&message, AckKind::Nak(None)).await;
        }
    }

    /// Handles one update; says what to answer the queue.
    async fn handle(&mut self, message: &Message) -> AckKind {
        let update = match Update::decode(message.payload.clone()) {
            Ok(update) => update,
            Err(error) => return self.set_aside(message, &error).await,
        };
        let (update_id, user_id) = (update.id, update.user_id());
        if self.finished.contains(update_id) {
            tracing::info!(
                update_id,
                user_id,
                "an update came again after it was handled"
            );
            return AckKind::Ack;
        }
        let request = Request::new(update, self.bot.clone());
        // The layers catch the panics of handlers; this is for those of the layers.
        let handled = AssertUnwindSafe(async {
            let Ok(outcome) = self.service.call(request).await;
            outcome
        });
        let mut handled = pin!(handled.catch_unwind());
        let beat = self.queue.ack_wait() / 3;
        let mut next_beat = pin!(tokio::time::sleep(beat));
        let outcome = loop {
            tokio::select! {
                biased;
                outcome = &mut handled => break outcome,
                () = &mut next_beat => {
                    tracing::debug!(update_id, user_id, "still at work");
                    settle(message, AckKind::Progress).await;
                    next_beat.as_mut().reset(Instant::now() + beat);
                }
            }
        };
        let answer = match outcome {
            Ok(Outcome::Retry) => AckKind::Nak(Some(retry_wait(message))),
            Ok(_) => AckKind::Ack,
            Err(_) => {
                tracing::error!(
                    update_id,
                    user_id,
                    "a layer panicked: the update is not tried again"
                );
                AckKind::Ack
            }
        };
        if matches!(answer, AckKind::Ack) {
            self.finished.insert(update_id);
        }
        answer
    }

    /// Keeps what cannot be decoded, and takes it off the queue once it is kept.
    async fn set_aside(&self, message: &Message, problem: &DecodeError) -> AckKind {
        let envelope = Envelope::peek(&message.payload);
        let update_id = envelope.map(|envelope| envelope.update_id);
        let user_id = envelope.and_then(|envelope| envelope.user_id);
        let letter = Letter::of(message, "it cannot be decoded", Some(problem.reason()));
        match self.dead_letters.store(letter).await {
            Ok(()) => {
                tracing::error!(
                    update_id,
                    user_id,
                    error = chain(problem),
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
                AckKind::Nak(Some(retry_wait(message)))
            }
        }
    }
}

/// Longer after each delivery: 1, 2, 4, … s.
fn retry_wait(message: &Message) -> Duration {
    let delivered = message.info().map_or(1, |info| info.delivered.max(1));
    let doubled = u32::try_from(delivered - 1).unwrap_or(0).min(10);
    (Duration::from_secs(1) * 2_u32.pow(doubled)).min(LONGEST_RETRY)
}

async fn settle(message: &Message, answer: AckKind) {
    let sent = tokio::time::timeout(Duration::from_secs(2), message.ack_with(answer)).await;
    let problem = match sent {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error.to_string(),
        Err(_) => "no connection".to_owned(),
    };
    tracing::warn!(
        error = problem,
        "an update was not acknowledged: it will be delivered again"
    );
}
