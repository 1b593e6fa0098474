//! Telegram's HTML made safe for a page: its tags without attributes, and all else escaped.

use super::escape;

/// The tags that pages have as well.
const SAME: [&str; 12] = [
    "b",
    "strong",
    "i",
    "em",
    "u",
    "ins",
    "s",
    "strike",
    "del",
    "code",
    "pre",
    "blockquote",
];

/// The text for a page. Links keep no address, custom emoji are what stands in their place.
#[must_use]
pub fn for_page(html: &str) -> String {
    let mut page = String::with_capacity(html.len());
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(first) = rest.chars().next() {
        let (written, after) = match first {
            '<' => tag(rest, &mut open),
            '&' => entity(rest),
            _ => None,
        }
        .unwrap_or_else(|| {
            let (letter, after) = rest.split_at(first.len_utf8());
            (escape(letter).into_owned(), after)
        });
        page.push_str(&written);
        rest = after;
    }
    while let Some(name) = open.pop() {
        page.push_str(&format!("</{name}>"));
    }
    page
}

/// A tag of Telegram's, as the page has it, and what is after it.
fn tag<'a>(text: &'a str, open: &mut Vec<&'static str>) -> Option<(String, &'a str)> {
    let (inner, after) = text.strip_prefix('<')?.split_once('>')?;
    let (is_end, inner) = match inner.strip_prefix('/') {
        Some(inner) => (true, inner),
        None => (false, inner),
    };
    let name = inner
        .split(|c: char| c.is_whitespace() || c == '/')
        .next()?;
    let name = name.to_ascii_lowercase();
    if name == "br" {
        return Some(("<br>".into(), after));
    }
    let (ours, begin) = match name.as_str() {
        "a" => ("u", "<u>"),
        "tg-spoiler" | "span" => ("span", "<span class=\"spoiler\">"),
        "tg-emoji" | "tg-time" => return Some((String::new(), after)),
        name => {
            let same = SAME.into_iter().find(|same| *same == name)?;
            (same, "")
        }
    };
    if !is_end {
        open.push(ours);
        let begin = match begin {
            "" => format!("<{ours}>"),
            begin => begin.to_owned(),
        };
        return Some((begin, after));
    }
    // An end that nothing began with is not written.
    let place = open.iter().rposition(|name| *name == ours);
    let ends = place.map(|place| open.split_off(place)).unwrap_or_default();
    let ends = ends.iter().rev().map(|name| format!("</{name}>"));
    Some((ends.collect(), after))
}

/// An entity, as it is.
fn entity(text: &str) -> Option<(String, &str)> {
    let end = text.bytes().take(12).position(|byte| byte == b';')?;
    let (entity, after) = text.split_at(end + 1);
    let name = &entity[1..end];
    let is_known = ["lt", "gt", "amp", "quot"].contains(&name);
    let is_number = name.strip_prefix('#').is_some_and(|number| {
        !number.is_empty() && number.bytes().all(|it| it.is_ascii_alphanumeric())
    });
    (is_known || is_number).then(|| (entity.to_owned(), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tags_of_telegram_stay_and_none_has_attributes() {
        for (html, page) in [
            ("<b>а</b> &lt; б", "<b>а</b> &lt; б"),
            ("<a href=\"javascript:alert(1)\">x</a>", "<u>x</u>"),
            ("<b onclick=\"x()\">а</b>", "<b>а</b>"),
            ("<script>x()</script>", "&lt;script&gt;x()&lt;/script&gt;"),
            ("<img src=x>", "&lt;img src=x&gt;"),
            ("a < b & c", "a &lt; b &amp; c"),
            ("&nbsp; &#1103; &#x44f;", "&amp;nbsp; &#1103; &#x44f;"),
            (
                "<tg-spoiler>т</tg-spoiler>",
                "<span class=\"spoiler\">т</span>",
            ),
            ("<b>а<i>б", "<b>а<i>б</i></b>"),
            ("а</div></b>", "а&lt;/div&gt;"),
            ("<b><i>а</b>б</i>", "<b><i>а</i></b>б"),
            (
                "<pre><code class=\"language-rust\">x</code></pre>",
                "<pre><code>x</code></pre>",
            ),
        ] {
            assert_eq!(for_page(html), page, "{html}");
        }
    }
}
