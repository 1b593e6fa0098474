//! A process, its clock and its connection. Times are the store's, in milliseconds.

use std::time::Duration;

use ostankino_seats::{Answer, Instance, Process};

/// How long the server of the store takes to notice that a process is gone.
const NOTICED_AFTER: u64 = 300;

/// What befell a process, and how far it is with what it does.
pub(crate) struct Host {
    pub(crate) process: Process,
    /// How fast its clock runs, in millionths of the store's.
    pub(crate) drift: u64,
    pub(crate) killed: Option<u64>,
    pub(crate) is_stopping: bool,
    pub(crate) frozen_until: u64,
    pub(crate) cut_until: u64,
    /// Its server is in the minority: it can neither read nor write, and nobody sees it.
    pub(crate) minority_until: u64,
    /// Others do not see it, though it reads and writes.
    pub(crate) unseen_until: u64,
    pub(crate) listens: Vec<Instance>,
    pub(crate) is_looking: bool,
    pub(crate) woken_for: Option<u64>,
}

impl Host {
    pub(crate) fn new(process: Process, drift: u64) -> Self {
        Self {
            process,
            drift,
            killed: None,
            is_stopping: false,
            frozen_until: 0,
            cut_until: 0,
            minority_until: 0,
            unseen_until: 0,
            listens: Vec::new(),
            is_looking: false,
            woken_for: None,
        }
    }

    /// Whether nothing gets through to the store.
    pub(crate) fn is_cut(&self, now: u64) -> bool {
        self.cut_until > now || self.minority_until > now
    }

    /// What is said to who asks whether it is alive.
    pub(crate) fn answer(&self, now: u64) -> Answer {
        match self.killed {
            Some(at) if now < at + NOTICED_AFTER => Answer::Silence,
            Some(_) => Answer::NoResponders,
            None if self.is_cut(now) || self.unseen_until > now => Answer::NoResponders,
            None if self.frozen_until > now => Answer::Silence,
            None => Answer::Alive,
        }
    }
}

/// What a clock shows that runs `drift` millionths of the store's.
pub(crate) fn local(now: u64, drift: u64) -> Duration {
    Duration::from_micros(now * drift / 1_000)
}

pub(crate) fn millis(length: Duration) -> u64 {
    u64::try_from(length.as_millis()).expect("short")
}
