//! What a token must look like, and the name of a schema.

use secrecy::{ExposeSecret, SecretString};

use super::{Problems, is_empty};
use crate::telegram::Settings;

/// Whether the token under that key can be one.
pub(super) fn check_token(token: &SecretString, key: &str, problems: &mut Problems) {
    problems.must(!is_empty(token), || {
        let (section, _) = key.rsplit_once('.').unwrap_or_default();
        let variable = key.to_uppercase().replace('.', "__");
        format!(
            "{key} is not set: put `token = \"…\"` under [{section}] into config/.secrets.toml, or set \
             OSTANKINO__{variable} (@BotFather gives you one)"
        )
    });
    problems.must(is_token(token), || {
        format!(
            "{key} has not the form <digits>:<letters, digits, _ or ->: copy it again from @BotFather"
        )
    });
}

/// Whether it has the form of a token.
pub(super) fn is_token(token: &SecretString) -> bool {
    let id = Settings::new(token.clone()).bot_id();
    let token = token.expose_secret();
    let secret = token.split_once(':').map_or("", |(_, secret)| secret);
    let url_safe = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    id > 0 && !secret.is_empty() && secret.chars().all(url_safe)
}

/// What is said of a name that is none.
pub(super) const SCHEMA: &str = "must be the name of a schema of your own: lower-case letters, digits and `_`, 63 at the most, a letter first, and not `pg_`";

/// Whether a schema may be called so: in statements of yours it needs no quotes.
pub(super) fn is_schema(name: &str) -> bool {
    let is_of = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let is_word = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(is_of);
    is_word && name.len() <= 63 && !name.starts_with("pg_") && name != "information_schema"
}
