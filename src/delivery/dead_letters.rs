//! The stream of updates that no handler can be given: kept as they came, for a person to look at.

use std::time::Duration;

use async_nats::jetstream::{
    message::PublishMessage,
    stream::{Config as StreamConfig, DiscardPolicy},
};
use bytes::Bytes;

use super::queue::bytes;
use crate::{Result, config::Config, nats::Nats};

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
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub async fn open(nats: &Nats, config: &Config) -> Result<Self> {
        let prefix = &config.nats.prefix;
        nats.stream(StreamConfig {
            name: format!("{prefix}_DEAD"),
            description: Some("Updates that could not be handled".into()),
            subjects: vec![format!("{prefix}.dead.>")],
            discard: DiscardPolicy::Old,
            max_bytes: bytes(config.nats.stream_max_mb),
            max_age: Duration::from_secs(30 * 24 * 60 * 60),
            ..StreamConfig::default()
        })
        .await?;
        let subject = format!("{prefix}.dead.{}", config.telegram.bot_id());
        Ok(Self {
            nats: nats.clone(),
            subject,
        })
    }

    /// Sets an update aside; what is too large for a message is cut.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable): it is not stored, so do not acknowledge it.
    pub async fn store(&self, update: Bytes, reason: &str) -> Result<()> {
        // Room for the headers.
        let room = self.nats.max_payload().saturating_sub(4 * 1024);
        let kept = update.slice(..update.len().min(room));
        let reason: String = reason
            .chars()
            .map(|c| if c.is_ascii_graphic() { c } else { ' ' })
            .collect();
        let message = PublishMessage::build()
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
