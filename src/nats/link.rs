//! What becomes of the connection: counted for who must know of every loss, told in the log.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use async_nats::Event;
use tokio::sync::watch;

/// The most different problems that are told until there is a connection again.
const TOLD: usize = 8;

/// What became of the connection so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Link {
    /// How often it was made.
    made: u64,
    closed: bool,
}

impl Link {
    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }
}

/// Takes what the client says of its connection.
pub(super) struct Reporter {
    link: watch::Sender<Link>,
    losses: watch::Sender<u64>,
    /// What the log has already: the client reports its problem at every try to reconnect.
    told: Mutex<BTreeSet<String>>,
}

impl Reporter {
    pub(super) fn new() -> (Self, watch::Receiver<Link>, watch::Receiver<u64>) {
        let (link, changing) = watch::channel(Link::default());
        let (losses, counted) = watch::channel(0);
        let told = Mutex::default();
        (Self { link, losses, told }, changing, counted)
    }

    pub(super) fn report(&self, event: &Event) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Connected => {
                told.clear();
                self.link.send_modify(|link| link.made += 1);
                tracing::info!(event = "nats_connected", "NATS is connected");
            }
            Event::Closed => self.link.send_modify(|link| link.closed = true),
            Event::Draining => {}
            Event::Disconnected => {
                self.losses.send_modify(|losses| *losses += 1);
                tracing::warn!(
                    event = "nats_lost",
                    "the connection to NATS is lost: reconnecting"
                );
            }
            other => {
                let problem = other.to_string();
                if told.len() < TOLD && !told.contains(&problem) {
                    tracing::warn!(event = "nats_problem", problem, "NATS reports a problem");
                    told.insert(problem);
                }
            }
        }
    }
}

/// Tells of every loss of the connection, also of one that is over by the time one looks.
#[derive(Clone, Debug)]
pub(crate) struct Tie {
    link: watch::Receiver<Link>,
    losses: watch::Receiver<u64>,
}

/// How the connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TieState {
    /// How often it was lost so far.
    pub(crate) losses: u64,
    /// Whether it is there.
    pub(crate) is_up: bool,
}

impl Tie {
    pub(super) fn new(link: watch::Receiver<Link>, losses: watch::Receiver<u64>) -> Self {
        Self { link, losses }
    }

    /// How it is now.
    pub(crate) fn state(&mut self) -> TieState {
        let losses = *self.losses.borrow_and_update();
        // That it was made for the first time may not have been told yet.
        let made = self.link.borrow_and_update().made.max(1);
        let is_up = losses < made;
        TieState { losses, is_up }
    }

    /// Waits until it is lost or made. Dropping the future misses nothing.
    pub(crate) async fn changed(&mut self) {
        let changed = tokio::select! {
            changed = self.losses.changed() => changed,
            changed = self.link.changed() => changed,
        };
        // The client is gone: nothing changes any more.
        if changed.is_err() {
            std::future::pending().await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_is_told_also_when_it_is_over() {
        let (reporter, link, losses) = Reporter::new();
        let mut tie = Tie::new(link, losses);
        let is = |losses, is_up| TieState { losses, is_up };
        assert_eq!(tie.state(), is(0, true), "the first one is not told yet");
        reporter.report(&Event::Connected);
        assert_eq!(tie.state(), is(0, true), "it is no reconnecting");
        reporter.report(&Event::Disconnected);
        assert_eq!(tie.state(), is(1, false));
        reporter.report(&Event::Connected);
        assert_eq!(tie.state(), is(1, true));
        reporter.report(&Event::Disconnected);
        reporter.report(&Event::Connected);
        assert_eq!(tie.state(), is(2, true));
    }
}
