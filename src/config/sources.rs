//! Where the configuration is read from, and what is said of keys that do not exist: which file or
//! variable they came from, and what was meant.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    path::{Path, PathBuf},
};

use config::{ConfigError as Refused, File, FileFormat, Map, Source, Value, ValueKind};
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    Config, ConfigError, Environment, Problems, bots,
    gathered::Gathered,
    keys::{self, Section},
    origin::Origins,
    own::Found,
};

/// Variables of this project that are no keys.
const NO_KEYS: [&str; 2] = ["OSTANKINO_ENV", "OSTANKINO_CONFIG_DIR"];

/// Reads the files of `folder` and `variables`. What cannot be used is left out and told.
pub(super) fn read(
    environment: Environment,
    folder: &Path,
    variables: Vec<(String, String)>,
    problems: &mut Problems,
) -> Result<Config, ConfigError> {
    let keys = keys::sections();
    let mut own = Found::default();
    let mut gathered = Gathered::new(keys);
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
        own.tables.extend(take_others(&mut table, &path, keys));
        gathered.file(table, &path, problems);
    }
    let (others, variables) = variables
        .into_iter()
        .partition(|(name, _)| is_of_another(name, keys));
    own.variables = others;
    let (bots, shown) = bots::take(&mut own, problems);
    gathered.variables(variables, problems);
    let fits = |value| Config::deserialize(value).map(drop);
    let (table, origins) = gathered.read(fits, problems).map_err(explain)?;
    let mut config = Config::deserialize(Value::from(table.clone())).map_err(explain)?;
    config.own.found = own;
    config.own.keep(keys, &table, &origins, shown);
    config.bots = bots;
    Ok(config)
}

/// Reads a section that is not ours: it, and where each of its keys came from. What cannot be used is
/// left out and told.
pub(super) fn read_section<T: DeserializeOwned + Default>(
    found: &Found,
    section: &Section,
    problems: &mut Problems,
) -> (T, Map<String, Value>, Origins) {
    /// The section alone.
    #[derive(Deserialize)]
    struct Alone<T>(#[serde(bound(deserialize = "T: DeserializeOwned"))] Map<String, T>);
    let name = section.name;
    let mut gathered = Gathered::new(std::slice::from_ref(section));
    for (file, _, members) in found.tables.iter().filter(|(_, of, _)| of == name) {
        let table = Map::from_iter([(name.to_owned(), Value::from(members.clone()))]);
        gathered.file(table, file, problems);
    }
    let variables = found.variables.iter();
    let variables = variables.filter(|(of, _)| section_named(of).as_deref() == Some(name));
    gathered.variables(variables.cloned().collect(), problems);
    let fits = |value| Alone::<T>::deserialize(value).map(drop);
    let read = gathered.read(fits, problems).and_then(|(table, origins)| {
        let Alone(mut read) = Alone::<T>::deserialize(Value::from(table.clone()))?;
        Ok((read.remove(name).unwrap_or_default(), table, origins))
    });
    read.unwrap_or_else(|error| {
        problems.add(explain(error).0);
        (T::default(), Map::new(), Origins::default())
    })
}

/// Tells of sections and variables that belong to none of these.
pub(super) fn unknown(found: &Found, own: &BTreeSet<&'static str>, problems: &mut Problems) {
    let ours = keys::sections();
    let known: Vec<_> = ours
        .iter()
        .map(|section| section.name)
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

/// The tables of a file that are not ours, taken out of it.
fn take_others(
    table: &mut Map<String, Value>,
    file: &Path,
    keys: &[Section],
) -> Vec<(PathBuf, String, Map<String, Value>)> {
    let is_other = |name: &String, value: &Value| {
        matches!(value.kind, ValueKind::Table(_)) && keys.iter().all(|known| known.name != name)
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
fn is_of_another(name: &str, keys: &[Section]) -> bool {
    section_named(name).is_some_and(|section| keys.iter().all(|known| known.name != section))
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

/// Takes out of a file's table what no section has.
pub(super) fn keep_known(
    table: &mut Map<String, Value>,
    file: &Path,
    keys: &[Section],
    problems: &mut Problems,
) {
    let file = file.display();
    table.retain(|name, value| {
        let Some(section) = keys.iter().find(|section| section.name == name) else {
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
        let known = section.names();
        members.retain(|key, _| {
            let is_known = known.contains(key);
            problems.must(is_known, || {
                let hint = members_of(section);
                format!("{name}.{key} in {file} is unknown: {hint}")
            });
            is_known
        });
        true
    });
}

/// The variables that name a key; what else looks like one of ours is told. What does not is passed
/// over: an orchestrator may set variables that begin with the name of a service.
pub(super) fn known_variables(
    all: Vec<(String, String)>,
    keys: &[Section],
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

fn every_variable(keys: &[Section]) -> impl Iterator<Item = String> {
    keys.iter().flat_map(|section| {
        let names = section.names().into_iter();
        names.map(|key| format!("OSTANKINO__{}__{key}", section.name).to_uppercase())
    })
}

/// However somebody joined the words.
fn squeezed(name: &str) -> String {
    name.replace(['_', '.', '-'], "")
}

fn variable_hint(name: &str, keys: &[Section]) -> String {
    let mut parts = name.split("__").skip(1);
    let section = parts.next().unwrap_or_default().to_lowercase();
    keys.iter().find(|known| known.name == section).map_or_else(
        || format!("{}; a variable is OSTANKINO__SECTION__KEY, with two underscores before and after the section", sections(keys)),
        members_of,
    )
}

fn sections(keys: &[Section]) -> String {
    let names: Vec<_> = keys.iter().map(|section| section.name).collect();
    format!("the sections are {}", names.join(", "))
}

fn members_of(section: &Section) -> String {
    format!("[{}] has {}", section.name, section.names().join(", "))
}

/// The section that has a key of this name, if there is one.
fn section_of(key: &str, keys: &[Section]) -> Option<&'static str> {
    let mut sections = keys.iter();
    let section = sections.find(|section| section.names().iter().any(|name| name == key))?;
    Some(section.name)
}

/// The variables as text. What is none is passed over, unless it is meant for us.
pub(super) fn in_unicode(
    all: impl Iterator<Item = (OsString, OsString)>,
) -> Result<Vec<(String, String)>, ConfigError> {
    let mut texts = Vec::new();
    for (name, value) in all {
        match (name.into_string(), value.into_string()) {
            (Ok(name), Ok(value)) => texts.push((name, value)),
            (Ok(name), Err(_)) if name.starts_with("OSTANKINO") => {
                return Err(ConfigError(format!("the variable {name} is not UTF-8")));
            }
            _ => {}
        }
    }
    Ok(texts)
}
