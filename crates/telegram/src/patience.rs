//! For how long a call is tried by who made it.

use std::time::Duration;

use super::ApiError;

/// The longest wait that a 429 may ask of whoever is waited for by others.
const SHORT: Duration = Duration::from_secs(2);

/// For how long a call that failed in passing is tried again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Patience {
    /// As the settings say.
    #[default]
    AsSet,
    /// The same, but a 429 of more than two seconds fails it: it is kept, and made later.
    Brief,
    /// Not at all, but for a short 429: it is kept, and made later.
    Once,
}

impl Patience {
    /// The longest wait that a 429 may ask, if `as_set` is that of the settings.
    pub(super) fn longest_wait(self, as_set: Duration) -> Duration {
        match self {
            Self::AsSet => as_set,
            Self::Brief | Self::Once => as_set.min(SHORT),
        }
    }

    /// Whether such a failure is worth another try.
    pub(super) fn allows(self, error: &ApiError) -> bool {
        self != Self::Once || error.code() == Some(429)
    }
}
