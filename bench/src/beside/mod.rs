//! What strangers feel of a flood of one user, and of people who look live at the admin page: the same load alone and beside it,
//! in turns. `bench beside`.

mod viewers;

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use self::viewers::Viewers;
use crate::{
    bot::{Bot, Contender},
    measure::{Spent, answers, until_it_polls, warm_up},
    options::{Beside, BesideOptions, Workload},
    programs,
    quantiles::Quantiles,
    servers::Servers,
    telegram::{Account, Delays, FIRST_USER, Pace, Telegram},
    world::World,
};

/// How many users write; the one who floods comes after them.
const USERS: usize = 3_000;

/// All rounds have the same users in the same order.
const SEED: u64 = 7;

/// Of so many updates, the first are of who floods and the others of strangers.
const OF: usize = 13;
const FLOODING: usize = 10;

/// What strangers send a second beside a flood of 1,000.
const STRANGERS: f64 = 300.0;

/// After so long without a viewer no process tells of its updates any more.
const LOOKS_NO_MORE: Duration = Duration::from_secs(12);

/// More than an answer takes by far.
const LIMIT: Duration = Duration::from_secs(60);

/// A load that was measured.
struct Felt {
    account: Account,
    own_us: f64,
    others_percent: f64,
}

/// Those of one kind, alone and beside.
#[derive(Default)]
struct Rounds(Vec<(Felt, Felt)>);

impl Beside {
    fn name(self) -> &'static str {
        match self {
            Self::Flood => "a flood of 1,000/s",
            Self::Tail => "live viewers",
        }
    }

    fn variables(self, port: u16) -> Vec<(String, String)> {
        let owned = |pairs: &[(&str, String)]| {
            let pairs = pairs.iter();
            pairs
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect()
        };
        match self {
            Self::Flood => owned(&[("OSTANKINO__FLOOD__UPDATES_PER_MIN", "60".into())]),
            Self::Tail => owned(&[
                ("OSTANKINO__WEB__LISTEN", format!("127.0.0.1:{port}")),
                ("OSTANKINO__WEB__ADMIN", "true".into()),
                ("OSTANKINO__ADMIN__URL", format!("http://127.0.0.1:{port}")),
                ("OSTANKINO__ADMIN__OWNERS", FIRST_USER.to_string()),
            ]),
        }
    }
}

/// Measures each, and prints a line for each round.
pub(crate) fn run(options: &BesideOptions) -> Result<(), String> {
    let servers = Servers::from_env()?;
    println!("{}", head());
    let mut missed = Vec::new();
    for what in &options.of {
        let world = World::new(&servers, 0)?;
        let measured = measure(*what, options, &servers, &world);
        let removed = world.remove();
        let times = measured?.times();
        removed?;
        if times >= options.most {
            missed.push(format!("{}: {times:.2}", what.name()));
        }
    }
    let goal = format!(
        "in the middle round the p99 beside is {} times that alone or more",
        options.most
    );
    let is_met = missed.is_empty();
    is_met
        .then_some(())
        .ok_or_else(|| format!("{goal}: {}", missed.join(", ")))
}

fn measure(
    what: Beside,
    options: &BesideOptions,
    servers: &Servers,
    world: &World,
) -> Result<Rounds, String> {
    let mut contender: Contender = programs::own()?;
    let port = viewers::free_port().map_err(|error| error.to_string())?;
    contender.variables.extend(what.variables(port));
    contender.variables.extend(options.env.iter().cloned());
    let telegram = Telegram::start(Delays::default(), 2_048).map_err(|error| error.to_string())?;
    let mut bot = contender.start(1, Workload::Fsm, &telegram, servers, world)?;
    until_it_polls(&mut bot, &telegram)?;
    let mut rng = fastrand::Rng::with_seed(SEED);
    let mut feed = |count: usize, pace| {
        let users = (0..count).map(|_| rng.usize(..USERS));
        telegram.supply.feed(users, pace)
    };
    warm_up(&mut bot, &telegram, &mut feed)?;
    telegram.supply.let_be_told(USERS);
    let mut rounds = Rounds::default();
    for round in 1..=options.rounds {
        let mut load = |bot: &mut Bot, is_flooded| {
            let before = Spent::now(bot, servers)?;
            let range = match what {
                Beside::Flood => flooded(&telegram, &mut rng_of(round), options, is_flooded),
                Beside::Tail => feed(
                    (options.rate * options.seconds) as usize,
                    Pace::Rate(options.rate),
                ),
            };
            felt(bot, &telegram, range, servers, &before)
        };
        let alone = load(&mut bot, false)?;
        let viewers = match what {
            Beside::Flood => None,
            Beside::Tail => Some(Viewers::look(options.viewers, port, world)?),
        };
        let beside = load(&mut bot, true)?;
        let seen = viewers.map(Viewers::leave).transpose()?;
        println!("{}", line(what, &alone, &beside, seen));
        rounds.0.push((alone, beside));
        if what == Beside::Tail && round < options.rounds {
            std::thread::sleep(LOOKS_NO_MORE);
        }
    }
    if what == Beside::Flood {
        println!("who flooded was told {} times", telegram.supply.told());
    }
    bot.stop(Duration::from_secs(20))?;
    Ok(rounds)
}

fn rng_of(round: usize) -> fastrand::Rng {
    fastrand::Rng::with_seed(SEED + round as u64)
}

/// Strangers write, and between them who floods, if somebody does.
fn flooded(
    telegram: &Telegram,
    rng: &mut fastrand::Rng,
    options: &BesideOptions,
    is_flooded: bool,
) -> Range<usize> {
    let strangers = (STRANGERS * options.seconds) as usize;
    if !is_flooded {
        let users = (0..strangers).map(|_| rng.usize(..USERS));
        return telegram.supply.feed(users, Pace::Rate(STRANGERS));
    }
    let rate = STRANGERS * OF as f64 / (OF - FLOODING) as f64;
    let count = strangers * OF / (OF - FLOODING);
    let users = (0..count).map(|at| match at % OF < FLOODING {
        true => USERS,
        false => rng.usize(..USERS),
    });
    telegram.supply.feed(users, Pace::Rate(rate))
}

/// Waits until all strangers have their answers.
fn felt(
    bot: &mut Bot,
    telegram: &Telegram,
    range: Range<usize>,
    servers: &Servers,
    before: &Spent,
) -> Result<Felt, String> {
    let supply = &telegram.supply;
    let strangers = supply.of_others(range, USERS);
    let begun = Instant::now();
    while supply.answered_of(&strangers) < strangers.len() {
        bot.check()?;
        if begun.elapsed() > LIMIT {
            return Err(bot.complain(&supply.progress()));
        }
        // None waits for the others, so it ends early only where everything has its answer.
        answers(bot, telegram, Duration::from_millis(500))?;
    }
    let spent = Spent::now(bot, servers)?;
    let account = supply.account_of(&strangers);
    let faults = supply.faults();
    if faults.repeated + faults.out_of_order + faults.apologised > 0 {
        return Err(format!("not each was answered once, in order: {faults:?}"));
    }
    let own = spent.bot.saturating_sub(before.bot).as_secs_f64() * 1e6;
    Ok(Felt {
        own_us: own / account.answered.max(1) as f64,
        others_percent: spent.others_since(before),
        account,
    })
}

impl Rounds {
    /// How many times as long the p99 is in the middle round.
    fn times(&self) -> f64 {
        let mut times: Vec<_> = self
            .0
            .iter()
            .map(|(alone, beside)| times(alone, beside))
            .collect();
        times.sort_unstable_by(f64::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or(f64::INFINITY)
    }
}

fn times(alone: &Felt, beside: &Felt) -> f64 {
    let p99 = |felt: &Felt| felt.account.from_due.p99.as_secs_f64();
    p99(beside) / p99(alone)
}

fn head() -> String {
    format!(
        "{:<20} {:>34}   {:>34} {:>6} {:>9} {:>9} {:>8}\n{:<20} {}   {}",
        "ms until the answer",
        "alone",
        "beside",
        "p99 x",
        "seen",
        "lost",
        "others %",
        "",
        "   p50    p95    p99    /s  own µs",
        "   p50    p95    p99    /s  own µs",
    )
}

fn line(what: Beside, alone: &Felt, beside: &Felt, seen: Option<(u64, u64)>) -> String {
    let shown = |felt: &Felt| {
        let Quantiles { p50, p95, p99, .. } = felt.account.from_due;
        let [p50, p95, p99] = [p50, p95, p99].map(|time| time.as_secs_f64() * 1e3);
        let rate = felt.account.answered as f64 / felt.account.took.as_secs_f64().max(1e-9);
        format!(
            "{p50:>6.1} {p95:>6.1} {p99:>6.1} {rate:>5.0} {:>7.1}",
            felt.own_us
        )
    };
    let number = |number: Option<u64>| number.map_or("-".into(), |number| number.to_string());
    format!(
        "{:<20} {}   {} {:>6.2} {:>9} {:>9} {:>8.0}",
        what.name(),
        shown(alone),
        shown(beside),
        times(alone, beside),
        number(seen.map(|(seen, _)| seen)),
        number(seen.map(|(_, lost)| lost)),
        alone.others_percent.max(beside.others_percent),
    )
}
