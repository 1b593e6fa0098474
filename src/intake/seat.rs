//! The seat of the poller, as this process knows it: Telegram bears one poller of a bot.

use std::time::Duration;

use ostankino_seats::Seat;
use tokio::time::{Instant, sleep};

use crate::{config::Pace, queue::SeatsHandle};

/// After so long without losing the seat, it is certain that it was not lost before: another process
/// takes it by a write of which this one learns by its own next.
const CERTAIN: Duration = Duration::from_secs(2);

/// The interval at which the seat is checked, of few bots in a process.
const LOOK: Duration = Duration::from_millis(100);

/// After how long without certainty polling ends: another process may poll, and the polls of two end
/// each other. Long enough for a connection that is only made again.
const UNCERTAIN: Duration = Duration::from_secs(2);

/// Whether this process may poll. A clone looks at the same seat.
#[derive(Clone, Debug)]
pub(super) struct PollSeat {
    seats: SeatsHandle,
    /// The interval at which it is checked.
    look: Duration,
}

impl PollSeat {
    pub(super) fn new(seats: SeatsHandle) -> Self {
        Self { seats, look: LOOK }
    }

    /// The same of one of many bots, which looks less often.
    pub(super) fn at(self, pace: Pace) -> Self {
        Self {
            look: pace.of(LOOK).min(UNCERTAIN / 4),
            ..self
        }
    }

    /// How this process is called in the log.
    pub(super) fn instance(&self) -> String {
        self.seats.instance()
    }

    /// Whether it is certain that the seat is this process's.
    pub(super) fn is_certain(&self) -> bool {
        self.seats.may_begin(Seat::Poll)
    }

    /// Returns once it is certain that the seat was this process's when it was asked. If it was not,
    /// whoever runs the poller is told so, and drops this with it.
    pub(super) async fn confirm(&self) {
        sleep(CERTAIN).await;
        if !self.is_certain() {
            sleep(CERTAIN).await;
        }
    }

    /// Waits until the seat is certain. If it is another's, whoever runs the poller is told so, and drops
    /// this with it.
    pub(super) async fn until_certain(&self) {
        while !self.is_certain() {
            sleep(self.look).await;
        }
    }

    /// Returns once it was uncertain for a while whether another process polls.
    pub(super) async fn becomes_uncertain(&self) {
        let mut since = None;
        loop {
            sleep(self.look).await;
            if self.is_certain() {
                since = None;
            } else if since.get_or_insert_with(Instant::now).elapsed() > UNCERTAIN {
                return;
            }
        }
    }

    /// Gives it back: nothing is under way any more.
    pub(super) fn give_back(&self) {
        self.seats.drained(Seat::Poll);
    }
}
