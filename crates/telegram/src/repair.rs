//! Makes JSON readable that a strict decoder refuses for a single odd character.

use serde::de::IgnoredAny;

/// `raw` with lone surrogates, bytes that are no UTF-8 and raw control characters inside strings
/// replaced by U+FFFD; `None` if there was nothing to replace, or if it is no JSON for another reason.
pub(super) fn repair(raw: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(raw);
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    let mut in_string = false;
    while let Some(next) = rest.chars().next() {
        let taken = match next {
            '\\' if in_string => match surrogate(rest) {
                Some(0xD800..=0xDBFF)
                    if matches!(rest.get(6..).and_then(surrogate), Some(0xDC00..=0xDFFF)) =>
                {
                    out.push_str(&rest[..12]);
                    12
                }
                Some(0xD800..=0xDFFF) => {
                    out.push(char::REPLACEMENT_CHARACTER);
                    6
                }
                _ => {
                    let escape = rest
                        .char_indices()
                        .nth(2)
                        .map_or(rest.len(), |(end, _)| end);
                    out.push_str(&rest[..escape]);
                    escape
                }
            },
            '\0'..='\x1f' if in_string => {
                out.push(char::REPLACEMENT_CHARACTER);
                1
            }
            _ => {
                in_string ^= next == '"';
                out.push(next);
                next.len_utf8()
            }
        };
        rest = &rest[taken..];
    }
    let is_json = || serde_json::from_str::<IgnoredAny>(&out).is_ok();
    (out.as_bytes() != raw && is_json()).then_some(out)
}

/// The code unit of the `\uXXXX` that `text` begins with.
fn surrogate(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_readable_stays_as_it_is() {
        assert_eq!(
            repair("{\"a\": \"\\\\ud800 \\ud83d\\ude00 \\n\",\n\"b\":\"é\"}".as_bytes()),
            None
        );
    }

    #[test]
    fn each_odd_character_is_replaced() {
        assert_eq!(
            repair(br#""\ud800\ud800\udc00""#).as_deref(),
            Some("\"\u{fffd}\\ud800\\udc00\"")
        );
        assert_eq!(
            repair(b"\"\xff\n\"").as_deref(),
            Some("\"\u{fffd}\u{fffd}\"")
        );
        assert_eq!(repair(br#""\"#), None);
    }
}
