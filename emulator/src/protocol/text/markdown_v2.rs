//! The MarkdownV2 parse mode, and what Telegram refuses of it in its words.

mod entity;

use self::entity::{Kind, Open};
use super::{Formatted, language, sort};
use crate::protocol::objects::{Entity, User};

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
        in_quote: false,
        line_begins: true,
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
    open: Vec<Open>,
    entities: Vec<Entity>,
    /// Whether a block quotation is open.
    in_quote: bool,
    /// Whether a block quotation may begin here.
    line_begins: bool,
    person: &'a dyn Fn(i64) -> Option<User>,
}

impl Parser<'_> {
    fn run(mut self) -> Result<Formatted, String> {
        while let Some(next) = self.rest().chars().next() {
            if let Some(escaped) = self.escaped() {
                self.push(escaped);
                self.at += 2;
            } else if !self.is_reserved(next) {
                self.push(next);
                self.at += next.len_utf8();
            } else if self.ends(next) {
                self.end(next)?;
            } else {
                self.begin(next)?;
            }
        }
        self.end_of_text()?;
        sort(&mut self.entities);
        let Self { text, entities, .. } = self;
        Ok(Formatted { text, entities })
    }

    fn rest(&self) -> &str {
        &self.source[self.at..]
    }

    fn push(&mut self, character: char) {
        self.text.push(character);
        self.length += character.len_utf16();
        if character != '\r' {
            self.line_begins = character == '\n';
        }
    }

    /// The character that a backslash here makes an ordinary one.
    fn escaped(&self) -> Option<char> {
        escaped(self.rest())
    }

    fn kind(&self) -> Option<Kind> {
        self.open.last().map(|open| open.kind)
    }

    fn is_reserved(&self, next: char) -> bool {
        match self.kind() {
            Some(Kind::Code | Kind::Pre | Kind::PreCode) => next == '`',
            _ => "_*[]()~`>#+-=|{}.!\n".contains(next),
        }
    }

    /// Whether the innermost entity ends here.
    fn ends(&self, next: char) -> bool {
        let Some(kind) = self.kind() else {
            return false;
        };
        let rest = self.rest();
        if self.in_quote && next == '\n' && !rest[1..].starts_with('>') {
            return true;
        }
        match kind {
            Kind::Bold => next == '*',
            Kind::Italic => next == '_' && !rest.starts_with("__"),
            Kind::Underline => rest.starts_with("__"),
            Kind::Strikethrough => next == '~',
            Kind::Spoiler => rest.starts_with("||"),
            Kind::Code => next == '`',
            Kind::Pre | Kind::PreCode => rest.starts_with("```"),
            Kind::TextUrl | Kind::CustomEmoji => next == ']',
            Kind::BlockQuote => false,
        }
    }

    fn begin(&mut self, next: char) -> Result<(), String> {
        let rest = self.rest();
        let mut argument = None;
        let (kind, length) = match next {
            '_' if rest.starts_with("__") => (Kind::Underline, 2),
            '_' => (Kind::Italic, 1),
            '*' => (Kind::Bold, 1),
            '~' => (Kind::Strikethrough, 1),
            '|' if rest.starts_with("||") => (Kind::Spoiler, 2),
            '[' => (Kind::TextUrl, 1),
            '!' if rest.starts_with("![") => (Kind::CustomEmoji, 2),
            '`' if rest.starts_with("```") => {
                let inner;
                (argument, inner) = language(&rest[3..]);
                let kind = if argument.is_some() {
                    Kind::PreCode
                } else {
                    Kind::Pre
                };
                (kind, rest.len() - inner.len())
            }
            '`' => (Kind::Code, 1),
            '\n' => {
                self.push('\n');
                self.at += 1;
                return Ok(());
            }
            '>' if self.line_begins && self.in_quote => {
                self.at += 1;
                return Ok(());
            }
            '>' if self.line_begins => {
                self.in_quote = true;
                (Kind::BlockQuote, 1)
            }
            reserved => {
                return Err(format!(
                    "Character '{reserved}' is reserved and must be escaped with the preceding '\\'"
                ));
            }
        };
        self.open.push(Open {
            kind,
            argument,
            offset: self.length,
            at: self.at,
            text_begin: self.text.len(),
        });
        self.at += length;
        Ok(())
    }

    fn end(&mut self, next: char) -> Result<(), String> {
        let Some(mut open) = self.open.pop() else {
            return Ok(());
        };
        if next == '\n' && open.kind != Kind::BlockQuote {
            // Two bars just before the end of the line make the quotation an expandable one.
            let begins_here =
                open.at + 2 == self.at || open.at + 3 == self.at && self.text.ends_with('\r');
            if open.kind != Kind::Spoiler || !begins_here {
                return Err(open.has_no_end());
            }
            let Some(quote) = self.open.pop() else {
                return Err(open.has_no_end());
            };
            if quote.kind != Kind::BlockQuote {
                return Err(quote.has_no_end());
            }
            self.push_quote(&quote, "expandable_blockquote");
            return Ok(());
        }
        if open.kind == Kind::BlockQuote {
            self.push_quote(&open, "blockquote");
            return Ok(());
        }
        self.at += open.kind.end_length();
        if let Kind::TextUrl | Kind::CustomEmoji = open.kind {
            open.argument = self.address(open.kind)?;
        }
        let text = &self.text[open.text_begin..];
        let entity = open.entity(text, self.length, self.person)?;
        self.entities.extend(entity);
        Ok(())
    }

    /// Takes the line break that ends a block quotation, and makes that its entity.
    fn push_quote(&mut self, quote: &Open, kind: &str) {
        self.in_quote = false;
        self.push('\n');
        self.at += 1;
        let length = self.length - quote.offset;
        self.entities.push(Entity::new(kind, quote.offset, length));
    }

    /// Takes the address in round brackets after a link's text, if one follows.
    fn address(&mut self, kind: Kind) -> Result<Option<String>, String> {
        if !self.rest().starts_with('(') {
            return Ok(None);
        }
        self.at += 1;
        let begin = self.at;
        let mut address = String::new();
        while let Some(next) = self.rest().chars().next() {
            if let Some(escaped) = self.escaped() {
                address.push(escaped);
                self.at += 2;
                continue;
            }
            self.at += next.len_utf8();
            if next == ')' {
                return Ok(Some(address));
            }
            address.push(next);
        }
        let what = match kind {
            Kind::CustomEmoji => "custom emoji ",
            _ => "",
        };
        Err(format!(
            "Can't find end of a {what}URL at byte offset {begin}"
        ))
    }

    /// A block quotation may end with the text; nothing else may be open there.
    fn end_of_text(&mut self) -> Result<(), String> {
        if self.in_quote {
            let bars = self.source.len().wrapping_sub(2);
            let is_expandable = self
                .open
                .pop_if(|open| open.kind == Kind::Spoiler && open.at == bars)
                .is_some();
            if let Some(quote) = self.open.pop_if(|open| open.kind == Kind::BlockQuote)
                && self.length > quote.offset
            {
                let kind = if is_expandable {
                    "expandable_blockquote"
                } else {
                    "blockquote"
                };
                let length = self.length - quote.offset;
                self.entities.push(Entity::new(kind, quote.offset, length));
            }
        }
        match self.open.last() {
            Some(open) => Err(open.has_no_end()),
            None => Ok(()),
        }
    }
}

/// The character that a backslash at the beginning makes an ordinary one: any of ASCII.
fn escaped(text: &str) -> Option<char> {
    let next = text.strip_prefix('\\')?.chars().next()?;
    ('\x01'..='\x7e').contains(&next).then_some(next)
}

#[cfg(test)]
mod tests;
