//! The section `[mailings]`.

use serde::Deserialize;

use super::{Problems, bounds};

/// `[mailings]`: what goes to many users.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailingsConfig {
    /// For how many days it is known of a mailing that is over who got it and who pressed its buttons.
    pub kept_days: u32,
}

impl Default for MailingsConfig {
    fn default() -> Self {
        Self { kept_days: 90 }
    }
}

impl MailingsConfig {
    pub(crate) fn check(&self, problems: &mut Problems) {
        let keys = [("mailings.kept_days", self.kept_days.into(), 1..=3_650)];
        bounds::check(problems, keys);
    }
}
