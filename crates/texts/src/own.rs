//! The library's own texts, which a bot may override.

use crate::{File, OWN_FILE};

/// What the library says to users by itself, in the languages that it speaks.
#[must_use]
pub fn own() -> Vec<File> {
    let file = |language: &str, text: &str| File {
        language: language.to_owned(),
        path: format!("ostankino/{language}/{OWN_FILE}"),
        text: text.to_owned(),
    };
    vec![
        file("en", include_str!("../locales/en/ostankino.ftl")),
        file("ru", include_str!("../locales/ru/ostankino.ftl")),
    ]
}
