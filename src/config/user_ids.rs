//! Ids of users in a configuration, as a list or as a text.

use serde::{Deserialize, Deserializer, de};

/// Ids of users, written as a TOML array or, in a variable, separated by commas: for the keys of own
/// sections, by `#[serde(deserialize_with = "ostankino::config::user_ids")]`.
///
/// # Errors
///
/// It is neither, or an id is not above 0.
pub fn user_ids<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<i64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Form {
        One(i64),
        Many(Vec<i64>),
        Text(String),
    }
    let ids: Vec<i64> = match Form::deserialize(deserializer)? {
        Form::One(id) => vec![id],
        Form::Many(ids) => ids,
        Form::Text(text) => {
            let parts = text
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty());
            let parsed = parts.map(|part| {
                part.parse()
                    .map_err(|_| de::Error::custom(format!("\"{part}\" is no id")))
            });
            parsed.collect::<Result<_, _>>()?
        }
    };
    match ids.iter().find(|id| **id <= 0) {
        Some(id) => Err(de::Error::custom(format!(
            "it holds {id}: the id of a user is above 0"
        ))),
        None => Ok(ids),
    }
}
