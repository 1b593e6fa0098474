//! Where the configuration is read from, and what is said of keys that do not exist and of values
//! of a wrong type: which file or variable they came from, and what was meant.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use config::{ConfigError as Refused, File, FileFormat, Map, Source, Value, ValueKind};
use serde::{Deserialize, de::DeserializeOwned};

use super::{Config, ConfigError, Environment, Problems, keys, own::Found};

/// Variables of this project that are no keys.
const NO_KEYS: [&str; 2] = ["OSTANKINO_ENV", "OSTANKINO_CONFIG_DIR"];

type Keys = Vec<(&'static str, &'static [&'static str])>;

/// Reads the files of `folder` and `variables`. What cannot be used is left out and told.
pub(super) fn read(
    environment: Environment,
    folder: &Path,
    variables: Vec<(String, String)>,
    problems: &mut Problems,
) -> Result<Config, ConfigError> {
    let keys = keys::sections();
    let mut own = Found::default();
    let mut builder = config::Config::builder();
    for name in [
        "default.toml",
        &format!("{}.toml", environment.as_str()),
        ".secrets.toml",
    ] {
        let path = folder.join(name);
        readable_or_absent(&path)?;
        let file = File::from(path.clone())
            .format(FileFormat::Toml)
            .required(false);
        let mut table = file.collect().map_err(explain)?;
        own.tables.extend(take_others(&mut table, &path, &keys));
        keep_known(&mut table, &path, &keys, problems);
        builder = builder.add_source(Table(table));
    }
    let (others, variables) = variables
        .into_iter()
        .partition(|(name, _)| is_of_another(name, &keys));
    own.variables = others;
    let known = known_variables(variables, &keys, problems);
    let read = builder.add_source(environment_of(&known)).build();
    let mut table = read.and_then(|read| read.collect()).map_err(explain)?;
    keep_fitting(&mut table, &known, problems, |value| {
        Config::deserialize(value).map(drop)
    });
    let mut config = Config::deserialize(Value::from(table)).map_err(explain)?;
    config.own.found = own;
    Ok(config)
}

/// Reads a section that is not ours. What cannot be used is left out and told.
pub(super) fn read_section<T: DeserializeOwned + Default>(
    found: &Found,
    name: &'static str,
    keys: &'static [&'static str],
    problems: &mut Problems,
) -> T {
    /// The section alone.
    #[derive(Deserialize)]
    struct Alone<T>(#[serde(bound(deserialize = "T: DeserializeOwned"))] Map<String, T>);
    let keys = vec![(name, keys)];
    let mut builder = config::Config::builder();
    for (file, _, members) in found.tables.iter().filter(|(_, of, _)| of == name) {
        let mut table = Map::from_iter([(name.to_owned(), Value::from(members.clone()))]);
        keep_known(&mut table, file, &keys, problems);
        builder = builder.add_source(Table(table));
    }
    let variables = found.variables.iter();
    let variables = variables.filter(|(of, _)| section_named(of).as_deref() == Some(name));
    let known = known_variables(variables.cloned().collect(), &keys, problems);
    let read = builder.add_source(environment_of(&known)).build();
    let deserialized = read.and_then(|read| read.collect()).and_then(|mut table| {
        keep_fitting(&mut table, &known, problems, |value| {
            Alone::<T>::deserialize(value).map(drop)
        });
        Alone::<T>::deserialize(Value::from(table))
    });
    match deserialized {
        Ok(Alone(mut sections)) => sections.remove(name).unwrap_or_default(),
        Err(error) => {
            problems.add(explain(error).0);
            T::default()
        }
    }
}

/// Tells of sections and variables that belong to none of these.
pub(super) fn unknown(found: &Found, own: &BTreeSet<&'static str>, problems: &mut Problems) {
    let ours = keys::sections();
    let known: Vec<_> = ours
        .iter()
        .map(|(name, _)| *name)
        .chain(own.iter().copied())
        .collect();
    let known = format!("the sections are {}", known.join(", "));
    for (file, name, _) in found
        .tables
        .iter()
        .filter(|(_, name, _)| !own.contains(name.as_str()))
    {
        problems.add(format!(
            "`{name}` in {} is unknown: {known}",
            file.display()
        ));
    }
    for (name, _) in &found.variables {
        if !section_named(name).is_some_and(|section| own.contains(section.as_str())) {
            problems.add(format!("the variable {name} is unknown: {known}"));
        }
    }
}

fn environment_of(variables: &[(String, String)]) -> config::Environment {
    config::Environment::with_prefix("OSTANKINO")
        .prefix_separator("__")
        .separator("__")
        .source(Some(variables.iter().cloned().collect()))
}

/// The tables of a file that are not ours, taken out of it.
fn take_others(
    table: &mut Map<String, Value>,
    file: &Path,
    keys: &Keys,
) -> Vec<(PathBuf, String, Map<String, Value>)> {
    let is_other = |name: &String, value: &Value| {
        matches!(value.kind, ValueKind::Table(_)) && keys.iter().all(|(known, _)| known != name)
    };
    let names: Vec<_> = table
        .iter()
        .filter(|(name, value)| is_other(name, value))
        .map(|(name, _)| name.clone())
        .collect();
    let taken = names
        .into_iter()
        .filter_map(|name| match table.remove(&name)?.kind {
            ValueKind::Table(members) => Some((file.to_owned(), name, members)),
            _ => None,
        });
    taken.collect()
}

/// Whether a variable is of a section that is not ours.
fn is_of_another(name: &str, keys: &Keys) -> bool {
    section_named(name).is_some_and(|section| keys.iter().all(|(known, _)| *known != section))
}

/// The section in the name of a variable, `OSTANKINO__SECTION__KEY`.
fn section_named(name: &str) -> Option<String> {
    let name = name.to_lowercase();
    let (section, key) = name.strip_prefix("ostankino__")?.split_once("__")?;
    (!section.is_empty() && !key.is_empty()).then(|| section.to_owned())
}

/// What is wrong with a file. It is not quoted: the line may hold a secret.
fn explain(error: Refused) -> ConfigError {
    ConfigError(match error {
        Refused::FileParse { uri, cause } => {
            let cause = cause.to_string();
            let place = cause.lines().next().unwrap_or_default();
            let file = uri.as_deref().unwrap_or("a file");
            format!("{file} cannot be read: {place}")
        }
        other => format!("the configuration is wrong: {other}"),
    })
}

/// `config` passes over a file that is there but cannot be read; we must not.
fn readable_or_absent(path: &Path) -> Result<(), ConfigError> {
    match std::fs::read_to_string(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(ConfigError(format!(
            "{} cannot be read: {error}",
            path.display()
        ))),
        _ => Ok(()),
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

/// Takes out of a file's table what no section has.
fn keep_known(table: &mut Map<String, Value>, file: &Path, keys: &Keys, problems: &mut Problems) {
    let file = file.display();
    table.retain(|name, value| {
        let Some((section, known)) = keys.iter().find(|(section, _)| section == name) else {
            let hint = section_of(name, keys).map_or_else(
                || sections(keys),
                |section| format!("it belongs under [{section}]"),
            );
            problems.add(format!("`{name}` in {file} is unknown: {hint}"));
            return false;
        };
        let ValueKind::Table(members) = &mut value.kind else {
            problems.add(format!(
                "`{name}` in {file} is no key: write a section [{name}]"
            ));
            return false;
        };
        members.retain(|key, _| {
            let is_known = known.contains(&key.as_str());
            problems.must(is_known, || {
                let hint = members_of(section, known);
                format!("{section}.{key} in {file} is unknown: {hint}")
            });
            is_known
        });
        true
    });
}

/// The variables that name a key; what else looks like one of ours is told. What does not is passed
/// over: an orchestrator may set variables that begin with the name of a service.
fn known_variables(
    all: Vec<(String, String)>,
    keys: &Keys,
    problems: &mut Problems,
) -> Vec<(String, String)> {
    let mut all: Vec<_> = all
        .into_iter()
        .filter(|(name, _)| !NO_KEYS.contains(&name.as_str()))
        .collect();
    all.sort();
    all.retain(|(name, _)| {
        let upper = name.to_uppercase();
        let names: Vec<_> = every_variable(keys).collect();
        if names.contains(&upper) {
            return true;
        }
        let meant = names.iter().find(|meant| squeezed(meant) == squeezed(&upper));
        let problem = match meant {
            Some(meant) => format!(
                "the variable {name} is unknown: write {meant}, with two underscores before and after the section"
            ),
            None if upper.starts_with("OSTANKINO__") => {
                format!("the variable {name} is unknown: {}", variable_hint(&upper, keys))
            }
            None => return false,
        };
        problems.add(problem);
        false
    });
    all
}

fn every_variable(keys: &Keys) -> impl Iterator<Item = String> {
    keys.iter().flat_map(|(section, keys)| {
        keys.iter()
            .map(move |key| format!("OSTANKINO__{section}__{key}").to_uppercase())
    })
}

/// However somebody joined the words.
fn squeezed(name: &str) -> String {
    name.replace(['_', '.', '-'], "")
}

fn variable_hint(name: &str, keys: &Keys) -> String {
    let mut parts = name.split("__").skip(1);
    let section = parts.next().unwrap_or_default().to_lowercase();
    keys.iter().find(|(known, _)| *known == section).map_or_else(
        || format!("{}; a variable is OSTANKINO__SECTION__KEY, with two underscores before and after the section", sections(keys)),
        |(section, keys)| members_of(section, keys),
    )
}

fn sections(keys: &Keys) -> String {
    let names: Vec<_> = keys.iter().map(|(section, _)| *section).collect();
    format!("the sections are {}", names.join(", "))
}

fn members_of(section: &str, keys: &[&str]) -> String {
    format!("[{section}] has {}", keys.join(", "))
}

/// The section that has a key of this name, if there is one.
fn section_of(key: &str, keys: &Keys) -> Option<&'static str> {
    let (section, _) = keys.iter().find(|(_, known)| known.contains(&key))?;
    Some(section)
}

/// Takes out what is of a wrong type, and says where it came from. A value is not quoted where it
/// is a text: it may be a secret.
fn keep_fitting(
    table: &mut Map<String, Value>,
    variables: &[(String, String)],
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
            let variable = format!("OSTANKINO__{section}__{key}").to_uppercase();
            let variable = variables
                .iter()
                .find(|(name, _)| name.to_uppercase() == variable);
            let place = match (variable, value.origin()) {
                (Some((name, _)), _) => format!("the variable {name}"),
                (None, Some(file)) => file.to_owned(),
                (None, None) => "a file".to_owned(),
            };
            problems.add(format!(
                "{section}.{key} is wrong in {place}: {}",
                in_words(error, &value.kind)
            ));
            false
        });
    }
}

fn in_words(error: Refused, found: &ValueKind) -> String {
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
