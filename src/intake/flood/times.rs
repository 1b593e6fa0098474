//! When an update was sent. Not each tells it; then it is as long under way as the others of its answer.

use jiff::Timestamp;

/// The times of the updates of an answer, in milliseconds since 1970.
#[derive(Debug, Default)]
pub(super) struct Times {
    arrived: i64,
    /// How much later they arrive than they are dated: the shortest of the answer, or of the last one that had dates. It is
    /// negative where Telegram's clock is ahead of this machine's.
    lag: i64,
    is_dated: bool,
}

impl Times {
    /// An answer arrived.
    pub(super) fn begin(&mut self, arrived: Timestamp) {
        self.arrived = arrived.as_millisecond();
        self.is_dated = false;
    }

    /// The time of the next update.
    pub(super) fn of(&mut self, date: Option<i64>) -> i64 {
        let Some(date) = date.and_then(|date| date.checked_mul(1_000)) else {
            return self.arrived - self.lag;
        };
        let lag = self.arrived.saturating_sub(date);
        self.lag = if self.is_dated {
            lag.min(self.lag)
        } else {
            lag
        };
        self.is_dated = true;
        date
    }
}
