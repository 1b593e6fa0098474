//! Points in time as PostgreSQL has them, to the microsecond.

use diesel::pg::data_types::PgTimestamp;
use jiff::Timestamp;

/// PostgreSQL counts from the beginning of 2000, in UTC.
const EPOCH: i64 = 946_684_800 * 1_000_000;

/// As a `timestamptz`.
pub(crate) fn to_pg(time: Timestamp) -> PgTimestamp {
    PgTimestamp(time.as_microsecond() - EPOCH)
}

/// The nearest that the service can count with.
pub(crate) fn from_pg(PgTimestamp(microseconds): PgTimestamp) -> Timestamp {
    let since_1970 = microseconds.saturating_add(EPOCH);
    let odd = match since_1970 {
        ..0 => Timestamp::MIN,
        _ => Timestamp::MAX,
    };
    Timestamp::from_microsecond(since_1970).unwrap_or(odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_it_was_stored() {
        for text in [
            "1969-12-31T23:59:59.5Z",
            "2000-01-01T00:00:00Z",
            "2026-11-28T12:34:56.123456Z",
        ] {
            let time: Timestamp = text.parse().expect("a time");
            assert_eq!(from_pg(to_pg(time)), time);
        }
        assert_eq!(
            to_pg("2000-01-01T00:00:01Z".parse().expect("a time")).0,
            1_000_000
        );
        // infinity and -infinity
        assert_eq!(from_pg(PgTimestamp(i64::MAX)), Timestamp::MAX);
        assert_eq!(from_pg(PgTimestamp(i64::MIN)), Timestamp::MIN);
    }
}
