//! Character references in HTML: `&lt;`, `&#1080;`, `&#x438;`.

/// The code and the length in bytes of the character reference at the beginning; `None` when the `&` is just that.
pub(super) fn reference(text: &str) -> Option<(u32, usize)> {
    let body = &text[1..];
    let (code, length) = if let Some(number) = body.strip_prefix('#') {
        let (digits, radix, prefix) = match number.strip_prefix('x') {
            Some(digits) => (digits, 16, 2),
            None => (number, 10, 1),
        };
        let count = digits
            .chars()
            .take_while(|digit| digit.is_digit(radix))
            .count();
        let code = u32::from_str_radix(&digits[..count], radix).ok()?;
        if code == 0 || code >= 0x10_ffff || prefix + count >= 9 {
            return None;
        }
        (code, prefix + count)
    } else {
        let count = body.bytes().take_while(u8::is_ascii_alphabetic).count();
        let character = match &body[..count] {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            _ => return None,
        };
        (u32::from(character), count)
    };
    let semicolon = usize::from(body[length..].starts_with(';'));
    Some((code, 1 + length + semicolon))
}
