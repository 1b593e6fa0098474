//! The format of the log.

use serde::Deserialize;

/// How a log record is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    Json,
    /// Coloured lines, for people.
    Pretty,
}

impl TryFrom<String> for LogFormat {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        match name.as_str() {
            "json" => Ok(Self::Json),
            "pretty" => Ok(Self::Pretty),
            other => Err(format!(
                "the format \"{other}\" is unknown: use \"json\" or \"pretty\""
            )),
        }
    }
}
