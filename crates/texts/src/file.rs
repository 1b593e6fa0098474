//! A file of messages, and what is wrong in one.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

/// The name of a file whose messages are the library's own.
pub const OWN_FILE: &str = "ostankino.ftl";

/// The messages of one file, in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The language: the name of its folder.
    pub language: String,
    /// Where it is.
    pub path: String,
    /// What stands in it.
    pub text: String,
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file, or the folder.
    pub path: String,
    /// The line, from 1; none of a folder.
    pub line: Option<usize>,
    /// The language that it is about.
    pub language: String,
    /// The message, if it is about one.
    pub message: Option<String>,
    /// What is wrong, and what to do.
    pub what: String,
}

impl File {
    /// Whether its messages are the library's own.
    #[must_use]
    pub fn is_own(&self) -> bool {
        Path::new(&self.path)
            .file_name()
            .is_some_and(|name| name == OWN_FILE)
    }

    /// The line on which a part of the text begins, from 1.
    pub(crate) fn line_of(&self, part: &str) -> usize {
        self.line_at((part.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize))
    }

    /// The line of that byte, from 1.
    pub(crate) fn line_at(&self, byte: usize) -> usize {
        let before = &self.text.as_bytes()[..byte.min(self.text.len())];
        1 + before.iter().filter(|byte| **byte == b'\n').count()
    }

    pub(crate) fn problem(
        &self,
        line: usize,
        message: Option<&str>,
        what: impl Into<String>,
    ) -> Problem {
        Problem {
            path: self.path.clone(),
            line: Some(line),
            language: self.language.clone(),
            message: message.map(str::to_owned),
            what: what.into(),
        }
    }
}

/// `locales/en/bot.ftl:7: en: message `cart`: …`
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}: ", self.language)?;
        if let Some(message) = &self.message {
            write!(f, "message `{message}`: ")?;
        }
        f.write_str(&self.what)
    }
}

/// The files of a folder with a folder for each language, sorted by their paths; and the folders themselves.
///
/// # Errors
///
/// A folder cannot be read, or has no folder of a language.
pub fn list(folder: &Path) -> Result<Vec<(String, PathBuf)>, Problem> {
    let unreadable =
        |path: &Path, error: &io::Error| at(path, "", format!("it cannot be read: {error}"));
    let entries = |path: &Path| -> Result<Vec<PathBuf>, Problem> {
        let entries = fs::read_dir(path).map_err(|error| unreadable(path, &error))?;
        let paths = entries.map(|entry| entry.map(|entry| entry.path()));
        let paths: io::Result<Vec<_>> = paths.collect();
        let mut paths = paths.map_err(|error| unreadable(path, &error))?;
        paths.sort();
        Ok(paths)
    };
    let name = |path: &Path| {
        path.file_name()
            .and_then(|name| name.to_str())
            .map(str::to_owned)
    };
    let mut files = Vec::new();
    for language in entries(folder)? {
        let is_hidden = name(&language).is_none_or(|name| name.starts_with('.'));
        if is_hidden || !language.is_dir() {
            continue;
        }
        let Some(tag) = name(&language) else { continue };
        for path in entries(&language)? {
            if path.extension().is_some_and(|it| it == "ftl") {
                files.push((tag.clone(), path));
            }
        }
    }
    if files.is_empty() {
        let what = "it has no texts: they are in `<language>/<name>.ftl`, such as `ru/bot.ftl`";
        return Err(at(folder, "", what.into()));
    }
    Ok(files)
}

/// Reads what was listed.
///
/// # Errors
///
/// A file cannot be read, or is not UTF-8.
pub fn read(language: &str, path: &Path) -> Result<File, Problem> {
    let text = fs::read_to_string(path)
        .map_err(|error| at(path, language, format!("it cannot be read: {error}")))?;
    Ok(File {
        language: language.to_owned(),
        path: path.display().to_string(),
        text,
    })
}

pub(crate) fn at(path: &Path, language: &str, what: String) -> Problem {
    Problem {
        path: path.display().to_string(),
        line: None,
        language: if language.is_empty() {
            "texts".into()
        } else {
            language.to_owned()
        },
        message: None,
        what,
    }
}
