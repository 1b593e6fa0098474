//! `[fleet]`: bots that are added while processes run, beside those of `[bots.NAME]`.

use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{
    Config, DatabaseConfig, Problems, is_empty,
    named::{SCHEMA, is_schema},
};

/// How many bytes a key has.
const LENGTH: usize = 32;

/// How one gets a key.
const HOW: &str = "`openssl rand -base64 32` makes one";

/// `[fleet]`: bots that are added while the processes run, by the command `bot add`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FleetConfig {
    /// The key by which their tokens are encrypted in the database: 32 bytes in base64. Empty: none can be added.
    pub key: SecretString,
    /// The key before that, by which tokens are still read until `bot rekey` encrypted them anew.
    pub previous_key: SecretString,
    /// The schema of PostgreSQL that holds the table of these bots, created if it is not there; it is no bot's own.
    pub schema: String,
}

impl Default for FleetConfig {
    fn default() -> Self {
        Self {
            key: SecretString::from(""),
            previous_key: SecretString::from(""),
            schema: "ostankino_fleet".into(),
        }
    }
}

impl FleetConfig {
    /// Whether bots can be added while the processes run.
    #[must_use]
    pub fn is_on(&self) -> bool {
        !is_empty(&self.key)
    }

    /// The key, and the one before it; `None` where there is none, or it is none.
    pub(crate) fn keys(&self) -> Option<([u8; LENGTH], Option<[u8; LENGTH]>)> {
        Some((bytes(&self.key)?, bytes(&self.previous_key)))
    }

    pub(crate) fn check(&self, problems: &mut Problems) {
        for (key, secret) in [
            ("fleet.key", &self.key),
            ("fleet.previous_key", &self.previous_key),
        ] {
            problems.must(is_empty(secret) || bytes(secret).is_some(), || {
                format!("{key} is no key: it must be {LENGTH} bytes in base64, {HOW}")
            });
        }
        problems.must(is_empty(&self.previous_key) || self.is_on(), || {
            "fleet.previous_key is set, and fleet.key is not: that is the key to encrypt by".into()
        });
        problems.must(is_schema(&self.schema), || format!("fleet.schema {SCHEMA}"));
    }
}

impl Config {
    /// What to do where bots are to be added, and cannot be.
    #[cfg(feature = "cli")]
    pub(crate) fn must_have_fleet(&self, problems: &mut Problems) {
        self.fleet.check(problems);
        problems.must(self.fleet.is_on(), || {
            format!(
                "fleet.key is not set, by which tokens are encrypted in the database: set OSTANKINO__FLEET__KEY, or \
                 OSTANKINO__FLEET__KEY_FILE to the path of a file with it, in all processes and here; {HOW}"
            )
        });
    }

    /// Where the table of the bots is that are added at run time.
    pub(crate) fn fleet_database(&self) -> DatabaseConfig {
        DatabaseConfig {
            schema: self.fleet.schema.clone(),
            ..self.database.clone()
        }
    }
}

fn bytes(key: &SecretString) -> Option<[u8; LENGTH]> {
    let decoded = STANDARD.decode(key.expose_secret().trim()).ok()?;
    decoded.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(key: &str, previous: &str) -> String {
        let config = FleetConfig {
            key: key.into(),
            previous_key: previous.into(),
            ..FleetConfig::default()
        };
        let mut problems = Problems::default();
        config.check(&mut problems);
        let told = problems.result().err();
        told.map_or_else(String::new, |error| error.to_string())
    }

    #[test]
    fn a_key_has_32_bytes_in_base64_and_is_never_shown() {
        let right = STANDARD.encode([7; LENGTH]);
        assert_eq!(problems("", ""), "");
        assert_eq!(problems(&format!("{right}\n"), &right), "");
        for wrong in ["secret", &STANDARD.encode([7; 16]), &right[1..]] {
            let told = problems(wrong, "");
            assert!(
                told.contains("fleet.key is no key") && told.contains("openssl"),
                "{told}"
            );
            assert!(!told.contains(wrong), "{told}");
        }
        assert!(problems("", &right).contains("fleet.previous_key is set"));
    }
}
