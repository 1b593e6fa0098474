//! Makes Rust of the texts of a bot when it is built: called by its `build.rs`, as the README shows.
//!
//! The files are `<folder>/<language>/<name>.ftl`. One of the languages is complete: its messages are the methods. The program
//! takes what is written here in by `ostankino::texts!(pub Texts, Lang);`. A file `ostankino.ftl` overrides what the library
//! says by itself.

mod code;
mod generate;
mod own;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process,
};

pub use ostankino_texts::{Missing, Problem};

pub use self::{generate::Generated, own::own_texts};

/// The texts of a bot, and what is asked of them.
#[derive(Clone, Debug)]
#[must_use = "nothing is written until `write` is called"]
pub struct Texts {
    source: Source,
    complete: String,
    missing: Missing,
    whose: Whose,
}

/// Who says them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Bot,
    /// A package that bots use, beside texts of their own.
    Library,
}

#[derive(Clone, Debug)]
enum Source {
    Folder(PathBuf),
    /// The library's own.
    Own,
}

/// The texts in that folder, relative to the package: `locales`. English is the complete language, and the others lack nothing,
/// if nothing else is said.
pub fn texts(folder: impl AsRef<Path>) -> Texts {
    Texts {
        source: Source::Folder(folder.as_ref().to_owned()),
        complete: "en".into(),
        missing: Missing::Deny,
        whose: Whose::Bot,
    }
}

impl Texts {
    /// The language that has all messages. It is spoken to whose language is none of the bot's.
    pub fn complete(mut self, language: &str) -> Self {
        language.clone_into(&mut self.complete);
        self
    }

    /// What becomes of messages that another language lacks.
    pub fn others(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// They are those of a package that bots use, such as a dialog of its own. Its handlers and windows take them without an app that has
    /// them, in the language in which the bot speaks to the user; where the bot has no texts, in the complete one.
    pub fn of_library(mut self) -> Self {
        self.whose = Whose::Library;
        self
    }

    /// Writes `texts.rs` where the macro `texts!` looks for it. What is wrong is told to cargo, and ends the build.
    ///
    /// # Panics
    ///
    /// If it is not called by a `build.rs`, or the file cannot be written.
    pub fn write(&self) {
        if let Source::Folder(folder) = &self.source {
            println!("cargo::rerun-if-changed={}", folder.display());
        }
        let Generated { code, warnings } = match self.generate() {
            Ok(generated) => generated,
            Err(problems) => {
                for problem in problems {
                    println!("cargo::error={problem}");
                }
                process::exit(1);
            }
        };
        for warning in warnings {
            println!("cargo::warning={warning}");
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "cargo says so where the code goes"
        )]
        let folder = env::var_os("OUT_DIR").expect("`write` is called by a `build.rs`");
        let file = Path::new(&folder).join("texts.rs");
        fs::write(&file, code).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }

    /// The code, and what is missing but may be.
    ///
    /// # Errors
    ///
    /// What is wrong with the files.
    pub fn generate(&self) -> Result<Generated, Vec<Problem>> {
        match &self.source {
            Source::Folder(folder) => {
                generate::bot(folder, &self.complete, self.missing, self.whose)
            }
            Source::Own => own::generate(),
        }
    }
}
