//! What the engine and its widgets say by themselves: all the words of the library that users read.

use ostankino::jiff::civil::Weekday;

/// The pressed item, or the widget, is there no more.
pub(crate) const GONE: &str = "Этого уже нет";

/// The message is one that the dialog left behind.
pub(crate) const STALE: &str = "Это меню устарело";

/// The dialog is over.
pub(crate) const CLOSED: &str = "Диалог закрыт";

/// In a group: it is somebody else's, or over.
pub(crate) const NOT_YOURS: &str = "Это меню не для вас или уже закрыто";

/// Of what somebody else may press.
pub(crate) const NOT_FOR_YOU: &str = "Это меню не для вас";

/// More than may be chosen.
pub(crate) const TOO_MANY: &str = "Больше выбрать нельзя";

/// Fewer than have to be chosen.
pub(crate) const TOO_FEW: &str = "Меньше выбрать нельзя";

/// The day or the time cannot be chosen, or not any more.
pub(crate) const NOT_FREE: &str = "Это выбрать нельзя";

// === What is wrong with what a user sent ===

/// A text of another length.
pub(crate) fn wrong_length(least: usize, most: usize, is: usize) -> String {
    match is < least {
        true => format!("Слишком коротко: нужно не меньше {least} символов"),
        false => format!("Слишком длинно: {is} символов, можно не больше {most}"),
    }
}

/// No number.
pub(crate) const NO_NUMBER: &str = "Нужно число";

/// No whole number.
pub(crate) const NO_WHOLE_NUMBER: &str = "Нужно целое число";

/// A number that is too small or too great.
pub(crate) fn not_between(least: &str, most: &str) -> String {
    format!("Нужно число от {least} до {most}")
}

/// Somebody else's contact.
pub(crate) const NOT_YOUR_CONTACT: &str = "Нужен ваш собственный номер, а не чужой контакт";

/// A file of another type.
pub(crate) const WRONG_FILE: &str = "Файл такого типа не подойдёт";

/// A file that is too large; in megabytes.
pub(crate) fn too_large(most: &str) -> String {
    format!("Файл слишком большой: можно не больше {most} МБ")
}

// === Calendars ===

/// The day with which a week begins.
pub(crate) const FIRST_WEEKDAY: Weekday = Weekday::Monday;

/// The days of the week, from Monday on.
pub(crate) const WEEKDAYS: [&str; 7] = ["Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"];

/// The months.
pub(crate) const MONTHS: [&str; 12] = [
    "Январь",
    "Февраль",
    "Март",
    "Апрель",
    "Май",
    "Июнь",
    "Июль",
    "Август",
    "Сентябрь",
    "Октябрь",
    "Ноябрь",
    "Декабрь",
];
