//! An error and what was behind it, in words.

use std::error::Error as StdError;

/// Any error, boxed.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// An error and its sources as one line: `a: b: c`. A source whose text its parent repeats at its
/// end is left out.
#[must_use]
pub fn chain(error: &(dyn StdError + 'static)) -> String {
    with_sources(error.to_string(), sources(error).skip(1))
}

/// The same of an error's text and its sources.
pub fn with_sources<'a>(
    mut line: String,
    sources: impl Iterator<Item = &'a (dyn StdError + 'static)>,
) -> String {
    for text in sources.map(ToString::to_string) {
        if !line.ends_with(&text) {
            line.push_str(": ");
            line.push_str(&text);
        }
    }
    line
}

/// An error and its sources, from the outside in.
pub fn sources<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&cause| cause.source())
}

/// Where JSON could not be read, without the words of the decoder: they quote what users write.
#[must_use]
pub fn json_location(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    format!(
        "{:?} error at line {line}, column {column}",
        error.classify()
    )
    .to_lowercase()
}
