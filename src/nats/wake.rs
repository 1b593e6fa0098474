//! A word from process to process that there is something to look at. Nothing depends on it: whoever hears it looks by himself every
//! few seconds.

use bytes::Bytes;
use futures_util::StreamExt;

use super::Nats;

/// The word, as it is told and heard at a subject; a clone is the same.
#[derive(Clone, Debug)]
pub(crate) struct Wake {
    nats: Nats,
    subject: String,
}

impl Wake {
    pub(crate) fn new(nats: &Nats, subject: String) -> Self {
        Self {
            nats: nats.clone(),
            subject,
        }
    }

    /// Tells whichever process listens.
    pub(crate) async fn tell(&self) {
        let sending = self
            .nats
            .client()
            .publish(self.subject.clone(), Bytes::new());
        if self.nats.within(sending).await.is_err() {
            tracing::debug!(
                subject = self.subject,
                "nobody was told: it is found at the next look"
            );
        }
    }

    /// Returns at the next word; never, while none can be heard.
    pub(crate) async fn heard(&self, words: &mut Option<async_nats::Subscriber>) {
        if words.is_none() {
            let subscribing = self.nats.client().subscribe(self.subject.clone());
            *words = self.nats.within(subscribing).await.ok();
        }
        let word = match words {
            Some(words) => words.next().await,
            None => None,
        };
        if word.is_none() {
            *words = None;
            std::future::pending().await
        }
    }
}
