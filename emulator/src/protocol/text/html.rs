//! The HTML parse mode: tags become entities, and what Telegram refuses is refused in its words.

mod reference;

use self::reference::reference;
use super::{Formatted, links, sort};
use crate::protocol::objects::{Entity, User};

const TAGS: [&str; 17] = [
    "a",
    "b",
    "strong",
    "i",
    "em",
    "s",
    "strike",
    "del",
    "u",
    "ins",
    "tg-spoiler",
    "tg-emoji",
    "tg-time",
    "span",
    "pre",
    "code",
    "blockquote",
];

/// Parses a text; `person` finds those that `tg://user?id=` links name. The error is the text after "can't parse entities: ".
pub(crate) fn parse(
    source: &str,
    person: &dyn Fn(i64) -> Option<User>,
) -> Result<Formatted, String> {
    let parser = Parser {
        source,
        at: 0,
        text: String::new(),
        length: 0,
        open: vec![],
        entities: vec![],
        person,
    };
    parser.run()
}

struct Parser<'a> {
    source: &'a str,
    /// Where we are in the source, in bytes.
    at: usize,
    text: String,
    /// The length of `text` in UTF-16 units.
    length: usize,
    open: Vec<Tag>,
    entities: Vec<Entity>,
    person: &'a dyn Fn(i64) -> Option<User>,
}

/// A start tag that waits for its end.
struct Tag {
    name: String,
    /// The one attribute that matters: href, language, emoji id, ….
    argument: String,
    /// The other attribute that matters: the format of a time.
    format: String,
    offset: usize,
    text_begin: usize,
}

impl Parser<'_> {
    fn run(mut self) -> Result<Formatted, String> {
        while let Some(next) = self.source[self.at..].chars().next() {
            match next {
                '<' if self.source[self.at + 1..].starts_with('/') => self.end_tag()?,
                '<' => self.start_tag()?,
                _ => {
                    let character = self.character(next)?;
                    self.text.push(character);
                    self.length += character.len_utf16();
                }
            }
        }
        if let Some(tag) = self.open.last() {
            return Err(format!(
                "Can't find end tag corresponding to start tag \"{}\"",
                tag.name
            ));
        }
        sort(&mut self.entities);
        for entity in &mut self.entities {
            // A language matters on <code> only inside <pre>.
            if entity.kind == "code" {
                entity.language = None;
            }
        }
        Ok(Formatted {
            text: self.text,
            entities: self.entities,
        })
    }

    fn peek(&self) -> Option<u8> {
        self.source.as_bytes().get(self.at).copied()
    }

    /// The end of the text counts as a space, which ends names.
    fn at_space(&self) -> bool {
        self.peek()
            .is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'\x0b'))
    }

    fn skip_spaces(&mut self) {
        while self.peek().is_some() && self.at_space() {
            self.at += 1;
        }
    }

    /// Takes bytes up to a space or one of the given ones.
    fn word(&mut self, ends: &[u8]) -> String {
        let begin = self.at;
        while !self.at_space() && !self.peek().is_some_and(|byte| ends.contains(&byte)) {
            self.at += 1;
        }
        self.source[begin..self.at].to_ascii_lowercase()
    }

    /// Takes one character, decoded if it is a reference such as `&lt;` or `&#1080;`.
    fn character(&mut self, next: char) -> Result<char, String> {
        if next == '&'
            && let Some((code, length)) = reference(&self.source[self.at..])
        {
            self.at += length;
            return char::from_u32(code).ok_or_else(|| {
                "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate \
                 code units"
                    .to_owned()
            });
        }
        self.at += next.len_utf8();
        Ok(next)
    }

    fn start_tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        self.at += 1;
        let name = self.word(b">");
        if self.peek().is_none() {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        }
        if !TAGS.contains(&name.as_str()) {
            return Err(format!(
                "Unsupported start tag \"{name}\" at byte offset {begin}"
            ));
        }
        let (mut argument, mut format) = (String::new(), String::new());
        while self.peek() != Some(b'>') {
            self.skip_spaces();
            if self.peek() == Some(b'>') {
                break;
            }
            let (attribute, value) = self.attribute(&name, begin)?;
            match (name.as_str(), attribute.as_str()) {
                ("a", "href") | ("tg-emoji", "emoji-id") | ("tg-time", "unix") => argument = value,
                ("tg-time", "format") => format = value,
                ("code", "class") if value.starts_with("language-") => {
                    argument = value["language-".len()..].to_owned()
                }
                ("span", "class") if value.starts_with("tg-") => {
                    argument = value["tg-".len()..].to_owned()
                }
                ("blockquote", "expandable") => argument = attribute,
                _ => {}
            }
        }
        self.at += 1;
        if name == "span" && argument != "spoiler" {
            return Err(format!(
                "Tag \"span\" must have class \"tg-spoiler\" at byte offset {begin}"
            ));
        }
        self.open.push(Tag {
            name,
            argument,
            format,
            offset: self.length,
            text_begin: self.text.len(),
        });
        Ok(())
    }

    fn attribute(&mut self, tag: &str, begin: usize) -> Result<(String, String), String> {
        let name = self.word(b"=>/\"'");
        if name.is_empty() {
            return Err(format!(
                "Empty attribute name in the tag \"{tag}\" at byte offset {begin}"
            ));
        }
        self.skip_spaces();
        match self.peek() {
            None => {
                return Err(format!(
                    "Unclosed start tag \"{tag}\" at byte offset {begin}"
                ));
            }
            Some(b'=') => self.at += 1,
            Some(_) => return Ok((name, String::new())),
        }
        self.skip_spaces();
        let value = match self.peek() {
            None => {
                return Err(format!(
                    "Unclosed start tag \"{tag}\" at byte offset {begin}"
                ));
            }
            Some(quote @ (b'"' | b'\'')) => self.quoted(char::from(quote))?,
            Some(_) => {
                let token = self.at;
                while self
                    .peek()
                    .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
                {
                    self.at += 1;
                }
                if !self.at_space() && self.peek() != Some(b'>') {
                    return Err(format!(
                        "Unexpected end of name token at byte offset {token}"
                    ));
                }
                self.source[token..self.at].to_ascii_lowercase()
            }
        };
        if self.peek().is_none() {
            return Err(format!("Unclosed start tag at byte offset {begin}"));
        }
        Ok((name, value))
    }

    fn quoted(&mut self, quote: char) -> Result<String, String> {
        self.at += 1;
        let mut value = String::new();
        while let Some(next) = self.source[self.at..].chars().next() {
            if next == quote {
                self.at += 1;
                break;
            }
            value.push(self.character(next)?);
        }
        Ok(value)
    }

    fn end_tag(&mut self) -> Result<(), String> {
        let begin = self.at;
        let Some(tag) = self.open.pop() else {
            return Err(format!("Unexpected end tag at byte offset {begin}"));
        };
        self.at += 2;
        let name = self.word(b">");
        self.skip_spaces();
        if self.peek() != Some(b'>') {
            return Err(format!("Unclosed end tag at byte offset {begin}"));
        }
        self.at += 1;
        if !name.is_empty() && name != tag.name {
            let expected = tag.name;
            return Err(format!(
                "Unmatched end tag at byte offset {begin}, expected \"</{expected}>\", found \"</{name}>\""
            ));
        }
        if self.length > tag.offset {
            self.close(tag)?;
        }
        Ok(())
    }

    /// Turns a closed tag around some text into its entity.
    fn close(&mut self, tag: Tag) -> Result<(), String> {
        let kind = match tag.name.as_str() {
            "b" | "strong" => "bold",
            "i" | "em" => "italic",
            "u" | "ins" => "underline",
            "s" | "strike" | "del" => "strikethrough",
            "span" | "tg-spoiler" => "spoiler",
            "tg-emoji" => "custom_emoji",
            "tg-time" => "date_time",
            "a" => "text_link",
            "blockquote" if !tag.argument.is_empty() => "expandable_blockquote",
            other => other,
        };
        let mut entity = Entity::new(kind, tag.offset, self.length - tag.offset);
        match kind {
            "custom_emoji" => {
                entity.custom_emoji_id = Some(links::checked_emoji_id(&tag.argument)?);
            }
            "date_time" => {
                let (unix, format) = links::checked_time(&tag.argument, &tag.format)?;
                entity.unix_time = Some(unix);
                entity.date_time_format = format;
            }
            "text_link" => {
                let link = if tag.argument.is_empty() {
                    &self.text[tag.text_begin..]
                } else {
                    &tag.argument
                };
                match links::user_id(link) {
                    Some(id) => {
                        // A person the bot cannot know is no mention, and no error either.
                        let Some(user) = (self.person)(id) else {
                            return Ok(());
                        };
                        entity.kind = "text_mention".to_owned();
                        entity.user = Some(user);
                    }
                    None => {
                        let Some(url) = links::checked(link) else {
                            return Ok(());
                        };
                        entity.url = Some(url);
                    }
                }
            }
            "pre" | "code" => {
                let language = Some(tag.argument).filter(|language| !language.is_empty());
                let twin = self.entities.last_mut().filter(|last| {
                    (last.offset, last.length) == (entity.offset, entity.length)
                        && matches!(
                            (kind, last.kind.as_str()),
                            ("pre", "code") | ("code", "pre")
                        )
                });
                // <pre><code class="language-x"> is one entity.
                match twin {
                    Some(twin) if twin.language.is_some() || language.is_some() => {
                        twin.kind = "pre".to_owned();
                        twin.language = twin.language.take().or(language);
                        return Ok(());
                    }
                    _ => entity.language = language,
                }
            }
            _ => {}
        }
        self.entities.push(entity);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
