//! Tells whoever looks, at whatever process, what this one does. Nothing depends on it: what is lost on the way is lost.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures_util::StreamExt;
use tokio::{
    sync::mpsc,
    time::{Instant, interval, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::line::Line;
use crate::nats::Nats;

/// How often who looks says so.
pub(super) const SAY: Duration = Duration::from_secs(3);

/// After how long without a word nobody looks any more.
const LOOKING: Duration = Duration::from_secs(10);

/// How often it is tried to listen, if that failed.
const AGAIN: Duration = Duration::from_secs(30);

/// How many lines are told at once.
const AT_ONCE: usize = 100;

/// Under which names in NATS it is told.
#[derive(Clone, Debug)]
pub(super) struct Subjects {
    /// Somebody looks.
    pub(super) looks: String,
    /// What he is told.
    pub(super) lines: String,
}

impl Subjects {
    pub(super) fn of(prefix: &str, bot_id: i64) -> Self {
        Self {
            looks: format!("{prefix}.tail.{bot_id}.looks"),
            lines: format!("{prefix}.tail.{bot_id}.lines"),
        }
    }
}

/// Tells of the updates of a process while somebody looks.
pub(crate) struct Speaker {
    nats: Nats,
    subjects: Subjects,
    is_wanted: Arc<AtomicBool>,
    lines: mpsc::Receiver<Line>,
}

impl Speaker {
    pub(super) fn new(
        nats: Nats,
        subjects: Subjects,
        is_wanted: Arc<AtomicBool>,
        lines: mpsc::Receiver<Line>,
    ) -> Self {
        Self {
            nats,
            subjects,
            is_wanted,
            lines,
        }
    }

    /// Does so until `stop`.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        let (mut heard, mut again) = (None, interval(AGAIN));
        let mut until = Instant::now();
        let mut lines = Vec::new();
        loop {
            let is_wanted = self.is_wanted.load(Ordering::Relaxed);
            tokio::select! {
                () = stop.cancelled() => return,
                _ = again.tick(), if heard.is_none() => {
                    let subscribing = self.nats.client().subscribe(self.subjects.looks.clone());
                    heard = self.nats.within(subscribing).await.ok();
                }
                word = next(&mut heard) => match word {
                    Some(()) => {
                        until = Instant::now() + LOOKING;
                        self.is_wanted.store(true, Ordering::Relaxed);
                    }
                    None => heard = None,
                },
                () = sleep_until(until), if is_wanted => {
                    self.is_wanted.store(false, Ordering::Relaxed);
                }
                _ = self.lines.recv_many(&mut lines, AT_ONCE) => {
                    self.say(&lines).await;
                    lines.clear();
                }
            }
        }
    }

    async fn say(&self, lines: &[Line]) {
        let Ok(text) = serde_json::to_vec(lines) else {
            return;
        };
        let subject = self.subjects.lines.clone();
        let saying = self.nats.client().publish(subject, Bytes::from(text));
        if self.nats.within(saying).await.is_err() {
            tracing::debug!("what goes on was told to nobody");
        }
    }
}

async fn next(heard: &mut Option<async_nats::Subscriber>) -> Option<()> {
    match heard {
        Some(heard) => heard.next().await.map(drop),
        None => std::future::pending().await,
    }
}
