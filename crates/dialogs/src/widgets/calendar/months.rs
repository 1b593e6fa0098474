//! Which leaf of a calendar is seen: the days of a month, the months of a year, or twelve years.

use ostankino::{
    html::Plain,
    jiff::civil::{Date, Weekday, date},
    texts::OwnTexts,
};
use serde::{Deserialize, Serialize};

use crate::widgets::own;

/// The first and the last day that there are, where a calendar has no bounds.
pub(super) const FIRST: Date = date(1, 1, 1);
pub(super) const LAST: Date = date(9999, 12, 31);

/// How many years are seen at once.
const YEARS: i32 = 12;

/// What is seen of a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seen {
    #[serde(rename = "l")]
    pub(super) leaf: Leaf,
    /// The month, counted from that of year 0; of years and of their dozens the first one.
    #[serde(rename = "m")]
    month: i32,
}

/// A leaf of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Leaf {
    #[serde(rename = "d")]
    Days,
    #[serde(rename = "m")]
    Months,
    #[serde(rename = "y")]
    Years,
}

impl Leaf {
    /// How many months there are on it.
    fn months(self) -> i32 {
        match self {
            Self::Days => 1,
            Self::Months => 12,
            Self::Years => 12 * YEARS,
        }
    }
}

/// The days of the week, in the order of the locale.
pub(super) fn weekdays(texts: &OwnTexts) -> [Plain; 7] {
    let mut names = own::weekdays(texts);
    let first = own::first_weekday(texts).to_monday_zero_offset();
    names.rotate_left(usize::try_from(first).unwrap_or(0));
    names
}

impl Seen {
    fn new(leaf: Leaf, month: i32) -> Self {
        let month = month.div_euclid(leaf.months()) * leaf.months();
        Self { leaf, month }
    }

    /// The month of that day.
    pub(super) fn days(day: Date) -> Self {
        Self::new(Leaf::Days, month_of(day))
    }

    /// Some leaves on.
    pub(super) fn turned(self, by: i32) -> Self {
        let months = self.leaf.months().saturating_mul(by);
        Self::new(self.leaf, self.month.saturating_add(months))
    }

    /// From days to months, from months to years; the years stay.
    pub(super) fn above(self) -> Self {
        let leaf = match self.leaf {
            Leaf::Days => Leaf::Months,
            Leaf::Months | Leaf::Years => Leaf::Years,
        };
        Self::new(leaf, self.month)
    }

    /// The twelve leaves to which it leads, by their names.
    pub(super) fn below(self, texts: &OwnTexts) -> Vec<(String, Self)> {
        let leaf = match self.leaf {
            Leaf::Years => Leaf::Months,
            Leaf::Days | Leaf::Months => Leaf::Days,
        };
        let leaves = (0..12).map(|n| Self::new(leaf, self.month + n * leaf.months()));
        let named = leaves.map(|it| match leaf {
            Leaf::Months => (it.year().to_string(), it),
            Leaf::Days | Leaf::Years => (it.month_name(texts), it),
        });
        named.collect()
    }

    pub(super) fn title(self, texts: &OwnTexts) -> String {
        let year = self.year();
        match self.leaf {
            Leaf::Days => format!("{} {year}", self.month_name(texts)),
            Leaf::Months => year.to_string(),
            Leaf::Years => format!("{year} – {}", year + YEARS - 1),
        }
    }

    /// The days of the month by weeks; those of others are left out.
    pub(super) fn weeks(self, begins: Weekday) -> Vec<[Option<Date>; 7]> {
        let Some(first) = self.first_day() else {
            return Vec::new();
        };
        let (offset, begins) = (
            first.weekday().to_monday_zero_offset(),
            begins.to_monday_zero_offset(),
        );
        let before = usize::try_from((offset - begins).rem_euclid(7)).unwrap_or(0);
        let length = usize::try_from(first.days_in_month()).unwrap_or(0);
        let mut weeks = vec![[None; 7]; (before + length).div_ceil(7)];
        let days = first.series(ostankino::jiff::ToSpan::day(1)).take(length);
        for (n, day) in days.enumerate() {
            let place = before + n;
            weeks[place / 7][place % 7] = Some(day);
        }
        weeks
    }

    /// Whether a day of it is within these bounds.
    pub(super) fn is_within(self, (least, most): (Date, Date)) -> bool {
        let last = self.month + self.leaf.months() - 1;
        last >= month_of(least) && self.month <= month_of(most)
    }

    /// The nearest leaf with a day within these bounds.
    pub(super) fn within(self, (least, most): (Date, Date)) -> Self {
        let (first, last) = (
            Self::new(self.leaf, month_of(least)),
            Self::new(self.leaf, month_of(most)),
        );
        Self::new(self.leaf, self.month.clamp(first.month, last.month))
    }

    /// What the button carries that leads there.
    pub(super) fn key(self) -> String {
        let kind = match self.leaf {
            Leaf::Days => 'D',
            Leaf::Months => 'M',
            Leaf::Years => 'Y',
        };
        format!("{kind}{}", self.month)
    }

    pub(super) fn of_key(key: &str) -> Option<Self> {
        let (kind, month) = key.split_at_checked(1)?;
        let leaf = match kind {
            "D" => Leaf::Days,
            "M" => Leaf::Months,
            "Y" => Leaf::Years,
            _ => return None,
        };
        Some(Self::new(leaf, month.parse().ok()?))
    }

    fn year(self) -> i32 {
        self.month.div_euclid(12)
    }

    fn month_name(self, texts: &OwnTexts) -> String {
        let month = usize::try_from(self.month.rem_euclid(12)).unwrap_or(0);
        own::months(texts)[month].0.clone()
    }

    fn first_day(self) -> Option<Date> {
        let year = i16::try_from(self.year()).ok()?;
        let month = i8::try_from(self.month.rem_euclid(12) + 1).ok()?;
        Date::new(year, month, 1).ok()
    }
}

fn month_of(day: Date) -> i32 {
    i32::from(day.year()) * 12 + i32::from(day.month()) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_laid_out_by_weeks() {
        let weeks = Seen::days(date(2026, 11, 5)).weeks(Weekday::Monday);
        let first = weeks[0].map(|day| day.map_or(0, |day| day.day()));
        assert_eq!(first, [0, 0, 0, 0, 0, 0, 1]);
        let last = weeks[5].map(|day| day.map_or(0, |day| day.day()));
        assert_eq!(last, [30, 0, 0, 0, 0, 0, 0]);
        let february = Seen::days(date(2027, 2, 28)).weeks(Weekday::Monday);
        assert_eq!(february.len(), 4);
        assert_eq!(february[3][6], Some(date(2027, 2, 28)));
    }

    #[test]
    fn leaves_are_turned_across_years() {
        let december = Seen::days(date(2026, 12, 31));
        assert_eq!(
            december.turned(1).title(&OwnTexts::russian()),
            "Январь 2027"
        );
        let leap = Seen::days(date(2028, 2, 29)).above();
        assert_eq!(
            (
                leap.title(&OwnTexts::russian()).as_str(),
                leap.turned(1).title(&OwnTexts::russian()).as_str()
            ),
            ("2028", "2029")
        );
        let years = leap.above();
        assert_eq!(years.title(&OwnTexts::russian()), "2028 – 2039");
        assert_eq!(years.above(), years);
        let below: Vec<_> = years
            .below(&OwnTexts::russian())
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!((below[0].as_str(), below[11].as_str()), ("2028", "2039"));
        let (name, month) = &leap.below(&OwnTexts::russian())[11];
        assert_eq!(
            (name.as_str(), month.title(&OwnTexts::russian()).as_str()),
            ("Декабрь", "Декабрь 2028")
        );
    }

    #[test]
    fn bounds_hold_on_every_leaf() {
        let bounds = (date(2026, 11, 28), date(2027, 2, 1));
        let seen = Seen::days(date(2026, 11, 1));
        assert!(seen.is_within(bounds) && !seen.turned(-1).is_within(bounds));
        assert!(!seen.turned(4).is_within(bounds));
        assert_eq!(
            seen.turned(40).within(bounds).title(&OwnTexts::russian()),
            "Февраль 2027"
        );
        let year = seen.above();
        assert!(year.turned(1).is_within(bounds) && !year.turned(2).is_within(bounds));
        assert_eq!(
            year.turned(-9).within(bounds).title(&OwnTexts::russian()),
            "2026"
        );
        let ends = Seen::days(FIRST).turned(-1);
        assert!(
            !ends.is_within((FIRST, LAST))
                && ends.within((FIRST, LAST)).weeks(Weekday::Monday).len() > 3
        );
    }

    #[test]
    fn keys_lead_back_to_their_leaves() {
        for seen in [
            Seen::days(date(2026, 3, 9)),
            Seen::days(date(1, 1, 1)).above(),
            Seen::days(date(9999, 1, 1)).above().above(),
        ] {
            assert_eq!(Seen::of_key(&seen.key()), Some(seen));
        }
        assert_eq!(Seen::of_key("d2026-11-28"), None);
        assert_eq!(Seen::of_key("Dя"), None);
    }
}
