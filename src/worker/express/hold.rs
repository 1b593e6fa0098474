//! For how long an update is this process's alone: whoever is silent about one for too long may find another
//! process at work on it.

use std::{
    convert::Infallible,
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use async_nats::jetstream::{AckKind, Message};
use tokio::time::{sleep, timeout};

use crate::queue::{ACK_WAIT, boot_ms};

/// How often the queue hears of an update that is under way.
const PROGRESS: Duration = Duration::from_secs(1);

/// What a word to the queue may take.
const MARGIN: Duration = Duration::from_millis(500);

/// An update that the queue gave to this process. A clone is of the same one.
#[derive(Clone, Debug)]
pub(super) struct Hold(Arc<AtomicI64>);

impl Hold {
    /// It has just come.
    pub(super) fn new() -> Self {
        Self(Arc::new(AtomicI64::new(boot_ms())))
    }

    /// Whether it is certain that no other process has it.
    pub(super) fn holds(&self) -> bool {
        let silent = boot_ms().saturating_sub(self.0.load(Ordering::Relaxed));
        let silent = Duration::from_millis(u64::try_from(silent).unwrap_or(0));
        silent < ACK_WAIT.saturating_sub(MARGIN)
    }

    /// Keeps it from others for as long as this is polled. What was silent for too long is let go for good.
    pub(super) async fn keep(&self, message: &Message) -> Infallible {
        loop {
            sleep(PROGRESS).await;
            if !self.holds() {
                return pending().await;
            }
            let asked = boot_ms();
            let told = timeout(PROGRESS, message.double_ack_with(AckKind::Progress)).await;
            if matches!(told, Ok(Ok(()))) {
                self.0.store(asked, Ordering::Relaxed);
            }
        }
    }
}
