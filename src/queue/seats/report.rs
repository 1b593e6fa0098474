//! What the log is told of seats: one record for all that change at once.

use std::{collections::BTreeSet, fmt};

use ostankino_seats::Seat;

/// What changed since the last record.
#[derive(Debug, Default)]
pub(super) struct Report {
    taken: Seats,
    handed_over: Seats,
    lost: Seats,
}

#[derive(Debug, Default)]
struct Seats(BTreeSet<Seat>);

impl Report {
    pub(super) fn taken(&mut self, seat: Seat) {
        self.taken.0.insert(seat);
    }

    pub(super) fn handed_over(&mut self, seat: Seat) {
        self.handed_over.0.insert(seat);
    }

    pub(super) fn lost(&mut self, seat: Seat) {
        self.lost.0.insert(seat);
    }

    /// Writes what there is to tell. `owned`: how many seats this process has by now.
    pub(super) fn write(&mut self, owned: usize) {
        let Self {
            taken,
            handed_over,
            lost,
        } = std::mem::take(self);
        if !lost.0.is_empty() {
            let count = lost.0.len();
            tracing::warn!(event = "seats_lost", seats = %lost, count, owned, "seats are lost");
        }
        if !handed_over.0.is_empty() {
            let count = handed_over.0.len();
            tracing::info!(event = "seats_handed_over", seats = %handed_over, count, owned, "seats are handed over");
        }
        if !taken.0.is_empty() {
            let count = taken.0.len();
            tracing::info!(event = "seats_taken", seats = %taken, count, owned, "seats are taken");
        }
    }
}

impl fmt::Display for Seats {
    /// As `poll 0-3 7`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut ranges: Vec<(u16, u16)> = Vec::new();
        for seat in &self.0 {
            match (seat, ranges.last_mut()) {
                (Seat::Poll, _) => {}
                (Seat::Partition(n), Some((_, last))) if *last + 1 == *n => *last = *n,
                (Seat::Partition(n), _) => ranges.push((*n, *n)),
            }
        }
        let mut gap = "";
        if self.0.contains(&Seat::Poll) {
            f.write_str("poll")?;
            gap = " ";
        }
        for (first, last) in ranges {
            match first == last {
                true => write!(f, "{gap}{first}")?,
                false => write!(f, "{gap}{first}-{last}")?,
            }
            gap = " ";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn neighbours_are_told_as_a_range() {
        let seats = [3, 0, 1, 2, 7].map(Seat::Partition);
        let all = Seats(seats.into_iter().chain([Seat::Poll]).collect());
        assert_eq!(all.to_string(), "poll 0-3 7");
        assert_eq!(Seats(seats.into()).to_string(), "0-3 7");
    }

    #[test]
    fn what_changes_at_once_is_one_record() {
        let (logs, _guard) = testing::capture_json("info");
        let mut report = Report::default();
        report.write(0);
        for number in 0..16 {
            report.taken(Seat::Partition(number));
        }
        report.write(16);
        report.write(16);
        let records = logs.records();
        assert_eq!(records.len(), 1, "{records:?}");
        assert_eq!(records[0]["event"], "seats_taken");
        assert_eq!(records[0]["seats"], "0-15");
        assert_eq!(
            (&records[0]["count"], &records[0]["owned"]),
            (&16.into(), &16.into())
        );
    }
}
