//! Texts for the HTML parse mode.

mod shorten;

use std::borrow::Cow;

#[doc(hidden)]
pub use shorten::{is_blank, plain, shorten, shorten_plain};

/// Makes `text` safe inside an HTML text: what people wrote, their names above all, must pass
/// through here, or `<3` is an error of Telegram's and no message.
///
/// ```
/// assert_eq!(ostankino_core::html::escape("a <3 & b"), "a &lt;3 &amp; b");
/// ```
#[must_use]
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['<', '>', '&', '"']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}
