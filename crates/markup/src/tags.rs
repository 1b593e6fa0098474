//! The tags of Telegram's HTML, their attributes, and which may stand in which:
//! <https://core.telegram.org/bots/api#formatting-options>.

use super::check::Item;

/// The names of all tags.
pub const TAGS: [&str; 17] = [
    "b",
    "strong",
    "i",
    "em",
    "u",
    "ins",
    "s",
    "strike",
    "del",
    "span",
    "tg-spoiler",
    "a",
    "code",
    "pre",
    "blockquote",
    "tg-emoji",
    "tg-time",
];

/// In these nothing else is formatted.
const VERBATIM: [&str; 2] = ["code", "pre"];

/// In these only what is bold and the like can be.
const WHOLE: [&str; 3] = ["a", "tg-emoji", "tg-time"];

/// What Telegram would drop without a word.
pub(super) fn check_nesting(name: &str, open: &[String]) -> Result<(), String> {
    let is_language = name == "code" && open.last().is_some_and(|last| last == "pre");
    let around = |tags: &[&str]| {
        let is_there = |tag: &&&str| open.iter().any(|open| open == **tag);
        tags.iter().find(is_there).map(|tag| (*tag).to_owned())
    };
    let is_style = !VERBATIM.contains(&name) && !WHOLE.contains(&name) && name != "blockquote";
    let outer = around(&VERBATIM)
        .filter(|outer| !(is_language && outer == "pre"))
        .or_else(|| around(&WHOLE).filter(|_| !is_style))
        .or_else(|| around(&["blockquote"]).filter(|_| name == "blockquote"));
    match outer {
        None => Ok(()),
        Some(outer) => Err(format!(
            "Telegram drops a `<{name}>` inside of a `<{outer}>`: close `</{outer}>` before it"
        )),
    }
}

type Value = Option<Vec<Item>>;

/// The attributes that a tag has, must have, and their values.
pub(super) fn check_attributes(
    name: &str,
    attributes: &[(String, Value)],
    parent: Option<&str>,
) -> Result<(), String> {
    let known: &[&str] = match name {
        "a" => &["href"],
        "span" | "code" => &["class"],
        "blockquote" => &["expandable"],
        "tg-emoji" => &["emoji-id"],
        "tg-time" => &["unix", "format"],
        _ => &[],
    };
    for (index, (attribute, value)) in attributes.iter().enumerate() {
        if !known.contains(&attribute.as_str()) {
            return Err(match known {
                [] => format!("`<{name}>` has no attributes: remove `{attribute}`"),
                known => format!(
                    "`<{name}>` has no `{attribute}`, only `{}`",
                    known.join("`, `")
                ),
            });
        }
        if attributes[..index]
            .iter()
            .any(|(name, _)| name == attribute)
        {
            return Err(format!("`<{name}>` has `{attribute}` twice"));
        }
        if value.is_some() == (attribute == "expandable") {
            return Err(match value {
                Some(_) => format!("`{attribute}` has no value: write `<{name} {attribute}>`"),
                None => format!("`{attribute}` has a value: write `<{name} {attribute}=\"…\">`"),
            });
        }
    }
    let value = |wanted: &str| {
        let found = attributes.iter().find(|(name, _)| name == wanted);
        found.and_then(|(_, value)| value.as_deref())
    };
    let needs = |attribute: &str, example: &str| {
        format!("`<{name}>` needs {attribute}: write `<{name} {example}>`")
    };
    match name {
        "a" if value("href").is_none_or(<[Item]>::is_empty) => {
            Err(needs("a link", "href=\"https://…\""))
        }
        "span" if value("class").is_none_or(|class| !is(class, "tg-spoiler")) => {
            Err(needs("its class", "class=\"tg-spoiler\""))
        }
        "tg-emoji" if value("emoji-id").is_none_or(|id| !is_number(id)) => {
            Err(needs("the number of its emoji", "emoji-id=\"5368324170671202286\""))
        }
        "tg-time" if value("unix").is_none_or(|time| !is_number(time)) => {
            Err(needs("a time in seconds since 1970", "unix=\"1700000000\""))
        }
        "tg-time" if value("format").is_some_and(|format| !is_time_format(format)) => {
            Err("the `format` of `<tg-time>` is `r`, or some of `w`, `d` or `D`, `t` or `T`, in this order".into())
        }
        "code" => match value("class") {
            Some(_) if parent != Some("pre") => {
                Err("only a `<code>` that stands right inside of `<pre>` has a language".into())
            }
            Some(class) if !begins(class, "language-") => {
                Err("the class of `<code>` is its language: write `class=\"language-rust\"`".into())
            }
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

fn is(value: &[Item], text: &str) -> bool {
    value.len() == text.chars().count() && begins(value, text)
}

fn begins(value: &[Item], text: &str) -> bool {
    let mut value = value.iter();
    text.chars()
        .all(|c| value.next() == Some(&Item::Character(c)))
}

/// Digits, or arguments, whose digits are not known yet.
fn is_number(value: &[Item]) -> bool {
    let is_digit = |item: &Item| match item {
        Item::Character(character) => character.is_ascii_digit(),
        Item::Argument => true,
    };
    !value.is_empty() && value.iter().all(is_digit)
}

fn is_time_format(format: &[Item]) -> bool {
    if format.contains(&Item::Argument) || is(format, "r") {
        return true;
    }
    let mut rest = format;
    for letters in ["w", "dD", "tT"] {
        if let [Item::Character(first), behind @ ..] = rest
            && letters.contains(*first)
        {
            rest = behind;
        }
    }
    rest.is_empty()
}
