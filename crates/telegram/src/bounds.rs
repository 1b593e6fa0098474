//! How deep and how long JSON may be that is decoded into the types of the Bot API: a decoder calls
//! itself for what is nested, and a stack that overflows ends the process.

use super::scan::string_end;

/// The longest JSON: more than any update or result has.
const MAX_BYTES: usize = 4 << 20;

/// Brackets in one another. Telegram nests rich texts the deepest: blocks in blocks, texts in texts.
const MAX_LEVELS: usize = 64;

/// Messages in one another. Telegram puts a message into a message (a reply's, a pinned one) and
/// that one at the most into a pressed button's. They are counted beside the levels, since the
/// decoder needs up to 100 kB of stack for each: fifty times what any other level takes.
const MAX_MESSAGES: usize = 4;

/// Why JSON is not given to a decoder that calls itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum OutOfBounds {
    #[error("it is longer than {MAX_BYTES} bytes")]
    Length,
    #[error("it is nested deeper than {MAX_LEVELS} levels")]
    Depth,
    #[error("it holds more than {MAX_MESSAGES} messages in one another")]
    Messages,
}

/// Whether `json` can be decoded into any type of the Bot API on the stack of a worker. Whether it
/// is JSON at all is left to the decoder.
pub(super) fn check(json: &[u8]) -> Result<(), OutOfBounds> {
    if json.len() > MAX_BYTES {
        return Err(OutOfBounds::Length);
    }
    // Which of the open brackets belong to messages.
    let mut open = [false; MAX_LEVELS];
    let (mut at, mut levels, mut messages, mut is_message) = (0, 0, 0, false);
    while let Some(byte) = json.get(at) {
        at += 1;
        match byte {
            b'"' => {
                let Ok(end) = string_end(json, at) else {
                    break;
                };
                is_message = may_name_a_message(&json[at..end - 1]);
                at = end;
            }
            b',' => is_message = false,
            b'{' | b'[' => {
                *open.get_mut(levels).ok_or(OutOfBounds::Depth)? = is_message;
                levels += 1;
                messages += usize::from(is_message);
                if messages > MAX_MESSAGES {
                    return Err(OutOfBounds::Messages);
                }
                is_message = false;
            }
            b'}' | b']' => {
                let Some(outer) = levels.checked_sub(1) else {
                    break;
                };
                levels = outer;
                messages -= usize::from(open[levels]);
                is_message = false;
            }
            _ => {}
        }
    }
    Ok(())
}

/// Every field of the Bot API that holds a message has a name that ends so; a name with an escape
/// may be any.
fn may_name_a_message(key: &[u8]) -> bool {
    key.ends_with(b"message") || key.contains(&b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Message;

    const FIELDS: &str = r#""message_id":1,"date":1,"chat":{"id":5,"type":"private"}"#;

    fn nest(times: usize, open: &str, core: &str, close: &str) -> String {
        format!("{}{core}{}", open.repeat(times), close.repeat(times))
    }

    /// The largest that passes.
    fn largest(make: impl Fn(usize) -> String) -> String {
        let passes = |json: &String| check(json.as_bytes()).is_ok();
        let sizes = (0..).map(make).take_while(passes);
        sizes.last().expect("the smallest passes")
    }

    /// Of each way in which the Bot API nests messages, texts and blocks, the worst that passes.
    fn worst() -> Vec<String> {
        let message = format!("{{{FIELDS}}}");
        let holds = |field: &str| format!("{{{FIELDS},{field}");
        let messages = [
            (r#""reply_to_message":"#, "}"),
            (r#""pinned_message":"#, "}"),
            (
                r#""giveaway_completed":{"winner_count":1,"giveaway_message":"#,
                "}}",
            ),
            (r#""checklist_tasks_done":{"checklist_message":"#, "}}"),
            (
                r#""suggested_post_paid":{"currency":"XTR","suggested_post_message":"#,
                "}}",
            ),
        ];
        let messages = messages
            .map(|(field, close)| largest(|times| nest(times, &holds(field), &message, close)));
        let texts_and_blocks = [
            (
                r#"{"type":"paragraph","text":"#,
                r#"{"type":"bold","text":"#,
                "\"x\"",
                "}",
                "}",
            ),
            (
                "",
                r#"{"type":"blockquote","blocks":["#,
                r#"{"type":"divider"}"#,
                "]}",
                "",
            ),
            (
                "",
                r#"{"type":"details","summary":"a","blocks":["#,
                r#"{"type":"divider"}"#,
                "]}",
                "",
            ),
        ];
        // Inside of as many messages as there may be; the rich message counts as the last.
        let within = |(first, open, core, close, last): (&str, &str, &str, &str, &str)| {
            let rich = holds(r#""rich_message":{"blocks":["#);
            largest(|times| {
                let core = format!("{rich}{first}{}{last}]}}}}", nest(times, open, core, close));
                nest(MAX_MESSAGES - 1, &holds(r#""pinned_message":"#), &core, "}")
            })
        };
        messages
            .into_iter()
            .chain(texts_and_blocks.map(within))
            .collect()
    }

    #[test]
    fn whatever_passes_is_decoded_on_the_stack_of_a_worker() {
        for json in worst() {
            // Half of it: whatever calls the decoder needs some, too.
            let thread = std::thread::Builder::new().stack_size(1 << 20);
            let text = json.clone();
            let decoded = thread.spawn(move || serde_json::from_str::<Message>(&text).map(drop));
            let decoded = decoded.expect("a thread").join().expect("no panic");
            assert!(decoded.is_ok(), "{decoded:?} {json}");
        }
    }

    #[test]
    fn what_is_too_deep_or_too_long_is_refused_whatever_it_is() {
        let replies = |times| nest(times, r#"{"reply_to_message":"#, "{}", "}");
        assert_eq!(check(replies(MAX_MESSAGES).as_bytes()), Ok(()));
        let more = replies(MAX_MESSAGES + 1);
        assert_eq!(check(more.as_bytes()), Err(OutOfBounds::Messages));
        let escaped = more.replace("message", "messag\\u0065");
        assert_eq!(check(escaped.as_bytes()), Err(OutOfBounds::Messages));
        let side_by_side = format!("[{}]", [r#"{"message":{}}"#; 100].join(","));
        assert_eq!(check(side_by_side.as_bytes()), Ok(()));
        let brackets = |times| nest(times, "[", r#""[[[\"[[[","message""#, "]");
        assert_eq!(check(brackets(MAX_LEVELS).as_bytes()), Ok(()));
        let deeper = brackets(MAX_LEVELS + 1);
        assert_eq!(check(deeper.as_bytes()), Err(OutOfBounds::Depth));
        let long = " ".repeat(MAX_BYTES + 1);
        assert_eq!(check(long.as_bytes()), Err(OutOfBounds::Length));
    }
}
