//! The stores of what is taken in, whoever takes it: each thing is stored once, however often that is tried.

use async_nats::{HeaderMap, jetstream::message::PublishMessage};
use bytes::Bytes;
use ostankino_traces::HEADER;
use tokio::time::Instant;

use super::{
    answers::{Answer, Answers},
    sorting::Sorted,
    traced,
};
use crate::{
    Result,
    dead_letters::{DeadLetters, Letter, command},
    dialogue::{Move, NatsStorage},
    queue::{ExpressQueue, Incoming, Queue, UPDATES, Urgent, pack},
    telegram::{
        Envelope,
        internal::{Express, RawUpdate},
    },
};

/// Where everything goes that is taken in. A clone stores in the same places.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    queue: Queue,
    express: ExpressQueue,
    dead_letters: DeadLetters,
    dialogues: NatsStorage,
    answers: Answers,
}

/// What is to be stored.
#[derive(Clone, Debug)]
pub(super) enum Item {
    Batch {
        subject: String,
        id: String,
        index: String,
        /// Of the traces of its updates.
        traced: Option<String>,
        payload: Bytes,
    },
    Express(Urgent),
    Letter(Letter),
    Move(Move),
    Answer(Answer),
}

impl Item {
    /// The express lane that it is for.
    pub(super) fn lane(&self) -> Option<Express> {
        match self {
            Self::Express(update) => Some(update.express),
            _ => None,
        }
    }
}

impl Store {
    /// The stores of the bot of that queue.
    #[must_use]
    pub(crate) fn new(
        queue: Queue,
        express: ExpressQueue,
        dead_letters: DeadLetters,
        dialogues: NatsStorage,
    ) -> Self {
        let answers = Answers::new(dialogues.clone(), queue.names().bot());
        Self {
            queue,
            express,
            dead_letters,
            dialogues,
            answers,
        }
    }

    /// Which answer of Telegram's is being stored.
    pub(super) fn answers(&self) -> &Answers {
        &self.answers
    }

    /// Whose updates they are.
    pub(super) fn bot(&self) -> i64 {
        self.queue.names().bot()
    }

    /// Whether there is a connection, as far as the client knows.
    #[cfg(feature = "web")]
    pub(super) fn is_connected(&self) -> bool {
        self.queue.nats().is_connected()
    }

    /// Where each of these goes, which Telegram gave to us `since` then.
    pub(super) fn sort(&self, updates: &[RawUpdate], since: Instant) -> Sorted {
        let most = self.queue.nats().max_payload();
        Sorted::of(updates, since, self.queue.partitions(), most)
    }

    /// The batches of a partition. One with the same updates is stored once.
    pub(super) fn batches(&self, partition: u16, updates: &[Incoming]) -> Vec<Item> {
        let (subject, bot) = (
            self.queue.names().batches(partition),
            self.queue.names().bot(),
        );
        let ids = updates.iter().map(|update| update.update_id);
        let traced = traced::header(bot, ids);
        let messages = pack(updates).into_iter().map(|message| {
            let (first, last) = message.ids;
            Item::Batch {
                subject: subject.clone(),
                id: format!("{bot}:{partition}:{first}-{last}"),
                index: message.index,
                traced: traced.clone(),
                payload: message.payload,
            }
        });
        messages.collect()
    }

    /// Stores one thing; once, if it is the same one again.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub(super) async fn store(&self, item: &Item) -> Result<()> {
        match item {
            Item::Batch {
                subject,
                id,
                index,
                traced,
                payload,
            } => {
                let mut headers = HeaderMap::new();
                headers.insert(UPDATES, index.as_str());
                if let Some(traced) = traced {
                    headers.insert(HEADER, traced.as_str());
                }
                self.publish_batch(subject, id, headers, payload).await
            }
            Item::Express(update) => {
                let traced = traced::header(self.bot(), [update.update_id].into_iter());
                self.express.store(update, traced).await
            }
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
        headers: HeaderMap,
        payload: &Bytes,
    ) -> Result<()> {
        let nats = self.queue.nats();
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
