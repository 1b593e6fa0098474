//! Tells the processes of a bot that calls were owed. Nothing depends on it: each looks by itself every few seconds.

use bytes::Bytes;
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};

use crate::nats::Nats;

/// The word from process to process.
#[derive(Clone, Debug)]
pub(super) struct Hints {
    nats: Nats,
    subject: String,
}

/// What it says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Hint {
    /// Where calls wait that are not to be overtaken.
    #[serde(rename = "p", default)]
    pub(super) places: Vec<i64>,
}

impl Hints {
    pub(super) fn new(nats: &Nats, prefix: &str, bot_id: i64) -> Self {
        Self {
            nats: nats.clone(),
            subject: format!("{prefix}.owed.{bot_id}"),
        }
    }

    pub(super) async fn tell(&self, hint: &Hint) {
        let Ok(payload) = serde_json::to_vec(hint) else {
            return;
        };
        let client = self.nats.client();
        let sending = client.publish(self.subject.clone(), Bytes::from(payload));
        if self.nats.within(sending).await.is_err() {
            tracing::debug!("nobody was told of owed calls: they are found at the next look");
        }
    }

    /// The next word; never, while none can be heard.
    pub(super) async fn heard(&self, words: &mut Option<async_nats::Subscriber>) -> Hint {
        if words.is_none() {
            let subscribing = self.nats.client().subscribe(self.subject.clone());
            *words = self.nats.within(subscribing).await.ok();
        }
        while let Some(word) = match words {
            Some(words) => words.next().await,
            None => None,
        } {
            if let Ok(hint) = serde_json::from_slice(&word.payload) {
                return hint;
            }
        }
        *words = None;
        std::future::pending().await
    }
}
