//! What the engine and its widgets say by themselves: messages of the library, which a bot may override, in the language of who
//! caused the update.

use ostankino::{Html, Request, html::Plain, jiff::civil::Weekday, texts::OwnTexts};

/// What is said to who caused the update.
pub(crate) fn texts(request: &Request) -> OwnTexts {
    OwnTexts::known(request)
}

/// A text of another length.
pub(crate) fn wrong_length(texts: &OwnTexts, least: usize, most: usize, is: usize) -> Html {
    match is < least {
        true => texts.dialog_too_short(number(least)),
        false => texts.dialog_too_long(number(is), number(most)),
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The day with which a week begins.
pub(crate) fn first_weekday(texts: &OwnTexts) -> Weekday {
    let Plain(day) = texts.calendar_first_day_plain();
    let day = day
        .parse()
        .ok()
        .and_then(|day| Weekday::from_monday_one_offset(day).ok());
    day.unwrap_or(Weekday::Monday)
}

/// The days of the week, from Monday on.
pub(crate) fn weekdays(texts: &OwnTexts) -> [Plain; 7] {
    [
        texts.calendar_monday_plain(),
        texts.calendar_tuesday_plain(),
        texts.calendar_wednesday_plain(),
        texts.calendar_thursday_plain(),
        texts.calendar_friday_plain(),
        texts.calendar_saturday_plain(),
        texts.calendar_sunday_plain(),
    ]
}

/// The months.
pub(crate) fn months(texts: &OwnTexts) -> [Plain; 12] {
    [
        texts.calendar_january_plain(),
        texts.calendar_february_plain(),
        texts.calendar_march_plain(),
        texts.calendar_april_plain(),
        texts.calendar_may_plain(),
        texts.calendar_june_plain(),
        texts.calendar_july_plain(),
        texts.calendar_august_plain(),
        texts.calendar_september_plain(),
        texts.calendar_october_plain(),
        texts.calendar_november_plain(),
        texts.calendar_december_plain(),
    ]
}
