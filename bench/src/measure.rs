//! One measurement: a bot is started, warmed up, given its updates, and stopped.

mod figures;
mod spent;
mod wait;

use std::time::{Duration, Instant};

pub(crate) use self::{
    figures::Figures,
    spent::Spent,
    wait::{answers, until_it_polls, warm_up},
};
use crate::{
    bot::{Bot, Contender},
    options::Workload,
    plan::{self, Case},
    servers::Servers,
    telegram::{Pace, Telegram},
    world::World,
};

/// How long a bot may take to stop.
const STOP: Duration = Duration::from_secs(20);
/// How long processes take at the most to share the partitions.
const SHARING: Duration = Duration::from_secs(4);
/// All bots get the same users in the same order.
const SEED: u64 = 7;

/// How each measurement is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms<'a> {
    pub(crate) servers: &'a Servers,
    pub(crate) users: usize,
    /// How many users the base has before the first one writes.
    pub(crate) rows: usize,
    /// How many updates may be unanswered at saturation.
    pub(crate) in_flight: usize,
    /// How many updates there are; else what fits into the time.
    pub(crate) count: Option<usize>,
    /// How many of the bot's processes share the work.
    pub(crate) processes: usize,
    pub(crate) seconds: f64,
}

/// How long it may take until everybody has a dialog open.
const OPENING: Duration = Duration::from_secs(60);

/// Measures a bot.
pub(crate) fn measure(
    contender: &Contender,
    case: &Case,
    terms: &Terms<'_>,
) -> Result<Figures, String> {
    let counters = match case.workload {
        Workload::Write => terms.users,
        _ => 0,
    };
    let world = World::new(terms.servers, counters)?;
    let told = measure_in(&world, contender, case, terms);
    let removed = world.remove();
    let figures = told?;
    removed?;
    Ok(figures)
}

fn measure_in(
    world: &World,
    contender: &Contender,
    case: &Case,
    terms: &Terms<'_>,
) -> Result<Figures, String> {
    let telegram =
        Telegram::start(case.delays, terms.in_flight).map_err(|error| error.to_string())?;
    let processes = terms.processes;
    let mut bot = contender.start(processes, case.workload, &telegram, terms.servers, world)?;
    until_it_polls(&mut bot, &telegram)?;
    world.fill(terms.rows)?;
    if processes > 1 {
        std::thread::sleep(SHARING);
    }
    let mut rng = fastrand::Rng::with_seed(SEED);
    let mut feed = |count: usize, pace| {
        let users = (0..count).map(|_| rng.usize(..terms.users));
        telegram.supply.feed(users, pace)
    };
    if case.workload == Workload::Dialog {
        // Each of them has a dialog open, and presses its button from then on.
        telegram.supply.let_users_press();
        telegram.supply.feed(0..terms.users, Pace::Saturation);
        if !wait::answers(&mut bot, &telegram, OPENING)? {
            return Err(telegram.supply.progress());
        }
    }
    let rate = wait::warm_up(&mut bot, &telegram, &mut feed)?;
    let count = match case.pace {
        Pace::Saturation => rate * terms.seconds,
        Pace::Rate(rate) => rate * terms.seconds,
    };
    let before = Spent::now(&bot, terms.servers)?;
    let count = terms.count.unwrap_or(count as usize).max(1);
    let range = feed(count, case.pace);
    let seconds = terms.seconds.max(count as f64 / rate);
    let limit = Duration::from_secs_f64(seconds * 3.0 + 20.0);
    let all_came = wait::answers(&mut bot, &telegram, limit)?;
    let after = Spent::now(&bot, terms.servers)?;
    let mut problem = (!all_came).then(|| telegram.supply.progress());
    let peak_memory = bot.peak_memory()?;
    let idle = case.then_idle.then(|| idle(&bot)).transpose()?;
    if let Err(unstopped) = bot.stop(STOP) {
        problem.get_or_insert(unstopped);
    }
    let mut figures = figures::figures(contender, case, &telegram, range, (before, after));
    if case.workload == Workload::Write {
        // Of an update that was apologised for, nothing may be stored; of one that came to nothing
        // so far, nobody knows.
        let answered = telegram.supply.answered_count() as i64;
        let open = figures.faults.unanswered as i64;
        let beyond = world.counted()? - answered;
        figures.miscounted = beyond - beyond.clamp(0, open);
    }
    Ok(Figures {
        peak_memory_mb: peak_memory as f64 / 1e6,
        idle_cpu_percent: idle,
        problem,
        ..figures
    })
}

/// Per cent of a core that a bot uses when nothing comes.
fn idle(bot: &Bot) -> Result<f64, String> {
    // What follows the last answer, such as acknowledgements, is no idling.
    std::thread::sleep(Duration::from_secs(1));
    let (before, begun) = (bot.cpu()?, Instant::now());
    std::thread::sleep(Duration::from_secs_f64(plan::IDLE));
    let spent = bot.cpu()? - before;
    Ok(spent.as_secs_f64() / begun.elapsed().as_secs_f64() * 100.0)
}
