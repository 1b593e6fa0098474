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

use super::{
    ConfigError, Problems,
    effective::{self, Setting},
    keys::{self, Section},
    origin::{Origin, Origins},
    sources,
};

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
    /// What was read so far, of our sections too, without what is secret.
    settings: Vec<Setting>,
}

impl OwnSections {
    #[track_caller]
    pub(super) fn section<T: DeserializeOwned + Default>(&self, name: &'static str) -> T {
        let section = keys::of::<T>(name).unwrap_or_else(|| {
            panic!(
                "a section of the configuration is a struct, not {}",
                type_name::<T>()
            )
        });
        let ours = keys::sections();
        assert!(
            ours.iter().all(|section| section.name != name),
            "the section [{name}] is the library's"
        );
        let mut asked = self.lock();
        let (is_new, mut problems) = (asked.sections.insert(name), Problems::default());
        let (read, table, origins) = sources::read_section(&self.found, &section, &mut problems);
        // Each of several bots asks for it.
        if is_new {
            asked.problems.append(problems);
            asked
                .settings
                .extend(effective::given(&section, &table, &origins));
        }
        read
    }

    /// A part of a section that is the bot's to ask for: what is wrong with it is the bot's to tell.
    pub(super) fn peek<T: DeserializeOwned + Default>(&self, name: &'static str) -> T {
        let Some(section) = keys::of::<T>(name) else {
            return T::default();
        };
        sources::read_section(&self.found, &section, &mut Problems::default()).0
    }

    /// What is wrong with the sections that were asked for, and with all others.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let mut problems = Problems::default();
        self.tell(&mut problems);
        problems.result()
    }

    /// The same, beside what is wrong with ours.
    pub(super) fn tell(&self, problems: &mut Problems) {
        let mut asked = self.lock();
        problems.append(std::mem::take(&mut asked.problems));
        sources::unknown(&self.found, &asked.sections, problems);
    }

    /// Keeps what was given of our sections, and of `more`, to be shown.
    pub(super) fn keep(
        &self,
        ours: &[Section],
        table: &Map<String, Value>,
        origins: &Origins,
        more: Vec<Setting>,
    ) {
        let ours = ours.iter();
        let settings = ours.flat_map(|section| effective::given(section, table, origins));
        self.lock().settings = settings.chain(more).collect();
    }

    /// Keeps that a key of ours was given by a variable that is no key; its value is shown if it is no secret.
    pub(super) fn keep_variable(&self, section: &str, key: &str, name: &str, value: &str) {
        let mut asked = self.lock();
        let mut settings = asked.settings.iter_mut();
        let setting = settings.find(|setting| (setting.section, setting.key) == (section, key));
        if let Some(setting) = setting {
            let shown = if setting.is_secret {
                effective::MASK
            } else {
                value
            };
            setting.value = Some(shown.into());
            setting.origin = Some(Origin::Variable(name.to_owned()));
        }
    }

    /// What was read so far.
    pub(super) fn settings(&self) -> Vec<Setting> {
        self.lock().settings.clone()
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
