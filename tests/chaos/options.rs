//! What the command line asks for. What `cargo test` passes on to every target is tolerated.

use std::str::FromStr;

use crate::switch::Switch;

pub(crate) const USAGE: &str = "usage: chaos [--updates N] [--users N] [--seed S] [--processes P] [--kills K] \
     [--switch NAME] [--prove] [--only FAULT] [--long] [--keep] [--takeover RUNS]";

/// That of a run that was not asked for in particular: always the same.
const SEED: u64 = 1;

/// How a run is to be.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// Updates that people send while things break.
    pub(crate) updates: usize,
    /// People who send them.
    pub(crate) users: usize,
    /// Decides what people send and what breaks; printed, so that a run can be repeated.
    pub(crate) seed: u64,
    /// Processes of the bot.
    pub(crate) processes: usize,
    /// Processes killed at a point of the protocol; as many other faults happen besides.
    pub(crate) kills: usize,
    /// What is broken on purpose, to see that the checks see it.
    pub(crate) switch: Option<Switch>,
    /// Only faults with this in their name.
    pub(crate) only: String,
    /// Whether faults may happen that take long: minutes of silence, floods.
    pub(crate) is_long: bool,
    /// Whether logs are kept even if all went well.
    pub(crate) keep: bool,
}

/// What is to be done.
#[derive(Debug)]
pub(crate) enum Ask {
    Run(Options),
    /// How long take-overs take, so many of each kind.
    TakeOver(usize),
    /// A run with each switch.
    Prove(Options),
    /// The names of the tests, as the test harness prints them.
    List,
    /// The filter names other tests.
    Nothing,
}

impl Options {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Ask, String> {
        let mut options = Self {
            updates: 400,
            users: 24,
            seed: SEED,
            processes: 3,
            kills: 6,
            switch: None,
            only: String::new(),
            is_long: false,
            keep: false,
        };
        let (mut prove, mut filtered) = (false, false);
        let (mut seed, mut take_over) = (None, None);
        while let Some(argument) = arguments.next() {
            let (name, given) = match argument.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (argument, None),
            };
            let mut value = || given.clone().or_else(|| arguments.next());
            match name.as_str() {
                "--updates" => {
                    options.updates = parse(&name, value())?;
                    seed = seed.or(Some(fastrand::u64(..1_000_000)));
                }
                "--users" => options.users = parse(&name, value())?,
                "--seed" => seed = Some(parse(&name, value())?),
                "--processes" => options.processes = parse(&name, value())?,
                "--kills" => options.kills = parse(&name, value())?,
                "--switch" => options.switch = Some(parse(&name, value())?),
                "--only" => options.only = parse(&name, value())?,
                "--long" => options.is_long = true,
                "--takeover" => take_over = Some(parse(&name, value())?),
                "--prove" => prove = true,
                "--keep" => options.keep = true,
                "--list" => return Ok(Ask::List),
                // Of the test harness, with a value.
                "--test-threads" | "--format" | "--color" | "--skip" | "-Z" => drop(value()),
                other if other.starts_with('-') => {}
                filter => filtered |= !"chaos".contains(filter),
            }
        }
        if options.users < 6 || options.processes == 0 {
            return Err("at least 6 users and 1 process are needed".into());
        }
        options.seed = seed.unwrap_or(options.seed);
        Ok(match (filtered, prove, take_over) {
            (true, ..) => Ask::Nothing,
            (false, _, Some(runs)) => Ask::TakeOver(runs),
            (false, true, None) => Ask::Prove(options),
            (false, false, None) => Ask::Run(options),
        })
    }
}

fn parse<T: FromStr>(name: &str, value: Option<String>) -> Result<T, String> {
    let value = value.ok_or_else(|| format!("{name} needs a value"))?;
    let parsed = value.parse();
    parsed.map_err(|_| format!("{name} does not take {value:?}"))
}
