//! Which message a call sent, read out of what Telegram answered.

use super::{lenient::field, scan};

/// The chat and the id of the message in the result of a call; of an album those of its first one. The chat is
/// not told of a copy. `None` if the call sent no message.
#[must_use]
pub fn sent_message(result: &[u8]) -> Option<(Option<i64>, i64)> {
    let message = match result.first() {
        Some(b'[') => scan::elements(result).next()?.ok()?,
        _ => result,
    };
    let chat = scan::member(message, "chat").and_then(|chat| field(chat, "id"));
    Some((chat, field(message, "message_id")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_that_of_the_answer() {
        for (result, expected) in [
            (
                r#"{"message_id":7,"chat":{"id":-42,"type":"group"}}"#,
                Some((Some(-42), 7)),
            ),
            (
                r#"[{"message_id":7,"chat":{"id":1}},{"message_id":8,"chat":{"id":1}}]"#,
                Some((Some(1), 7)),
            ),
            (r#"{"message_id":7}"#, Some((None, 7))),
            ("true", None),
            ("[]", None),
            ("", None),
        ] {
            assert_eq!(sent_message(result.as_bytes()), expected, "{result}");
        }
    }
}
