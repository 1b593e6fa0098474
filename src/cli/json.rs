//! Indents JSON without reading it: the order of members, odd numbers, lone surrogates and any depth
//! stay as they are.

use std::fmt::Write;

use serde::de::IgnoredAny;

use super::output::is_odd;

/// The same JSON, a member a line; `None` if it is none.
pub(crate) fn pretty(bytes: &[u8]) -> Option<String> {
    let json = str::from_utf8(bytes).ok()?;
    serde_json::from_str::<IgnoredAny>(json).ok()?;
    let mut text = String::with_capacity(json.len() * 2);
    let (mut depth, mut in_string, mut is_escaped) = (0, false, false);
    let mut chars = json.chars().peekable();
    while let Some(c) = chars.next() {
        if in_string {
            // Controls below U+0020 cannot stand here, but a terminal heeds others, too.
            if is_odd(c) {
                let _ = write!(text, "\\u{:04x}", u32::from(c));
            } else {
                text.push(c);
            }
            in_string = is_escaped || c != '"';
            is_escaped = !is_escaped && c == '\\';
            continue;
        }
        match c {
            ' ' | '\t' | '\r' | '\n' => {}
            '{' | '[' => {
                text.push(c);
                while chars.next_if(char::is_ascii_whitespace).is_some() {}
                if let Some(end) = chars.next_if(|next| matches!(next, '}' | ']')) {
                    text.push(end);
                } else {
                    depth += 1;
                    new_line(&mut text, depth);
                }
            }
            '}' | ']' => {
                depth -= 1;
                new_line(&mut text, depth);
                text.push(c);
            }
            ',' => {
                text.push(c);
                new_line(&mut text, depth);
            }
            ':' => text.push_str(": "),
            _ => {
                in_string = c == '"';
                text.push(c);
            }
        }
    }
    Some(text)
}

fn new_line(text: &mut String, depth: usize) {
    text.push('\n');
    text.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_get_lines_and_nothing_else_changes() {
        let json = r#" {"b": [1e400,{ }, [ ]],"a":"{\"x\\\":[,\\",  "s":"\ud800"} "#;
        let expected = r#"{
  "b": [
    1e400,
    {},
    []
  ],
  "a": "{\"x\\\":[,\\",
  "s": "\ud800"
}"#;
        assert_eq!(pretty(json.as_bytes()).as_deref(), Some(expected));
    }

    #[test]
    fn any_depth_is_shown_and_no_control_reaches_the_terminal() {
        let deep = format!("{}1{}", "[".repeat(300), "]".repeat(300));
        assert!(pretty(deep.as_bytes()).is_some());
        let shown = pretty("\"\u{9b}2J\u{7f}\"".as_bytes());
        assert_eq!(shown.as_deref(), Some(r#""\u009b2J\u007f""#));
    }

    #[test]
    fn what_is_no_json_is_not_shown_as_such() {
        for none in [
            &b"{\"a\":tru}"[..],
            b"{\"a\":\"\xd1\"}",
            b"",
            b"{\"cut\":\"of",
        ] {
            assert_eq!(pretty(none), None);
        }
    }
}
