//! `[bots.NAME]`: several bots in one process, each with a token and tables of its own. All else they have in common.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use config::{Map, Value, ValueKind};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{
    Config, Intake, Problems,
    effective::{self, Setting},
    gathered::in_words,
    keys::{self, Section},
    named::{SCHEMA, check_token, is_schema},
    origin::{Origin, Origins},
    own::Found,
    secrets,
};
use crate::program;

/// The section that holds them.
const BOTS: &str = "bots";

/// The longest name: it stands in records, metrics and names of schemas.
pub(super) const LONGEST: usize = 32;

/// `[bots.NAME]`: one of several bots of a process.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BotConfig {
    /// The bot's token from @BotFather, `<bot id>:<secret>`.
    pub token: SecretString,
    /// The schema of PostgreSQL that holds its tables, created if it is not there; empty: that of the bot's name.
    pub schema: String,
    /// Into how many parts its queue is split, as by `delivery.partitions`: one process at a time handles a part.
    pub partitions: u16,
    /// How its updates come, if not by `telegram.intake`.
    pub intake: Option<Intake>,
}

impl Default for BotConfig {
    fn default() -> Self {
        Self {
            token: SecretString::from(""),
            schema: String::new(),
            partitions: 1,
            intake: None,
        }
    }
}

impl Config {
    /// The configuration of one of the bots, as if it were alone: its token is `telegram.token`, its schema
    /// `database.schema`, its partitions `delivery.partitions`. `None` if there is no `[bots.NAME]`.
    #[must_use]
    pub fn of_bot(&self, name: &str) -> Option<Self> {
        let (name, bot) = self.bots.get_key_value(name)?;
        Some(self.alone(name, bot))
    }

    /// As if the bot were alone.
    pub(super) fn alone(&self, name: &str, bot: &BotConfig) -> Self {
        let mut alone = self.clone();
        alone.bot = Some(name.into());
        alone.telegram.token = bot.token.clone();
        alone.telegram.intake = bot.intake.unwrap_or(self.telegram.intake);
        alone.database.schema = schema_of(name, bot).to_owned();
        alone.delivery.partitions = bot.partitions;
        alone
    }

    /// The name under which the bot is one of several.
    #[must_use]
    pub fn bot_name(&self) -> Option<&str> {
        self.bot.as_deref()
    }

    /// Where the bot's token is set: its key and the variable, or the command.
    pub(crate) fn token_place(&self) -> (String, String) {
        if let Some(name) = self.bot_name().filter(|_| self.is_added()) {
            let command = format!("{} bot token {name}", program::name());
            return ("its token".into(), command);
        }
        let key = match self.bot_name() {
            Some(name) => format!("bots.{name}.token"),
            None => "telegram.token".into(),
        };
        let variable = format!("OSTANKINO__{}", key.to_uppercase().replace('.', "__"));
        (key, variable)
    }

    /// The key that says into how many parts the queue is split.
    pub(crate) fn partitions_key(&self) -> String {
        match self.bot_name() {
            Some(name) if self.is_added() => format!("--partitions of {name}"),
            Some(name) => format!("bots.{name}.partitions"),
            None => "delivery.partitions".into(),
        }
    }
}

/// Where its tables are.
pub(super) fn schema_of<'a>(name: &'a str, bot: &'a BotConfig) -> &'a str {
    if bot.schema.is_empty() {
        name
    } else {
        &bot.schema
    }
}

/// Whether a bot may be called so.
pub(super) fn is_name(name: &str) -> bool {
    is_schema(name) && name.len() <= LONGEST && !name.contains("__")
}

/// Takes the bots out of what is no section of ours. What cannot be used is left out and told.
pub(super) fn take(
    found: &mut Found,
    problems: &mut Problems,
) -> (BTreeMap<String, BotConfig>, Vec<Setting>) {
    let mut given = BTreeMap::<String, Given>::new();
    let is_of_bots = |(_, name, _): &mut (_, String, _)| name == BOTS;
    for (file, _, bots) in found.tables.extract_if(.., is_of_bots) {
        for (name, value) in bots {
            match value.kind {
                ValueKind::Table(members) => {
                    let of = given
                        .entry(name.clone())
                        .or_insert_with(|| Given::new(&name));
                    of.add(members, |_| Origin::File(file.clone()), problems);
                }
                _ => problems.add(format!(
                    "bots.{name} in {} is no key: write a section [bots.NAME] for each bot",
                    Path::display(&file)
                )),
            }
        }
    }
    let mut variables = std::mem::take(&mut found.variables);
    variables.sort();
    for (variable, value) in variables {
        let lower = variable.to_lowercase();
        let Some(rest) = lower.strip_prefix("ostankino__bots__") else {
            found.variables.push((variable, value));
            continue;
        };
        let Some((name, key)) = rest.split_once("__") else {
            problems.add(format!(
                "the variable {variable} is unknown: write OSTANKINO__BOTS__NAME__KEY, with two underscores before and after the name"
            ));
            continue;
        };
        let members = Map::from_iter([(key.to_owned(), Value::from(value))]);
        let of = given
            .entry(name.to_owned())
            .or_insert_with(|| Given::new(name));
        of.add(members, |_| Origin::Variable(variable.clone()), problems);
    }
    let (mut bots, mut settings) = (BTreeMap::new(), Vec::new());
    for (name, of) in given {
        let (bot, shown) = of.read(&name, problems);
        settings.extend(shown);
        bots.insert(name, bot);
    }
    (bots, settings)
}

/// What was given of a bot so far.
struct Given {
    section: Section,
    members: Map<String, Value>,
    origins: Origins,
}

impl Given {
    fn new(name: &str) -> Self {
        // Made once a process for each bot, and used until its end.
        let name: &'static str = format!("{BOTS}.{name}").leak();
        Self {
            section: keys::of::<BotConfig>(name).expect("it is a struct"),
            members: Map::new(),
            origins: Origins::default(),
        }
    }

    /// Adds what another source gives.
    fn add(
        &mut self,
        mut members: Map<String, Value>,
        origin: impl Fn(&str) -> Origin,
        problems: &mut Problems,
    ) {
        let name = self.section.name;
        let known = self.section.names();
        members.retain(|key, _| {
            let is_known = known.contains(key);
            problems.must(is_known, || {
                let (place, known) = (origin(key), known.join(", "));
                format!("{name}.{key} in {place} is unknown: [bots.NAME] has {known}")
            });
            is_known
        });
        let files = secrets::take(&self.section, &mut members, &origin, problems);
        for (key, value) in members {
            self.origins.set(name, &key, origin(&key));
            self.members.insert(key, value);
        }
        for (secret, file) in files {
            self.origins.set(name, secret, file);
        }
    }

    fn read(mut self, name: &str, problems: &mut Problems) -> (BotConfig, Vec<Setting>) {
        let section = self.section.name;
        for (_, key, origin) in self.origins.iter() {
            if let Origin::Secret(file, from) = origin {
                match secrets::read(section, key, file, from) {
                    Ok(secret) => drop(self.members.insert(key.to_owned(), secret.into())),
                    Err(problem) => problems.add(problem),
                }
            }
        }
        let origins = &self.origins;
        self.members.retain(|key, value| {
            let alone = Map::from_iter([(key.clone(), value.clone())]);
            let Err(error) = BotConfig::deserialize(Value::from(alone)) else {
                return true;
            };
            let place = origins
                .of(section, key)
                .map_or_else(String::new, ToString::to_string);
            let problem = in_words(error, &value.kind);
            problems.add(format!("{section}.{key} is wrong in {place}: {problem}"));
            false
        });
        let bot = BotConfig::deserialize(Value::from(self.members.clone()));
        let bot = bot.unwrap_or_default();
        let table = Map::from_iter([(section.to_owned(), Value::from(self.members))]);
        let mut settings = effective::given(&self.section, &table, &self.origins);
        for setting in settings
            .iter_mut()
            .filter(|setting| setting.value.is_none())
        {
            setting.value = match setting.key {
                "schema" => Some(name.into()),
                "partitions" => Some(bot.partitions.into()),
                _ => None,
            };
        }
        (bot, settings)
    }
}

/// Checks that each can be told from all others.
pub(super) fn check(config: &Config, problems: &mut Problems) {
    let token = config.telegram.token.expose_secret();
    problems.must(token.trim().is_empty(), || match config.bots.is_empty() {
        true => "telegram.token is set, and so is fleet.key: write the bot as [bots.NAME], or add it by `bot add`".into(),
        false => "telegram.token is set, and there are [bots.NAME]: keep the one or the others".into(),
    });
    let (mut ids, mut schemas) = (BTreeMap::new(), BTreeSet::new());
    for (name, bot) in &config.bots {
        let key = |key: &str| format!("{BOTS}.{name}.{key}");
        problems.must(is_name(name), || {
            format!(
                "bots.{name} is no name of a bot: write lower-case letters, digits and single `_`, {LONGEST} at the most, a letter first"
            )
        });
        check_token(&bot.token, &key("token"), problems);
        let schema = schema_of(name, bot);
        problems.must(is_schema(schema), || format!("{} {SCHEMA}", key("schema")));
        problems.must(
            !config.fleet.is_on() || schema != config.fleet.schema,
            || {
                format!(
                    "{} is that of fleet.schema: choose another one",
                    key("schema")
                )
            },
        );
        problems.must(schemas.insert(schema), || {
            format!(
                "{} is that of another bot, too: give each its own",
                key("schema")
            )
        });
        problems.must((1..=1024).contains(&bot.partitions), || {
            format!(
                "{} is {}: it must be 1 to 1024",
                key("partitions"),
                bot.partitions
            )
        });
        let id = config
            .of_bot(name)
            .map_or(0, |alone| alone.telegram.bot_id());
        if let Some(other) = ids.insert(id, name).filter(|_| id > 0) {
            problems.add(format!(
                "{} is of the same bot as that of bots.{other}",
                key("token")
            ));
        }
    }
}
