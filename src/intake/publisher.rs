//! Stores fetched updates in the queue.

mod hurry;

use std::time::Duration;

use async_nats::{HeaderMap, jetstream::message::PublishMessage};
use bytes::Bytes;
use futures_util::future::join_all;
use tokio::{
    sync::Mutex,
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    answers::{Answer, Answers},
    flood::Flood,
    seat::PollSeat,
    sorting::Sorted,
    trouble::{Trouble, Troubles},
};
use crate::{
    Error, Result,
    dead_letters::{DeadLetters, Letter, command},
    dialogue::{Move, NatsStorage},
    queue::{ExpressQueue, Incoming, Queue, SeatsHandle, UPDATES, Urgent, pack},
    telegram::backoff::Backoff,
    telegram::{
        Envelope,
        internal::{Express, RawUpdate},
    },
};

/// For how long it may not be certain that this process may store until that is told.
const CERTAIN: Duration = Duration::from_secs(1);

/// Publishes the updates of an answer, those of a partition as one batch. A batch that is published
/// twice is stored once. Partitions do not wait for each other.
#[derive(Debug)]
pub(crate) struct Publisher {
    queue: Queue,
    express: ExpressQueue,
    dead_letters: DeadLetters,
    dialogues: NatsStorage,
    answers: Answers,
    flood: Option<Flood>,
    seat: PollSeat,
    stop: CancellationToken,
    troubles: Troubles,
    /// Where the first answer is to be cut.
    cut: Mutex<Cut>,
}

#[derive(Debug)]
enum Cut {
    /// It is not read yet whether it is.
    Unknown,
    At(Answer),
    Nowhere,
}

/// What is to be stored.
#[derive(Clone, Debug)]
enum Item {
    Batch {
        subject: String,
        id: String,
        index: String,
        payload: Bytes,
    },
    Express(Urgent),
    Letter(Letter),
    Move(Move),
    Answer(Answer),
}

impl Item {
    /// The express lane that it is for.
    fn lane(&self) -> Option<Express> {
        match self {
            Self::Express(update) => Some(update.express),
            _ => None,
        }
    }
}

impl Publisher {
    /// A publisher for the bot of that queue. It stores only while this process holds the seat of the
    /// poller, and gives up only when `stop` is cancelled.
    #[must_use]
    pub(crate) fn new(
        queue: Queue,
        express: ExpressQueue,
        dead_letters: DeadLetters,
        dialogues: NatsStorage,
        seats: SeatsHandle,
        stop: CancellationToken,
    ) -> Self {
        Self {
            answers: Answers::new(dialogues.clone(), queue.names().bot()),
            flood: None,
            queue,
            express,
            dead_letters,
            dialogues,
            seat: PollSeat::new(seats),
            stop,
            troubles: Troubles::default(),
            cut: Mutex::new(Cut::Unknown),
        }
    }

    /// Has it drop what is beyond that measure.
    pub(crate) fn measure(&mut self, flood: Flood) {
        self.flood = Some(flood);
    }

    /// A poll brought nothing.
    pub(super) fn rest(&self) {
        if let Some(flood) = &self.flood {
            flood.rest();
        }
    }

    /// A term of polling begins: another process may have stored updates meanwhile.
    pub(super) async fn begin(&self) {
        *self.cut.lock().await = Cut::Unknown;
    }

    /// Stores the updates of an answer in their order, trying again for as long as it takes. They may
    /// be confirmed then. False if it was told to stop before all were stored.
    pub(super) async fn store(&self, updates: Vec<RawUpdate>) -> bool {
        let since = Instant::now();
        // Before anything that is said in the supergroup is handled, wherever that may be.
        let moves = updates.iter().filter_map(Move::told_by).map(Item::Move);
        if !self.store_in_order(moves.collect()).await {
            return false;
        }
        let Some(cut) = self.cut(&updates).await else {
            return false;
        };
        if let Some(flood) = &self.flood {
            flood.judge(&updates);
        }
        let (before, rest) = updates.split_at(cut);
        self.store_answer(before, since).await
            && (rest.is_empty() || self.store_answer(rest, since).await)
    }

    /// How many of the updates are to be stored by themselves, as a poller before stored them.
    async fn cut(&self, updates: &[RawUpdate]) -> Option<usize> {
        let mut cut = self.cut.lock().await;
        if matches!(*cut, Cut::Unknown) {
            let (trouble, last) = (self.troubles.of(None), || self.answers.last());
            let known = self.until_done(trouble, last).await?;
            *cut = known.map_or(Cut::Nowhere, Cut::At);
        }
        let length = match &*cut {
            Cut::At(answer) => answer.length_in(updates),
            Cut::Unknown | Cut::Nowhere => None,
        };
        *cut = Cut::Nowhere;
        Some(length.unwrap_or(updates.len()))
    }

    /// Stores the updates of one answer.
    async fn store_answer(&self, updates: &[RawUpdate], since: Instant) -> bool {
        if let Some(answer) = Answer::of(updates)
            && !self.store_in_order(vec![Item::Answer(answer)]).await
        {
            return false;
        }
        // What is dropped still counts for where an answer begins and ends: all cut it alike.
        let kept = self.flood.as_ref().map(|flood| flood.kept(updates));
        let updates = kept.as_deref().unwrap_or(updates);
        let most = self.queue.nats().max_payload();
        let Sorted {
            partitions,
            express,
            letters,
        } = Sorted::of(updates, since, self.queue.partitions(), most);
        // They are the first on their way, and none waits for another.
        let others_are = CancellationToken::new();
        let express = express.into_iter();
        let express = express.map(|update| self.hurry(update, &others_are));
        let of = |(partition, updates): (u16, Vec<Incoming>)| self.batches(partition, &updates);
        let letters = letters.into_iter().map(Item::Letter).collect();
        let groups = (0..).zip(partitions).map(of).chain([letters]);
        let groups = groups.filter(|group| !group.is_empty());
        let groups = join_all(groups.map(|group| self.store_in_order(group)));
        let groups = async {
            let stored = groups.await;
            others_are.cancel();
            stored
        };
        let (hurried, stored) = tokio::join!(join_all(express), groups);
        hurried.into_iter().chain(stored).all(|stored| stored)
    }

    fn batches(&self, partition: u16, updates: &[Incoming]) -> Vec<Item> {
        let (subject, bot) = (
            self.queue.names().batches(partition),
            self.queue.names().bot(),
        );
        let messages = pack(updates).into_iter().map(|message| {
            let (first, last) = message.ids;
            Item::Batch {
                subject: subject.clone(),
                id: format!("{bot}:{partition}:{first}-{last}"),
                index: message.index,
                payload: message.payload,
            }
        });
        messages.collect()
    }

    /// Stores items one after the other, each until it is stored. False if told to stop.
    async fn store_in_order(&self, items: Vec<Item>) -> bool {
        for item in items {
            let trouble = self.troubles.of(item.lane());
            let publish = || self.publish(&item);
            if self.until_done(trouble, publish).await.is_none() {
                return false;
            }
        }
        true
    }

    /// Makes a request until it succeeds. `None` if told to stop, or if another process polls.
    async fn until_done<T, F>(&self, trouble: &Trouble, request: impl Fn() -> F) -> Option<T>
    where
        F: Future<Output = Result<T>>,
    {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));
        loop {
            let error = match self.entitled(&request).await? {
                Ok(done) => {
                    trouble.is_over();
                    return Some(done);
                }
                Err(error) => error,
            };
            trouble.met(&error);
            let wait = sleep(backoff.next());
            self.stop.run_until_cancelled(wait).await?;
        }
    }

    /// Makes a request, once it is certain that no other process polls.
    async fn entitled<T, F>(&self, request: impl Fn() -> F) -> Option<Result<T>>
    where
        F: Future<Output = Result<T>>,
    {
        let certain = timeout(CERTAIN, self.seat.until_certain());
        let certain = self.stop.run_until_cancelled(certain);
        if certain.await?.is_err() {
            let problem = "it is not certain that no other process polls";
            return Some(Err(Error::unavailable("NATS", problem)));
        }
        Some(request().await)
    }

    async fn publish(&self, item: &Item) -> Result<()> {
        match item {
            Item::Batch {
                subject,
                id,
                index,
                payload,
            } => self.publish_batch(subject, id, index, payload).await,
            Item::Express(update) => self.express.store(update).await,
            Item::Letter(letter) => self.dead_letter(letter).await,
            Item::Move(moved) => {
                let bot = self.queue.names().bot();
                self.dialogues.record_move(bot, *moved).await
            }
            Item::Answer(answer) => self.answers.store(*answer).await,
        }
    }

    async fn publish_batch(
        &self,
        subject: &str,
        id: &str,
        index: &str,
        payload: &Bytes,
    ) -> Result<()> {
        let nats = self.queue.nats();
        let mut headers = HeaderMap::new();
        headers.insert(UPDATES, index);
        let message = PublishMessage::build()
            .headers(headers)
            .message_id(id)
            .payload(payload.clone());
        let store = || async {
            let sent = nats
                .jetstream()
                .send_publish(subject.to_owned(), message.clone());
            sent.await?.await
        };
        nats.within_store(self.queue.name(), store).await.map(drop)
    }

    async fn dead_letter(&self, letter: &Letter) -> Result<()> {
        let number = self.dead_letters.store(letter.clone()).await?;
        tracing::error!(
            event = "dead_letter",
            update_id = Envelope::peek(&letter.update).map(|envelope| envelope.update_id),
            length = letter.update.len(),
            letter = number,
            show = command(number),
            error = letter.reason,
            "an update was set aside as a dead letter"
        );
        Ok(())
    }
}
