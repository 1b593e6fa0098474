//! How long something takes, and when it is, in words.

use ostankino::{Html, jiff::Timestamp};

use crate::{Texts, command::Zone};

/// How long that is: in seconds below a minute and a half, in minutes below an hour and a half.
pub(crate) fn lasting(t: &Texts, seconds: u64) -> Html {
    match seconds {
        0..90 => t.seconds(seconds),
        90..5_400 => t.minutes((seconds + 30) / 60),
        _ => t.hours(seconds / 3_600, seconds / 60 % 60),
    }
}

/// `29.11.2026 10:00`, as it is there.
pub(crate) fn clock(zone: &Zone, time: Timestamp) -> String {
    let there = time.to_zoned(zone.zone.clone());
    there.strftime("%d.%m.%Y %H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Lang;

    #[test]
    fn durations_are_told_in_what_people_count_them_in() {
        let t = Lang::En.texts();
        for (seconds, told) in [
            (0, "0 s"),
            (89, "89 s"),
            (90, "2 min"),
            (5_399, "90 min"),
            (5_400, "1 h 30 min"),
            (360_000, "100 h 0 min"),
        ] {
            assert_eq!(lasting(&t, seconds), told, "{seconds}");
        }
    }
}
