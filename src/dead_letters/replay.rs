//! Gives dead letters to the handlers again. Each step may be the last before a crash: then the
//! letter is still there, and replaying it once more finishes the job.

use std::time::UNIX_EPOCH;

use async_nats::{
    HeaderMap,
    jetstream::{message::PublishMessage, stream::Stream},
};

use super::{LetterBox, StoredLetter};
use crate::{
    Error, Result,
    nats::Nats,
    queue::{
        INHERITED, Incoming, UPDATES, pack, partition_of, partitions, partitions_of_all, topology,
    },
    telegram::internal::Express,
    unit_of_work::Inbox,
};

/// What became of a letter that was to be replayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replayed {
    /// Its update is in the queue again.
    Queued {
        /// Whose update it is.
        bot_id: i64,
        /// Telegram's id of the update.
        update_id: i64,
    },
    /// There is no letter with that number.
    Absent,
    /// It cannot be replayed; the letter stays.
    Refused(&'static str),
}

/// Moves letters into the queue.
#[derive(Clone, Debug)]
pub struct Replay {
    nats: Nats,
    letters: LetterBox,
    inbox: Inbox,
    prefix: String,
    stream: Stream,
    /// Whose inbox that is, if it is one bot's.
    bot: Option<i64>,
}

impl Replay {
    /// Moves `letters` into the queue under that prefix; `None` if there is no queue yet.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`]; the stream is there but is no queue.
    pub async fn new(
        nats: &Nats,
        prefix: &str,
        letters: LetterBox,
        inbox: Inbox,
    ) -> Result<Option<Self>> {
        let Some(stream) = nats.find_stream(&topology::stream(prefix)).await? else {
            return Ok(None);
        };
        if partitions_of_all(&stream.cached_info().config).is_none() {
            return Err(unknown());
        }
        Ok(Some(Self {
            nats: nats.clone(),
            letters,
            inbox,
            prefix: prefix.to_owned(),
            stream,
            bot: None,
        }))
    }

    /// Gives no letters but those of that bot, whose inbox it is.
    #[must_use]
    pub fn of_bot(mut self, bot: i64) -> Self {
        self.bot = Some(bot);
        self
    }

    /// Gives a letter to the handlers again.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or a query that failed: the letter is still there.
    pub async fn run(&self, number: u64) -> Result<Replayed> {
        let Some(letter) = self.letters.get(number).await? else {
            return Ok(Replayed::Absent);
        };
        if letter.cut_from.is_some() {
            return Ok(Replayed::Refused("its update was too large and was cut"));
        }
        let (Some(key), Some(envelope)) = (letter.key(), letter.envelope()) else {
            return Ok(Replayed::Refused("its update has no id"));
        };
        if self.bot.is_some_and(|bot| bot != key.bot_id) {
            return Ok(Replayed::Refused(
                "it is another bot's: name that one by --bot",
            ));
        }
        if Express::named(envelope.kind_name).is_some() {
            return Ok(Replayed::Refused("nobody waits for its answer any more"));
        }
        // The inbox first: a worker passes over what is dead-lettered there.
        match self.inbox.find(key).await? {
            Some(known) if !known.is_dead => {
                return Ok(Replayed::Refused("its update was applied already"));
            }
            Some(_) => drop(self.inbox.reopen(key).await?),
            None => {}
        }
        // Those of the queue, whatever is configured here: workers pull no others.
        let partitions = partitions(&self.stream.cached_info().config, key.bot_id);
        let partitions = partitions.ok_or_else(unknown)?;
        let partition = partition_of(&envelope, partitions);
        let subject = topology::Topology::new(&self.prefix, key.bot_id).batches(partition);
        let incoming = Incoming {
            update_id: key.update_id,
            lane: envelope.lane(),
            bytes: letter.letter.update.clone(),
        };
        self.publish(&letter, incoming, subject).await?;
        self.letters.delete(number).await?;
        Ok(Replayed::Queued {
            bot_id: key.bot_id,
            update_id: key.update_id,
        })
    }

    async fn publish(
        &self,
        letter: &StoredLetter,
        update: Incoming,
        subject: String,
    ) -> Result<()> {
        // The id under which it was stored at first is taken. The time tells letters apart whose
        // stream was recreated.
        let time = letter.time.duration_since(UNIX_EPOCH).unwrap_or_default();
        let id = format!("replay:{}:{}", letter.number, time.as_millis());
        for batch in pack(&[update]) {
            let mut headers = HeaderMap::new();
            headers.insert(UPDATES, batch.index);
            // The inbox says whether it is to be handled, no memory.
            headers.insert(INHERITED, "1");
            let message = PublishMessage::build()
                .headers(headers)
                .payload(batch.payload)
                .message_id(&id);
            let jetstream = self.nats.jetstream();
            let stored = async {
                jetstream
                    .send_publish(subject.clone(), message)
                    .await?
                    .await
            };
            self.nats.within(stored).await?;
        }
        Ok(())
    }
}

fn unknown() -> Error {
    Error::message("the stream of updates does not say how many partitions it has")
}
