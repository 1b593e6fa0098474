//! Tells whoever fires timers of one that is due soon, and other processes of what they look at. Nothing depends on it: they look
//! by themselves every few seconds.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use futures_util::StreamExt;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

use super::firing::LOOK;
use crate::{Clock, nats::Nats};

/// What a session has to do with timers: the time, and that one was stored. A clone shares it.
#[derive(Clone)]
pub(crate) struct Timing(Arc<Inner>);

struct Inner {
    clock: Clock,
    stored: Notify,
}

/// The word from process to process.
#[derive(Clone, Debug)]
pub(crate) struct Wake {
    nats: Nats,
    subject: String,
}

impl Timing {
    pub(crate) fn new(clock: Clock) -> Self {
        Self(Arc::new(Inner {
            clock,
            stored: Notify::new(),
        }))
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// A timer is stored that is due then.
    pub(crate) fn is_stored(&self, due: Timestamp) {
        let left = due.duration_since(self.0.clock.now());
        if left < SignedDuration::try_from(LOOK).unwrap_or_default() {
            self.0.stored.notify_one();
        }
    }

    /// Returns once this process stored one that is due soon.
    pub(super) async fn stored(&self) {
        self.0.stored.notified().await;
    }
}

impl Wake {
    pub(crate) fn new(nats: &Nats, subject: String) -> Self {
        Self {
            nats: nats.clone(),
            subject,
        }
    }

    /// Tells whoever hears it.
    pub(crate) async fn tell(&self) {
        let sending = self
            .nats
            .client()
            .publish(self.subject.clone(), Bytes::new());
        if self.nats.within(sending).await.is_err() {
            tracing::debug!(
                "nobody was told to look: what there is to see is found at the next look"
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

impl fmt::Debug for Timing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Timing")
    }
}
