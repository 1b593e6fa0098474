//! When a repeated timer is due: a cron line in a time zone.

use std::fmt;

use croner::parser::{CronParser, Seconds, Year};
use jiff::{Timestamp, tz::TimeZone};

/// A cron line in a time zone: five fields, minute, hour, day of the month, month, day of the week, or `@daily`
/// and the like.
///
/// What the change to summer time leaves out is due right after it, and what it repeats is due once, as
/// people expect of a daily message; lines with `*` for the hour follow the clock that runs on.
///
/// ```
/// use ostankino::timers::Cron;
///
/// let workdays = Cron::new("0 9 * * MON-FRI", "Europe/Moscow")?;
/// assert_eq!(workdays.to_string(), "0 9 * * MON-FRI Europe/Moscow");
/// assert!(Cron::new("0 9 31 2 *", "Europe/Moscow").is_err(), "there is no such day");
/// # Ok::<(), ostankino::timers::CronError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Cron {
    cron: croner::Cron,
    line: String,
    zone: TimeZone,
    zone_name: String,
}

/// A cron line or a time zone cannot be read, or the line is never due; the text says why, in English.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CronError(String);

impl Cron {
    /// The line `line` in the time zone that IANA calls `zone`.
    ///
    /// # Errors
    ///
    /// [`CronError`] if one of them cannot be read, or if the line is never due.
    pub fn new(line: &str, zone: &str) -> Result<Self, CronError> {
        let parser = CronParser::builder()
            .seconds(Seconds::Disallowed)
            .year(Year::Disallowed)
            .build();
        let cron = parser
            .parse(line)
            .map_err(|error| CronError(format!("the cron line cannot be read: {error}")))?;
        let known = TimeZone::get(zone);
        let zone = known.map_err(|_| {
            CronError("there is no such time zone: IANA's names are like Europe/Moscow".to_owned())
        })?;
        let cron = Self {
            zone_name: zone.iana_name().unwrap_or("UTC").to_owned(),
            line: line.to_owned(),
            cron,
            zone,
        };
        match cron.after(Timestamp::now()) {
            Some(_) => Ok(cron),
            None => Err(CronError("the cron line is never due".to_owned())),
        }
    }

    /// When it is due next, after `time`; `None` if never.
    pub(super) fn after(&self, time: Timestamp) -> Option<Timestamp> {
        let time = time.to_zoned(self.zone.clone());
        let next = self.cron.find_next_occurrence(&time, false).ok()?;
        Some(next.timestamp())
    }

    /// When it was due last, at `time` or before.
    pub(super) fn until(&self, time: Timestamp) -> Option<Timestamp> {
        let time = time.to_zoned(self.zone.clone());
        let last = self.cron.find_previous_occurrence(&time, true).ok()?;
        Some(last.timestamp())
    }

    pub(super) fn line(&self) -> &str {
        &self.line
    }

    pub(super) fn zone(&self) -> &str {
        &self.zone_name
    }
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line, zone_name, ..
        } = self;
        write!(f, "{line} {zone_name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(line: &str, after: &str) -> Vec<String> {
        let cron = Cron::new(line, "Europe/Berlin").expect("a cron line");
        let mut time: Timestamp = after.parse().expect("a time");
        let next = || {
            time = cron.after(time)?;
            Some(time.to_string())
        };
        std::iter::from_fn(next).take(2).collect()
    }

    #[test]
    fn a_daily_line_is_due_once_a_day_whatever_summer_time_does() {
        let in_the_gap = due("30 2 * * *", "2027-03-28T00:00:00Z");
        assert_eq!(in_the_gap, ["2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z"]);
        let twice = due("30 2 * * *", "2027-10-30T12:00:00Z");
        assert_eq!(twice, ["2027-10-31T00:30:00Z", "2027-11-01T01:30:00Z"]);
    }

    #[test]
    fn the_last_time_it_was_due_is_found_at_once() {
        let cron = Cron::new("* * * * *", "UTC").expect("a cron line");
        let now: Timestamp = "2027-03-28T00:00:30Z".parse().expect("a time");
        let last = cron.until(now).expect("a time");
        assert_eq!(last.to_string(), "2027-03-28T00:00:00Z");
        assert_eq!(cron.until(last), Some(last));
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let problem = |line, zone| Cron::new(line, zone).expect_err("invalid").to_string();
        assert!(problem("61 * * * *", "UTC").starts_with("the cron line cannot be read"));
        assert!(problem("* * * * * *", "UTC").starts_with("the cron line cannot be read"));
        assert!(problem("* * * * *", "Nowhere/City").contains("time zone"));
        assert_eq!(problem("0 0 30 2 *", "UTC"), "the cron line is never due");
    }
}
