//! Any text as the value of a header, and back: percent-encoded, so that it stays one line of
//! printable ASCII whatever it holds.

/// Encodes what is not printable ASCII, `%`, and spaces at either end (readers strip those). What
/// is longer than `limit` bytes then is cut at a character, and ends with `…`.
pub(super) fn encode(text: &str, limit: usize) -> String {
    const CUT: &str = "%E2%80%A6";
    let mut encoded = String::new();
    let mut fits = 0;
    let last = text.len().saturating_sub(1);
    for (at, c) in text.char_indices() {
        if c.is_ascii_graphic() && c != '%' || c == ' ' && at != 0 && at != last {
            encoded.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                encoded.push_str(&format!("%{byte:02X}"));
            }
        }
        if encoded.len() + CUT.len() <= limit {
            fits = encoded.len();
        }
    }
    if encoded.len() > limit {
        encoded.truncate(fits);
        encoded.push_str(if limit < CUT.len() { "" } else { CUT });
    }
    encoded
}

/// The text behind [`encode`]. A `%` that begins no byte stands for itself.
pub(super) fn decode(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digit = |at: usize| {
            after
                .get(at)
                .and_then(|byte| char::from(*byte).to_digit(16))
        };
        let byte = match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => u8::try_from(high * 16 + low).ok(),
            _ => None,
        };
        bytes.push(byte.unwrap_or(first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_survives_as_one_line_of_printable_ascii() {
        for text in [
            "",
            "it is too large",
            "ошибка: «нет» — 100 %",
            "%41 is not A, %D0%BF neither",
            " spaces \t at\r\nboth ends\u{a0} ",
            " ",
            "\0\u{7f}\u{9b}\u{202e}🦀",
        ] {
            let encoded = encode(text, 1000);
            assert!(encoded.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            assert_eq!(encoded.trim(), encoded);
            assert_eq!(decode(&encoded), text);
        }
        assert_eq!(encode("it is too large", 1000), "it is too large");
    }

    #[test]
    fn what_is_too_long_is_cut_at_a_character() {
        let encoded = encode(&"ы".repeat(100), 64);
        assert!(encoded.len() <= 64);
        assert_eq!(decode(&encoded), format!("{}…", "ы".repeat(9)));
        assert_eq!(decode(&encode("ы", 12)), "ы", "it fits");
        assert_eq!(encode("ы", 5), "", "nothing does");
    }

    #[test]
    fn what_nobody_encoded_is_taken_as_it_is() {
        assert_eq!(decode("50 % of %zz and 100%"), "50 % of %zz and 100%");
        assert_eq!(decode("broken %D0"), "broken \u{fffd}");
    }
}
