//! The configuration as an operator may see it: each key with its value, or a mask over a secret, and
//! where it came from.

use config::{File, FileFormat, Map, Source, Value, ValueKind};
use serde::Deserialize;

use super::{
    Config,
    keys::{self, Section},
    origin::{Origin, Origins},
    proxy,
};

/// Stands for what is not shown.
pub(super) const MASK: &str = "***";

/// A file of every key with its default; a test holds it to the code.
const DEFAULTS: &str = include_str!("../../config/default.toml");

/// A key, as it may be shown.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) section: &'static str,
    pub(crate) key: &'static str,
    /// Nothing for a default that only the bot's own code knows.
    pub(crate) value: Option<serde_json::Value>,
    pub(crate) is_secret: bool,
    /// Where a URL that is not shown leads.
    pub(crate) address: Option<String>,
    /// Nothing for a default.
    pub(crate) origin: Option<Origin>,
}

/// What is given of a section.
pub(super) fn given(
    section: &Section,
    table: &Map<String, Value>,
    origins: &Origins,
) -> Vec<Setting> {
    let members = match table.get(section.name).map(|value| &value.kind) {
        Some(ValueKind::Table(members)) => Some(members),
        _ => None,
    };
    let settings = section.keys.iter().map(|key| {
        let value = members.and_then(|members| members.get(*key));
        let is_secret = section.is_secret(key);
        Setting {
            section: section.name,
            key,
            value: value.map(|value| shown(key, is_secret, value.clone())),
            is_secret,
            address: None,
            origin: origins.of(section.name, key).cloned(),
        }
    });
    settings.collect()
}

impl Config {
    /// Every key of ours, and of the sections that were asked for so far, in the order of the code.
    pub(crate) fn effective(&self) -> Vec<Setting> {
        let defaults = File::from_str(DEFAULTS, FileFormat::Toml).collect();
        let defaults = defaults.expect("the defaults are TOML");
        let defaults = |section: &str, key: &str| match &defaults.get(section)?.kind {
            ValueKind::Table(members) => Some(shown(key, false, members.get(key)?.clone())),
            _ => None,
        };
        let mut settings = self.own.settings();
        for setting in &mut settings {
            let default = defaults(setting.section, setting.key);
            setting.value = match (setting.value.take(), default) {
                (Some(value), Some(default)) => Some(typed(value, &default)),
                (None, default) if is_ours(setting.section) => {
                    Some(default.unwrap_or_else(|| "".into()))
                }
                (value, _) => value,
            };
            setting.address = self.address_of(setting.section, setting.key);
        }
        settings
    }

    /// Where a secret URL leads.
    fn address_of(&self, section: &str, key: &str) -> Option<String> {
        let address = match (section, key) {
            ("telegram", "proxy") => self.telegram.proxy_used().and_then(proxy::shown)?,
            ("database", "url") => self.database.address(),
            ("nats", "urls") => self.nats.address(),
            ("redis", "url") => self.redis.address(),
            _ => return None,
        };
        (!address.is_empty()).then_some(address)
    }
}

fn is_ours(section: &str) -> bool {
    keys::sections().iter().any(|known| known.name == section)
}

/// The value, with a mask over what is secret in it.
fn shown(key: &str, is_secret: bool, value: Value) -> serde_json::Value {
    let json = serde_json::Value::deserialize(value);
    let json = json.unwrap_or_else(|_| serde_json::Value::String(MASK.into()));
    masked(key, is_secret, json)
}

fn masked(key: &str, is_secret: bool, value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value as Json;
    let is_secret = is_secret || is_named_secret(key);
    match value {
        Json::String(text) if is_secret && !text.is_empty() => Json::String(MASK.into()),
        Json::String(text) => Json::String(without_login(&text)),
        Json::Number(_) if is_secret => Json::String(MASK.into()),
        Json::Array(each) => {
            let each = each.into_iter();
            each.map(|value| masked(key, is_secret, value)).collect()
        }
        Json::Object(members) => {
            let members = members.into_iter().map(|(key, value)| {
                let value = masked(&key, is_secret, value);
                (key, value)
            });
            Json::Object(members.collect())
        }
        other => other,
    }
}

/// Whether a bot that takes its secrets as plain texts calls this one by a name that says so.
fn is_named_secret(key: &str) -> bool {
    let key = key.to_lowercase();
    let is_path = key.ends_with("_file") || key.ends_with("_dir");
    let names = ["secret", "password", "token", "api_key", "private_key"];
    !is_path && names.iter().any(|name| key.contains(name))
}

/// The text, without the user and password of a URL in it.
fn without_login(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    match rest.rsplit_once('@') {
        Some((_, rest)) => format!("{scheme}://{MASK}@{rest}"),
        None => text.to_owned(),
    }
}

/// What a variable says as a text, as what it is.
fn typed(value: serde_json::Value, default: &serde_json::Value) -> serde_json::Value {
    match &value {
        serde_json::Value::String(text) if !default.is_string() => {
            serde_json::from_str(text).unwrap_or(value)
        }
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_defaults_has_every_key_that_may_be_set() {
        let defaults: Map<String, Value> = File::from_str(DEFAULTS, FileFormat::Toml)
            .collect()
            .expect("TOML");
        for section in keys::sections() {
            let ValueKind::Table(members) = &defaults[section.name].kind else {
                panic!("[{}] is a section", section.name);
            };
            for key in section.keys {
                let is_required = DEFAULTS.contains(&format!("\n# {key} = "));
                assert!(
                    members.contains_key(*key) || is_required,
                    "{}.{key}",
                    section.name
                );
            }
        }
    }

    #[test]
    fn what_looks_like_a_secret_is_masked_wherever_it_stands() {
        let value = serde_json::json!({
            "hook": "https://u:s3cret@host/path?to=a",
            "hooks": ["https://s3cret@host", "plain"],
            "api_token": "s3cret",
            "pins": { "admin_password": 1234 },
            "token_file": "/run/secrets/x",
            "empty_token": "",
        });
        let expected = serde_json::json!({
            "hook": "https://***@host/path?to=a",
            "hooks": ["https://***@host", "plain"],
            "api_token": "***",
            "pins": { "admin_password": "***" },
            "token_file": "/run/secrets/x",
            "empty_token": "",
        });
        assert_eq!(masked("shop", false, value), expected);
    }
}
