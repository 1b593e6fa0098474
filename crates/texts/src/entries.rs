//! The messages and terms of one language, as they stand in its files.

use std::collections::BTreeMap;

use fluent_syntax::{ast, parser};

use crate::{File, Problem};

/// A message or a term.
#[derive(Clone, Debug)]
pub(crate) struct Entry<'f> {
    pub(crate) file: &'f File,
    pub(crate) name: &'f str,
    pub(crate) value: Option<ast::Pattern<&'f str>>,
    pub(crate) attributes: Vec<ast::Attribute<&'f str>>,
    /// Whether it is in the files that are to be checked.
    pub(crate) is_new: bool,
}

/// All of a language. What stands in later files takes the place of what stands in those before.
#[derive(Debug, Default)]
pub(crate) struct Entries<'f> {
    pub(crate) messages: BTreeMap<&'f str, Entry<'f>>,
    pub(crate) terms: BTreeMap<&'f str, Entry<'f>>,
}

impl<'f> Entries<'f> {
    /// Adds a file; what is there twice is wrong only among those of the same `is_new`.
    pub(crate) fn add(&mut self, file: &'f File, is_new: bool, problems: &mut Vec<Problem>) {
        let resource = match parser::parse(file.text.as_str()) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                for error in errors {
                    let line = file.line_at(error.pos.start);
                    problems.push(file.problem(line, None, told(&error.kind)));
                }
                resource
            }
        };
        for entry in resource.body {
            let (name, value, attributes, into) = match entry {
                ast::Entry::Message(it) => {
                    (it.id.name, it.value, it.attributes, &mut self.messages)
                }
                ast::Entry::Term(it) => {
                    (it.id.name, Some(it.value), it.attributes, &mut self.terms)
                }
                _ => continue,
            };
            let entry = Entry {
                file,
                name,
                value,
                attributes,
                is_new,
            };
            if let Some(earlier) = into.insert(name, entry)
                && earlier.is_new == is_new
            {
                let place = earlier.place();
                let what = format!("it is there already, in {place}: remove one of them");
                problems.push(file.problem(file.line_of(name), Some(name), what));
            }
        }
    }
}

impl<'f> Entry<'f> {
    pub(crate) fn line(&self) -> usize {
        self.file.line_of(self.name)
    }

    /// Its file and line.
    pub(crate) fn place(&self) -> String {
        format!("{}:{}", self.file.path, self.line())
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&ast::Pattern<&'f str>> {
        let found = self.attributes.iter().find(|it| it.id.name == name);
        found.map(|attribute| &attribute.value)
    }
}

/// What the parser misses, and what to do.
fn told(kind: &parser::ErrorKind) -> String {
    use parser::ErrorKind as Kind;
    let advice = match kind {
        Kind::ExpectedToken('=') => "a message is `name = text`; lines that go on are indented",
        Kind::ExpectedToken('}') | Kind::UnbalancedClosingBrace => {
            "an argument is `{ $name }`; a brace as such is `{ \"{\" }`"
        }
        Kind::MissingDefaultVariant => "mark the last variant by a star: `*[other]`",
        Kind::ExpectedMessageField { .. } => {
            "it has no text: lines that go on are indented, an empty text is `{ \"\" }`"
        }
        _ => "see https://projectfluent.org/fluent/guide/",
    };
    let kind = kind.to_string();
    let mut letters = kind.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    let kind: String = first.into_iter().chain(letters).collect();
    format!("{}: {advice}", kind.trim_end_matches('.'))
}
