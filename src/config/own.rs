//! Sections of a bot's own, beside ours: read from the same files and variables, and as strict.

use std::{
    any::type_name,
    collections::BTreeSet,
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use config::{Map, Value};
use serde::de::DeserializeOwned;

use super::{ConfigError, Problems, keys, sources};

/// What was found in the files and variables that is no section of ours. A clone shares what was asked
/// for.
#[derive(Clone, Default)]
pub struct OwnSections {
    pub(super) found: Found,
    asked: Arc<Mutex<Asked>>,
}

/// By its source, the later ones winning.
#[derive(Clone, Default)]
pub(super) struct Found {
    /// Tables by their name, with the file they are in.
    pub(super) tables: Vec<(PathBuf, String, Map<String, Value>)>,
    pub(super) variables: Vec<(String, String)>,
}

#[derive(Default)]
struct Asked {
    sections: BTreeSet<&'static str>,
    problems: Problems,
}

impl OwnSections {
    #[track_caller]
    pub(super) fn section<T: DeserializeOwned + Default>(&self, name: &'static str) -> T {
        let keys = keys::of::<T>().unwrap_or_else(|| {
            panic!(
                "a section of the configuration is a struct, not {}",
                type_name::<T>()
            )
        });
        let ours = keys::sections();
        assert!(
            ours.iter().all(|(section, _)| *section != name),
            "the section [{name}] is the library's"
        );
        let mut asked = self.lock();
        asked.sections.insert(name);
        sources::read_section(&self.found, name, keys, &mut asked.problems)
    }

    /// What is wrong with the sections that were asked for, and with all others.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let mut asked = self.lock();
        let mut problems = std::mem::take(&mut asked.problems);
        sources::unknown(&self.found, &asked.sections, &mut problems);
        problems.result()
    }

    fn lock(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Names only: values may be secrets.
impl fmt::Debug for OwnSections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.found.tables.iter().map(|(_, name, _)| name);
        f.debug_set().entries(names).finish()
    }
}
