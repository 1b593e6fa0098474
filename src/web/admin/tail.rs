//! Updates as they end, live: every process tells of its own while somebody looks, by NATS; nothing is told, and nothing is made, while
//! nobody does. Nothing waits for who looks: what is too much for him is lost, and he hears how much it was.

mod layer;
mod line;
mod outlet;
mod page;
mod speaker;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::sync::mpsc;

pub(super) use self::page::{page, stream};
pub(crate) use self::{layer::TailLayer, speaker::Speaker};
use self::{line::Line, speaker::Subjects};
use crate::{Config, nats::Nats};

/// How many lines wait to be told.
const WAITING: usize = 1_024;

/// Takes what is to be told, while somebody looks. A clone shares it.
#[derive(Clone, Debug)]
pub(crate) struct Tail {
    is_wanted: Arc<AtomicBool>,
    lines: mpsc::Sender<Line>,
}

/// What a process tells, and who does it; none without the page.
pub(crate) fn tail(config: &Config, nats: &Nats, bot_id: i64) -> Option<(Tail, Speaker)> {
    config.web.admin.then(|| {
        let (lines, told) = mpsc::channel(WAITING);
        let tail = Tail {
            is_wanted: Arc::default(),
            lines,
        };
        let subjects = Subjects::of(&config.nats.prefix, bot_id);
        let speaker = Speaker::new(nats.clone(), subjects, tail.is_wanted.clone(), told);
        (tail, speaker)
    })
}

impl Tail {
    fn is_wanted(&self) -> bool {
        self.is_wanted.load(Ordering::Relaxed)
    }

    /// Tells of it, unless there is too much to tell.
    fn tell(&self, line: Line) {
        let _ = self.lines.try_send(line);
    }
}
