//! What the engine and its widgets say by themselves.

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

/// A text that is too long or too short.
pub(crate) const WRONG_LENGTH: &str = "Так не подойдёт: слишком коротко или слишком длинно";
