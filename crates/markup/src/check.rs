//! Whether Telegram takes the HTML of a text: a walk over its characters, in which an argument is
//! one that fits into texts and into quotes only.

use super::{hints, tags};

/// Where an argument stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Among the words.
    Text,
    /// In the quotes of an attribute.
    Attribute,
}

/// A character of the text, or an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// As it is written.
    Character(char),
    /// What is not known yet.
    Argument,
}

/// The places of the arguments, in their order.
///
/// # Errors
///
/// What is wrong, and what to write instead.
pub fn check(items: &[Item]) -> Result<Vec<Place>, String> {
    let mut walk = Walk {
        rest: items,
        open: Vec::new(),
        places: Vec::new(),
    };
    walk.run()?;
    Ok(walk.places)
}

struct Walk<'a> {
    rest: &'a [Item],
    /// The names of the tags that are not closed yet.
    open: Vec<String>,
    places: Vec<Place>,
}

impl Walk<'_> {
    fn run(&mut self) -> Result<(), String> {
        while let Some(item) = self.rest.first() {
            match item {
                Item::Character('<') => self.tag()?,
                Item::Character('&') => self.reference()?,
                Item::Character(_) => self.skip(1),
                Item::Argument => {
                    self.places.push(Place::Text);
                    self.skip(1);
                }
            }
        }
        match self.open.last() {
            None => Ok(()),
            Some(name) => Err(format!("`<{name}>` is never closed: add `</{name}>`")),
        }
    }

    fn skip(&mut self, count: usize) {
        self.rest = &self.rest[count..];
    }

    fn peek(&self) -> Option<char> {
        match self.rest.first() {
            Some(Item::Character(character)) => Some(*character),
            _ => None,
        }
    }

    fn take_if(&mut self, character: char) -> bool {
        let is_there = self.peek() == Some(character);
        if is_there {
            self.skip(1);
        }
        is_there
    }

    fn take_while(&mut self, is_taken: impl Fn(char) -> bool) -> String {
        let mut taken = String::new();
        while let Some(character) = self.peek().filter(|c| is_taken(*c)) {
            taken.push(character);
            self.skip(1);
        }
        taken
    }

    /// `&lt;`, `&#1071;`; a bare `&` is none.
    fn reference(&mut self) -> Result<(), String> {
        let begin = self.rest;
        self.skip(1);
        let name = self.take_while(|c| c.is_ascii_alphanumeric() || c == '#');
        if !self.take_if(';') {
            let near = near(begin);
            return Err(format!("a bare `&` in `{near}`: write `&amp;`"));
        }
        match hints::is_reference(&name) {
            true => Ok(()),
            false => Err(hints::unknown_reference(&name)),
        }
    }

    fn tag(&mut self) -> Result<(), String> {
        let begin = self.rest;
        self.skip(1);
        let is_end = self.take_if('/');
        let name = self.take_while(|c| c.is_ascii_alphanumeric() || c == '-');
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let near = near(begin);
            return Err(format!("`{near}` begins no tag: write `&lt;` for a `<`"));
        }
        let name = name.to_ascii_lowercase();
        if !tags::TAGS.contains(&name.as_str()) {
            return Err(hints::unknown_tag(&name));
        }
        if is_end {
            return self.end(&name);
        }
        let mut attributes = Vec::new();
        while !self.take_if('>') {
            let spaces = self.take_while(char::is_whitespace);
            if self.peek() == Some('>') {
                continue;
            }
            match self.peek() {
                Some(c) if c.is_ascii_alphabetic() && !spaces.is_empty() => {}
                _ => return Err(self.odd(&name)),
            }
            let attribute = self.take_while(|c| c.is_ascii_alphanumeric() || c == '-');
            let value = match self.take_if('=') {
                true => Some(self.value(&name, &attribute)?),
                false => None,
            };
            attributes.push((attribute.to_ascii_lowercase(), value));
        }
        tags::check_nesting(&name, &self.open)?;
        tags::check_attributes(&name, &attributes, self.open.last().map(String::as_str))?;
        self.open.push(name);
        Ok(())
    }

    /// What is wrong inside of a tag.
    fn odd(&self, name: &str) -> String {
        match self.rest.first() {
            None => format!("`<{name}` has no `>`"),
            Some(Item::Argument) => format!(
                "an argument inside of `<{name} …>` stands in the quotes of an attribute, \
                 as in `<a href=\"{{url}}\">`"
            ),
            Some(Item::Character('/')) => {
                format!("`<{name}/>` is no tag of Telegram's: write `<{name}>…</{name}>`")
            }
            Some(_) => format!(
                "`{}` inside of `<{name} …>` is no attribute",
                near(self.rest)
            ),
        }
    }

    /// What stands in the quotes behind the name of an attribute.
    fn value(&mut self, tag: &str, attribute: &str) -> Result<Vec<Item>, String> {
        let Some(quote @ ('"' | '\'')) = self.peek() else {
            return Err(format!(
                "the value of `{attribute}` in `<{tag} …>` stands in quotes"
            ));
        };
        self.skip(1);
        let begin = self.rest;
        let length = |walk: &Self| begin.len() - walk.rest.len();
        loop {
            match self.rest.first() {
                None => {
                    return Err(format!(
                        "the value of `{attribute}` in `<{tag} …>` never ends: its quote is missing"
                    ));
                }
                Some(Item::Character('&')) => self.reference()?,
                Some(Item::Character(character)) if *character == quote => {
                    let value = begin[..length(self)].to_vec();
                    self.skip(1);
                    return Ok(value);
                }
                Some(Item::Character(_)) => self.skip(1),
                Some(Item::Argument) => {
                    self.places.push(Place::Attribute);
                    self.skip(1);
                }
            }
        }
    }

    fn end(&mut self, name: &str) -> Result<(), String> {
        self.take_while(char::is_whitespace);
        if !self.take_if('>') {
            return Err(format!("`</{name}` has no `>`"));
        }
        match self.open.pop() {
            None => Err(format!(
                "`</{name}>` closes nothing: `<{name}>` is missing before it"
            )),
            Some(open) if open != name => Err(format!(
                "`</{name}>` stands where `<{open}>` is to be closed: close the inner tag first"
            )),
            Some(_) => Ok(()),
        }
    }
}

/// The next characters, to find the place by.
fn near(items: &[Item]) -> String {
    let characters = items.iter().take(16).map_while(|item| match item {
        Item::Character('\n') | Item::Argument => None,
        Item::Character(character) => Some(*character),
    });
    characters.collect()
}
