//! Which message a call sent, read out of what Telegram answered.

use super::{lenient::field, scan};

/// The chat and the id of the message in the result of a call; of an album those of each in turn. The chat is
/// not told of a copy. That of an ephemeral message is below zero, so that nobody takes it for another's. None if the
/// call sent no message.
pub fn sent_messages(result: &[u8]) -> impl Iterator<Item = (Option<i64>, i64)> {
    let is_album = result.first() == Some(&b'[');
    let of_album = is_album.then(|| scan::elements(result).map_while(Result::ok));
    let alone = (!is_album).then_some(result);
    let messages = of_album.into_iter().flatten().chain(alone);
    messages.map_while(|message| {
        let chat = scan::member(message, "chat").and_then(|chat| field(chat, "id"));
        let id = match field(message, "message_id")? {
            0 => -field::<i64>(message, "ephemeral_message_id")?,
            id => id,
        };
        Some((chat, id))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_that_of_the_answer() {
        for (result, expected) in [
            (
                r#"{"message_id":7,"chat":{"id":-42,"type":"group"}}"#,
                vec![(Some(-42), 7)],
            ),
            (
                r#"[{"message_id":7,"chat":{"id":1}},{"message_id":8,"chat":{"id":1}}]"#,
                vec![(Some(1), 7), (Some(1), 8)],
            ),
            (r#"{"message_id":7}"#, vec![(None, 7)]),
            (
                r#"{"message_id":0,"ephemeral_message_id":9,"chat":{"id":-42}}"#,
                vec![(Some(-42), -9)],
            ),
            (r#"{"message_id":0,"chat":{"id":-42}}"#, vec![]),
            ("true", vec![]),
            ("[]", vec![]),
            ("", vec![]),
        ] {
            let sent: Vec<_> = sent_messages(result.as_bytes()).collect();
            assert_eq!(sent, expected, "{result}");
        }
    }
}
