//! Where a value came from: for what is said of a wrong one, and for `config check`.

use std::{collections::BTreeMap, fmt, path::PathBuf};

/// A place that gives a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A file of the configuration.
    File(PathBuf),
    /// A variable, by its name.
    Variable(String),
    /// A file that holds a secret, and what names it.
    Secret(PathBuf, Box<Self>),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => write!(f, "{}", file.display()),
            Self::Variable(name) => write!(f, "the variable {name}"),
            Self::Secret(file, named_in) => {
                write!(f, "the file {}, named in {named_in}", file.display())
            }
        }
    }
}

/// By section and key, for each the last that gives it. What is not there has its default.
#[derive(Clone, Debug, Default)]
pub(super) struct Origins(BTreeMap<(String, String), Origin>);

impl Origins {
    pub(super) fn set(&mut self, section: &str, key: &str, origin: Origin) {
        self.0.insert((section.to_owned(), key.to_owned()), origin);
    }

    pub(super) fn of(&self, section: &str, key: &str) -> Option<&Origin> {
        self.0.get(&(section.to_owned(), key.to_owned()))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str, &Origin)> {
        let each = self.0.iter();
        each.map(|((section, key), origin)| (section.as_str(), key.as_str(), origin))
    }
}
