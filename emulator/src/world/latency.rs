//! How long Telegram is away.

use std::{fmt, ops::RangeInclusive, str::FromStr, time::Duration};

/// The time every call takes on its way, fixed or random within a range; none by default.
///
/// As text it is in milliseconds: `100`, or `50-200`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Latency(RangeInclusive<Duration>);

impl Latency {
    /// A time within the range.
    pub(crate) fn pick(&self) -> Duration {
        let (least, most) = (self.0.start(), self.0.end());
        let span = most.saturating_sub(*least);
        *least + span.mul_f64(fastrand::f64())
    }
}

impl Default for Latency {
    fn default() -> Self {
        Self::from(Duration::ZERO)
    }
}

impl From<Duration> for Latency {
    fn from(fixed: Duration) -> Self {
        Self(fixed..=fixed)
    }
}

impl From<RangeInclusive<Duration>> for Latency {
    fn from(range: RangeInclusive<Duration>) -> Self {
        Self(range)
    }
}

impl FromStr for Latency {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (least, most) = text.split_once('-').unwrap_or((text, text));
        let time = |text: &str| text.trim().parse().ok().map(Duration::from_millis);
        match (time(least), time(most)) {
            (Some(least), Some(most)) if least <= most => Ok(Self(least..=most)),
            _ => Err(format!(
                "{text} is no latency in milliseconds, such as 100 or 50-200"
            )),
        }
    }
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (least, most) = (self.0.start().as_millis(), self.0.end().as_millis());
        if least == most {
            write!(f, "{least}")
        } else {
            write!(f, "{least}-{most}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_and_written_in_milliseconds() {
        for text in ["0", "100", "50-200"] {
            let latency: Latency = text.parse().unwrap();
            assert_eq!(latency.to_string(), text);
            let picked = latency.pick();
            assert!(latency.0.contains(&picked), "{text}: {picked:?}");
        }
        for text in ["", "x", "200-50", "-5", "1-2-3"] {
            assert!(text.parse::<Latency>().is_err(), "{text}");
        }
    }
}
