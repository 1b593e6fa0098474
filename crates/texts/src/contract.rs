//! What all languages have in common: the messages, and what each is given.

use std::{collections::BTreeMap, fmt};

use crate::{Kind, Problem};

/// A message, or an attribute of one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The name of the message.
    pub message: String,
    /// That of the attribute.
    pub attribute: Option<String>,
}

/// As what an argument is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// Among words that are markup: `Html` stays what it is.
    Text,
    /// Where there is no markup.
    Plain,
    /// A number.
    Number,
}

/// What a message is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// Its name, without `$`.
    pub name: String,
    /// As what.
    pub sort: Sort,
}

/// A message as code sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// What it is for.
    pub kind: Kind,
    /// Sorted by their names.
    pub arguments: Vec<Argument>,
    /// Where it stands in the language that has all.
    pub path: String,
    /// On which line.
    pub line: usize,
    /// Its words there, as they are written.
    pub words: String,
}

/// All messages.
pub type Contract = BTreeMap<Key, Signature>;

/// `cart`, `order.pay-button`
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.attribute {
            Some(attribute) => write!(f, ".{attribute}"),
            None => Ok(()),
        }
    }
}

impl Key {
    /// The part whose name says what it is for.
    #[must_use]
    pub fn last(&self) -> &str {
        self.attribute.as_deref().unwrap_or(&self.message)
    }
}

impl Signature {
    /// What is wrong with the same message in another language or file: one for each argument.
    pub(crate) fn compare(&self, other: &Self) -> Vec<String> {
        let named = |signature: &Self, name: &str| {
            let mut arguments = signature.arguments.iter();
            arguments.any(|argument| argument.name == name)
        };
        let mut wrong = Vec::new();
        let place = format!("{}:{}", self.path, self.line);
        for Argument { name, .. } in &self.arguments {
            if !named(other, name) {
                wrong.push(format!(
                    "it lacks `${name}`, which it has in {place}: use it; where a language can do without, \
                     `{{ ${name} -> *[other] … }}` says so"
                ));
            }
        }
        for Argument { name, .. } in &other.arguments {
            if !named(self, name) {
                wrong.push(format!(
                    "it has `${name}`, which it is not given: see {place}"
                ));
            }
        }
        wrong
    }

    /// Takes the stricter sort of each argument.
    pub(crate) fn join(&mut self, other: &Self) {
        for argument in &mut self.arguments {
            let theirs = other.arguments.iter().find(|it| it.name == argument.name);
            if let Some(theirs) = theirs {
                argument.sort = argument.sort.max(theirs.sort);
            }
        }
    }
}

impl Signature {
    pub(crate) fn problem(&self, language: &str, key: &Key, what: String) -> Problem {
        Problem {
            path: self.path.clone(),
            line: Some(self.line),
            language: language.to_owned(),
            message: Some(key.to_string()),
            what,
        }
    }
}
