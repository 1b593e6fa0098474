//! Actions of a bot's own on the admin page: a button on the card of a user, and a handler that runs as an event of that
//! user.

mod asked;
mod settling;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use self::{
    asked::{AdminUser, Asked, Reason, Target},
    settling::{Settle, Settler},
};
pub(crate) use settling::settled;

/// The longest name: events are named after it.
const LONGEST: usize = 56;

/// What may be done about a user from the admin page, besides what every bot has: the button. What it does is a handler's, given
/// to [`Router::action`](crate::Router::action) with it.
///
/// Pressing it is an event of that user: the handler runs after everything that the user did before, with session and dialogue,
/// and what it replies is said to the user, in the private chat. It commits with a row of the audit.
///
/// ```
/// use ostankino_core::{Reply, Router, action::{Action, AdminUser, Reason, Target}};
///
/// async fn ban(Target(user): Target, by: AdminUser, Reason(why): Reason) -> Reply {
///     // INSERT INTO bans (user_id, banned_by, reason) …
/// #   drop((user, by.id));
///     Reply::text(format!("Доступ закрыт: {why}"))
/// }
///
/// let router = Router::new().action(
///     Action::new("ban", "Закрыть доступ").english("Ban").dangerous().asks_reason(),
///     ban,
/// );
/// # drop(router);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "it is no button before `Router::action` has it"]
pub struct Action {
    name: Arc<str>,
    label: Arc<str>,
    english: Option<Arc<str>>,
    is_dangerous: bool,
    is_for_owners: bool,
    asks_reason: bool,
}

impl Action {
    /// For operators and owners. The name is 1 to 56 of `a-z 0-9 _ . -`, and stays: events and the audit have it. The label is
    /// what the button says.
    ///
    /// # Panics
    ///
    /// If the name is none, or the label is blank.
    #[track_caller]
    pub fn new(name: impl Into<Arc<str>>, label: impl Into<Arc<str>>) -> Self {
        let (name, label) = (name.into(), label.into());
        let fits =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.-".contains(&byte);
        assert!(
            (1..=LONGEST).contains(&name.len()) && name.bytes().all(fits),
            "an action is named by 1 to {LONGEST} of `a-z 0-9 _ . -`, not {name:?}"
        );
        assert!(
            !label.trim().is_empty(),
            "the button of the action `{name}` says nothing: give it a label"
        );
        Self {
            name,
            label,
            english: None,
            is_dangerous: false,
            is_for_owners: false,
            asks_reason: false,
        }
    }

    /// What the button says to admins whose page is in English; without it, the label.
    pub fn english(mut self, label: impl Into<Arc<str>>) -> Self {
        self.english = Some(label.into());
        self
    }

    /// For owners alone.
    pub fn owners_only(mut self) -> Self {
        self.is_for_owners = true;
        self
    }

    /// Whoever presses it must say that he is sure.
    pub fn dangerous(mut self) -> Self {
        self.is_dangerous = true;
        self
    }

    /// Whoever presses it must say why: the handler gets it as [`Reason`].
    pub fn asks_reason(mut self) -> Self {
        self.asks_reason = true;
        self
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of the event as which it runs: also that of the action in the audit.
    #[doc(hidden)]
    #[must_use]
    pub fn event_name(&self) -> String {
        format!("{PREFIX}{}", self.name)
    }

    /// What the button says, by whether that is in English.
    #[doc(hidden)]
    #[must_use]
    pub fn label(&self, is_english: bool) -> &str {
        let english = self.english.as_ref().filter(|_| is_english);
        english.unwrap_or(&self.label)
    }

    #[doc(hidden)]
    #[must_use]
    pub fn is_dangerous(&self) -> bool {
        self.is_dangerous
    }

    #[doc(hidden)]
    #[must_use]
    pub fn is_for_owners(&self) -> bool {
        self.is_for_owners
    }

    #[doc(hidden)]
    #[must_use]
    pub fn is_asking_reason(&self) -> bool {
        self.asks_reason
    }
}

/// How the names of their events begin.
const PREFIX: &str = "action.";
