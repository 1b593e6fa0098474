//! The stream of updates that no handler can be given: kept as they came, for a person to look at.

use std::time::Duration;

use async_nats::jetstream::{
    message::PublishMessage,
    stream::{Config as StreamConfig, DiscardPolicy},
};
use bytes::Bytes;

use super::{partition::fnv1a64, queue::bytes};
use crate::{
    Error, Result,
    config::Config,
    nats::{Nats, NatsError},
};

/// Header with the reason why the update was set aside.
const REASON: &str = "Ostankino-Reason";

/// The stream `<prefix>_DEAD`, subject `<prefix>.dead.<bot>`; the oldest go after 30 days.
#[derive(Clone, Debug)]
pub struct DeadLetters {
    nats: Nats,
    subject: String,
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
        let subject = format!("{prefix}.dead.{}", config.telegram.bot_id());
        Ok(Self {
            nats: nats.clone(),
            subject,
        })
    }

    /// Sets an update aside, once even if it comes again; what is too large for a message is cut.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`]: it is not stored, so do not acknowledge it.
    pub async fn store(&self, update: Bytes, reason: &str) -> Result<()> {
        // Room for the headers.
        let room = self.nats.max_payload().saturating_sub(4 * 1024);
        let kept = update.slice(..update.len().min(room));
        let reason: String = reason
            .chars()
            .map(|c| if c.is_ascii_graphic() { c } else { ' ' })
            .collect();
        let message = PublishMessage::build()
            .message_id(format!("{:016x}", fnv1a64(&update)))
            .payload(kept)
            .header(REASON, reason.as_str());
        let stored = async {
            self.nats
                .jetstream()
                .send_publish(self.subject.clone(), message)
                .await?
                .await
        };
        self.nats.within(stored).await.map(drop)
    }
}
