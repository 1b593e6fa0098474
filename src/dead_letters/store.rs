//! The stream of updates that no handler can be given: kept as they came, until a person has looked
//! at them. This is the side that writes.

use std::time::Duration;

use async_nats::jetstream::{
    message::PublishMessage,
    stream::{Config as StreamConfig, DiscardPolicy},
};

use super::{Letter, LetterBox};
use crate::{
    Error, Result,
    config::Config,
    nats::{Nats, NatsError},
    program,
    queue::{bytes, fnv1a64},
    telegram::Envelope,
};

/// Why an update is kept that was begun again and again.
pub(crate) const BEGUN_TOO_OFTEN: &str = "it was begun too often without a result";

/// The stream `<prefix>_DEAD`, subject `<prefix>.dead.<bot>`; the oldest go after 30 days.
#[derive(Clone, Debug)]
pub struct DeadLetters {
    nats: Nats,
    kept: LetterBox,
    stream: String,
    subject: String,
    bot: i64,
}

impl DeadLetters {
    /// Opens the stream, creating it if it is not there.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`]; [`NatsError`] in [`Error`] if the stream is somebody else's.
    pub async fn open(nats: &Nats, config: &Config) -> Result<Self> {
        let prefix = &config.nats.prefix;
        let subjects = format!("{prefix}.dead.>");
        let stream = nats
            .stream(StreamConfig {
                name: format!("{prefix}_DEAD"),
                description: Some("Updates that could not be handled".into()),
                subjects: vec![subjects.clone()],
                discard: DiscardPolicy::Old,
                max_bytes: bytes(config.nats.stream_max_mb),
                max_age: Duration::from_secs(30 * 24 * 60 * 60),
                duplicate_window: Duration::from_secs(60 * 60),
                ..StreamConfig::default()
            })
            .await?;
        if stream.cached_info().config.subjects != [subjects] {
            return Err(Error::context(
                "dead letters cannot be kept",
                NatsError::fatal(
                    format!("the stream {prefix}_DEAD has other subjects than they need"),
                    "choose another nats.prefix, or delete that stream if it is not in use",
                ),
            ));
        }
        let bot = config.telegram.bot_id();
        Ok(Self {
            nats: nats.clone(),
            kept: LetterBox::new(nats.clone(), stream),
            stream: format!("{prefix}_DEAD"),
            subject: format!("{prefix}.dead.{bot}"),
            bot,
        })
    }

    /// The side that reads.
    pub(crate) fn letters(&self) -> &LetterBox {
        &self.kept
    }

    /// How many there are, those of other bots under the prefix among them.
    #[cfg(feature = "web")]
    pub(crate) async fn count(&self) -> Result<u64> {
        self.kept.count().await.map(|(letters, _)| letters)
    }

    /// Keeps an update, once even if it comes again; what is too large for a message is cut.
    /// Gives the letter's number, which belongs into the log: an operator looks for it.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`]: it is not stored, so do not acknowledge it.
    pub async fn store(&self, letter: Letter) -> Result<u64> {
        let update = &letter.update;
        let own_id = match (&letter.queued_as, Envelope::peek(update)) {
            (Some(id), _) => id.clone(),
            (None, Some(envelope)) => format!("{}:{}", self.bot, envelope.update_id),
            (None, None) => format!("{:016x}", fnv1a64(update)),
        };
        let mut id = own_id.clone();
        loop {
            let (headers, kept) = letter.pack(&id, self.nats.max_payload());
            let message = PublishMessage::build().headers(headers).payload(kept);
            let store = || async {
                let jetstream = self.nats.jetstream();
                let sent = jetstream.send_publish(self.subject.clone(), message.clone());
                sent.await?.await
            };
            let stored = self.nats.within_store(&self.stream, store).await?;
            if !stored.duplicate || self.kept.get(stored.sequence).await?.is_some() {
                metrics::counter!("ostankino_dead_letters_total").increment(1);
                return Ok(stored.sequence);
            }
            // The server remembers the letter, but somebody took it out of the stream, maybe to
            // have the update handled again: then this may be the only one there is.
            id = format!("{own_id}:{}", stored.sequence);
        }
    }
}

/// The command that shows a letter, for the log.
pub(crate) fn command(number: u64) -> String {
    format!("{} dead-letters show {number}", program::name())
}
