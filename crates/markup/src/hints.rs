//! What to write instead of HTML that Telegram does not know.

/// Whether `&name;` is one that Telegram knows.
pub(super) fn is_reference(name: &str) -> bool {
    let Some(number) = name.strip_prefix('#') else {
        return ["lt", "gt", "amp", "quot"].contains(&name);
    };
    let code = match number.strip_prefix('x') {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    // It reads so many digits at the most.
    name.len() <= 8 && code.is_ok_and(|code| code != 0 && char::from_u32(code).is_some())
}

pub(super) fn unknown_reference(name: &str) -> String {
    let instead = match name {
        "nbsp" => "`\\u{a0}` for this one",
        "apos" => "`'` for this one",
        "mdash" => "`—` for this one",
        "laquo" => "`«` for this one",
        "raquo" => "`»` for this one",
        _ => "`&amp;` if an `&` is meant",
    };
    format!(
        "Telegram knows `&lt;`, `&gt;`, `&amp;`, `&quot;` and numbers as `&#1071;`, and no `&{name};`: \
         write the character itself, {instead}"
    )
}

pub(super) fn unknown_tag(name: &str) -> String {
    let instead = match name {
        "br" | "p" | "div" => "a new line is `\\n`".into(),
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "big" | "th" => "write `<b>…</b>`".into(),
        "ul" | "ol" | "li" => "write `• …` in a line of its own".into(),
        "spoiler" => "write `<tg-spoiler>…</tg-spoiler>`".into(),
        "q" | "quote" => "write `<blockquote>…</blockquote>`".into(),
        "img" => "send it by a method for photos".into(),
        _ => format!("there are `{}`", super::tags::TAGS.join("`, `")),
    };
    format!(
        "`<{name}>` is no tag of Telegram's: {instead}; if it is no tag, write `&lt;{name}&gt;`"
    )
}
