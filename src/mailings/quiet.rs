//! The night, in which nobody is woken by a mailing.

use jiff::{Timestamp, ToSpan, civil::Time, tz::TimeZone};

/// From an hour until another, in a zone.
#[derive(Clone, Debug)]
pub(super) struct Quiet {
    pub(super) from: i8,
    pub(super) until: i8,
    /// Of who has none of their own.
    pub(super) zone: TimeZone,
}

impl Quiet {
    /// When the night is over, if it is night for somebody of that zone. A zone that there is not is none of their own.
    pub(super) fn ends(&self, now: Timestamp, zone: Option<&str>) -> Option<Timestamp> {
        let own = zone.and_then(|zone| TimeZone::get(zone).ok());
        let zone = own.unwrap_or_else(|| self.zone.clone());
        let local = now.to_zoned(zone.clone()).datetime();
        let hour = local.hour();
        let is_night = match self.from < self.until {
            true => (self.from..self.until).contains(&hour),
            false => hour >= self.from || hour < self.until,
        };
        if !is_night {
            return None;
        }
        let is_tomorrow = hour >= self.until;
        let date = match is_tomorrow {
            true => local.date().checked_add(1.day()).ok()?,
            false => local.date(),
        };
        let time = Time::new(self.until, 0, 0, 0).ok()?;
        let ends = date.to_datetime(time).to_zoned(zone).ok()?;
        Some(ends.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_night_ends_in_the_zone_of_the_user() {
        let quiet = |from, until| Quiet {
            from,
            until,
            zone: TimeZone::get("Europe/Moscow").expect("a zone"),
        };
        for (night, now, zone, ends) in [
            ((22, 9), "2026-12-01T18:59:00Z", None, None),
            (
                (22, 9),
                "2026-12-01T19:00:00Z",
                None,
                Some("2026-12-02T06:00:00Z"),
            ),
            (
                (22, 9),
                "2026-12-02T05:59:59Z",
                None,
                Some("2026-12-02T06:00:00Z"),
            ),
            ((22, 9), "2026-12-02T06:00:00Z", None, None),
            // It is 4 in the morning in Vladivostok when it is 21 in Moscow.
            (
                (22, 9),
                "2026-12-01T18:00:00Z",
                Some("Asia/Vladivostok"),
                Some("2026-12-01T23:00:00Z"),
            ),
            ((22, 9), "2026-12-01T18:00:00Z", Some("Mars/Olympus"), None),
            // The hour that ends the night is skipped by summer time: it ends an hour later by that clock.
            (
                (1, 2),
                "2026-03-29T00:30:00Z",
                Some("Europe/Berlin"),
                Some("2026-03-29T01:00:00Z"),
            ),
        ] {
            let (now, ends): (Timestamp, Option<Timestamp>) = (
                now.parse().expect("a time"),
                ends.map(|ends: &str| ends.parse().expect("a time")),
            );
            let (from, until) = night;
            assert_eq!(quiet(from, until).ends(now, zone), ends, "{night:?} {now}");
        }
    }
}
