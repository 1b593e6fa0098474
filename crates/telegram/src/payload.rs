//! The payload of an update as a type of the Bot API, decoded when it is asked for. These types are
//! closed: what they do not know is an error here, and of whoever asked only.

use serde::de::DeserializeOwned;

use super::{bounds, lenient::fields, repair::repair, scan};
use crate::chain::json_location;

/// The payload does not fit the type that was asked for.
///
/// It tells the place in the JSON and never what stands there: that is what people write.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PayloadError(String);

/// Decodes a payload, unless that could end the process.
pub(super) fn decode<T: DeserializeOwned>(json: &[u8]) -> Result<T, PayloadError> {
    bounds::check(json).map_err(|problem| PayloadError(problem.to_string()))?;
    let error = match serde_json::from_slice(json) {
        Ok(decoded) => return Ok(decoded),
        Err(error) => error,
    };
    if let Some(decoded) = repair(json).and_then(|json| serde_json::from_str(&json).ok()) {
        return Ok(decoded);
    }
    let what = json_location(&error);
    Err(PayloadError(match path(json, offset(json, &error)) {
        path if path.is_empty() => what,
        path => format!("{what}, in `{path}`"),
    }))
}

/// The index in `json` that the decoder names by line and column.
fn offset(json: &[u8], error: &serde_json::Error) -> usize {
    let lines = json.split_inclusive(|byte| *byte == b'\n');
    let before: usize = lines
        .take(error.line().saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    before + error.column().saturating_sub(1)
}

/// The names of the fields in which the byte at `offset` stands, as `chat.type` or `photo[1].width`.
fn path(json: &[u8], offset: usize) -> String {
    let mut path = String::new();
    let mut inside = json;
    // Where a value begins that is a part of `json`.
    let begin = |value: &[u8]| value.as_ptr().addr() - json.as_ptr().addr();
    let holds = |value: &[u8]| (begin(value)..begin(value) + value.len()).contains(&offset);
    loop {
        if let Some((key, value)) = fields(inside).find(|(_, value)| holds(value)) {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&String::from_utf8_lossy(&key));
            inside = value;
        } else if let Some((index, value)) = scan::elements(inside)
            .map_while(Result::ok)
            .enumerate()
            .find(|(_, value)| holds(value))
        {
            path.push_str(&format!("[{index}]"));
            inside = value;
        } else {
            return path;
        }
        // Nothing of the Bot API has so long a name: it is told as far as it helps.
        if path.len() > 200 {
            return path;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Message;

    fn problem(json: &str) -> String {
        decode::<Message>(json.as_bytes())
            .expect_err("it does not fit")
            .to_string()
    }

    #[test]
    fn the_place_is_told_and_never_what_stands_there() {
        let chat = problem(
            r#"{"message_id":1,"date":1,"chat":{"id":5,"type":"hologram","title":"секрет"}}"#,
        );
        assert!(chat.ends_with("in `chat.type`"), "{chat}");
        let photo = problem(
            "{\"message_id\":1,\"date\":1,\n\"photo\":[{\"file_id\":\"a\",\"file_unique_id\":\"b\",\"width\":1,\"height\":2},\n{\"file_id\":\"секрет\",\"file_unique_id\":\"b\",\"width\":-7,\"height\":2}],\"chat\":{\"id\":5,\"type\":\"private\"}}",
        );
        assert!(photo.ends_with("in `photo[1].width`"), "{photo}");
        for text in [&chat, &photo] {
            assert!(!text.contains("hologram") && !text.contains("секрет"));
        }
        let absent = problem(r#"{"message_id":1,"date":1}"#);
        assert!(absent.contains("line 1"), "{absent}");
    }

    #[test]
    fn odd_characters_and_deep_fields_nobody_knows_are_no_problem() {
        let message =
            r#"{"message_id":1,"date":1,"text":"a\ud800","chat":{"id":5,"type":"private"}}"#;
        let message: Message = decode(message.as_bytes()).expect("it is repaired");
        assert_eq!(message.text.as_deref(), Some("a\u{fffd}"));
    }
}
