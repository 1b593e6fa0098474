//! Sources put over one another: what is given of each key, where it came from, and whether it fits.

use std::{collections::BTreeMap, path::Path};

use config::{
    ConfigBuilder, ConfigError as Refused, Map, Source, Value, ValueKind, builder::DefaultState,
};

use super::{
    Problems,
    keys::Section,
    origin::{Origin, Origins},
    secrets,
    sources::{keep_known, known_variables},
};

/// What the sources give, the later ones over the earlier.
pub(super) struct Gathered<'a> {
    keys: &'a [Section],
    builder: ConfigBuilder<DefaultState>,
    origins: Origins,
}

impl<'a> Gathered<'a> {
    pub(super) fn new(keys: &'a [Section]) -> Self {
        Self {
            keys,
            builder: config::Config::builder(),
            origins: Origins::default(),
        }
    }

    pub(super) fn file(
        &mut self,
        mut table: Map<String, Value>,
        file: &Path,
        problems: &mut Problems,
    ) {
        keep_known(&mut table, file, self.keys, problems);
        let origin = |_: &str, _: &str| Origin::File(file.to_owned());
        self.put(table, origin, problems);
    }

    pub(super) fn variables(&mut self, all: Vec<(String, String)>, problems: &mut Problems) {
        let mut table: Map<String, Value> = Map::new();
        let mut names = BTreeMap::new();
        for (name, value) in known_variables(all, self.keys, problems) {
            let lower = name.to_lowercase();
            let parts = lower.strip_prefix("ostankino__");
            let (section, key) = parts
                .and_then(|parts| parts.split_once("__"))
                .expect("it is known");
            let members = table.entry(section.to_owned());
            let members = members.or_insert_with(|| Value::from(Map::<String, Value>::new()));
            if let ValueKind::Table(members) = &mut members.kind {
                members.insert(key.to_owned(), Value::from(value));
            }
            names.insert((section.to_owned(), key.to_owned()), name);
        }
        let origin = |section: &str, key: &str| {
            let name = names.get(&(section.to_owned(), key.to_owned()));
            Origin::Variable(name.cloned().unwrap_or_default())
        };
        self.put(table, origin, problems);
    }

    fn put(
        &mut self,
        mut table: Map<String, Value>,
        origin: impl Fn(&str, &str) -> Origin,
        problems: &mut Problems,
    ) {
        for section in self.keys {
            let name = section.name;
            let Some(ValueKind::Table(members)) = table.get_mut(name).map(|value| &mut value.kind)
            else {
                continue;
            };
            let files = secrets::take(section, members, |key| origin(name, key), problems);
            for key in members.keys() {
                self.origins.set(name, key, origin(name, key));
            }
            for (secret, file) in files {
                self.origins.set(name, secret, file);
            }
        }
        self.builder = std::mem::take(&mut self.builder).add_source(Table(table));
    }

    /// All that was given and fits, the secrets out of their files in it.
    pub(super) fn read(
        self,
        fits: impl Fn(Value) -> Result<(), Refused>,
        problems: &mut Problems,
    ) -> Result<(Map<String, Value>, Origins), Refused> {
        let mut table = self.builder.build()?.collect()?;
        for (section, key, origin) in self.origins.iter() {
            let Origin::Secret(file, from) = origin else {
                continue;
            };
            let members = table.entry(section.to_owned());
            let members = members.or_insert_with(|| Value::from(Map::<String, Value>::new()));
            let ValueKind::Table(members) = &mut members.kind else {
                continue;
            };
            match secrets::read(section, key, file, from) {
                Ok(secret) => members.insert(key.to_owned(), Value::from(secret)),
                Err(problem) => {
                    problems.add(problem);
                    members.remove(key)
                }
            };
        }
        keep_fitting(&mut table, &self.origins, problems, fits);
        Ok((table, self.origins))
    }
}

/// A table as a source of its own.
#[derive(Clone, Debug)]
struct Table(Map<String, Value>);

impl Source for Table {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, Refused> {
        Ok(self.0.clone())
    }
}

/// Takes out what is of a wrong type, and says where it came from. A value is not quoted where it
/// is a text: it may be a secret.
fn keep_fitting(
    table: &mut Map<String, Value>,
    origins: &Origins,
    problems: &mut Problems,
    fits: impl Fn(Value) -> Result<(), Refused>,
) {
    for (section, value) in table.iter_mut() {
        let ValueKind::Table(members) = &mut value.kind else {
            continue;
        };
        members.retain(|key, value| {
            let alone = Map::from_iter([(key.clone(), value.clone())]);
            let alone = Map::from_iter([(section.clone(), Value::from(alone))]);
            let Err(error) = fits(Value::from(alone)) else {
                return true;
            };
            let place = origins.of(section, key);
            let place = place.map_or_else(|| "a file".to_owned(), ToString::to_string);
            problems.add(format!(
                "{section}.{key} is wrong in {place}: {}",
                in_words(error, &value.kind)
            ));
            false
        });
    }
}

pub(super) fn in_words(error: Refused, found: &ValueKind) -> String {
    match error {
        Refused::At { error, .. } => in_words(*error, found),
        Refused::Type { expected, .. } => {
            let found = match found {
                ValueKind::String(text) if text.is_empty() => "is empty".to_owned(),
                ValueKind::String(_) => "is a text".to_owned(),
                ValueKind::Table(_) => "is a section".to_owned(),
                ValueKind::Array(_) => "is a list".to_owned(),
                other => format!("is {other}"),
            };
            format!("it must be {expected}, and {found}")
        }
        Refused::Message(text) => text,
        other => other.to_string(),
    }
}
