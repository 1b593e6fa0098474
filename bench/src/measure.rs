//! One measurement: a bot is started, warmed up, given its updates, and stopped.

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use serde::Serialize;

use crate::{
    bot::{Bot, Contender},
    options::Workload,
    plan::{self, Case},
    process,
    servers::{ServerCpu, Servers},
    telegram::{Faults, Pace, Telegram},
    world::World,
};

/// How long a bot may take to begin to poll, and to stop.
const START: Duration = Duration::from_secs(60);
const STOP: Duration = Duration::from_secs(30);
const WARM_UP: Duration = Duration::from_millis(1500);
/// All bots get the same users in the same order.
const SEED: u64 = 7;

/// What was found. Times of the CPU are microseconds an update.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figures {
    pub(crate) bot: String,
    pub(crate) workload: &'static str,
    /// Updates a second that were asked for; none at saturation.
    pub(crate) rate: Option<f64>,
    pub(crate) call_ms: u128,
    pub(crate) poll_ms: u128,
    pub(crate) updates: usize,
    pub(crate) updates_per_s: f64,
    /// From the delivery of an update to the arrival of its answer.
    pub(crate) p50_ms: f64,
    pub(crate) p95_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) max_ms: f64,
    /// The same from when the update was due: with the wait for the next poll.
    pub(crate) p99_from_due_ms: f64,
    pub(crate) own_cpu_us: f64,
    pub(crate) nats_cpu_us: Option<f64>,
    pub(crate) postgres_cpu_us: Option<f64>,
    pub(crate) generator_cpu_us: f64,
    pub(crate) peak_memory_mb: f64,
    /// Per cent of a core with nothing to do; where that was watched.
    pub(crate) idle_cpu_percent: Option<f64>,
    pub(crate) faults: Faults,
    /// What the counters of `write` have counted beyond one an update.
    pub(crate) miscounted: i64,
}

impl Figures {
    /// Whether each update was answered once, in order, and counted once.
    pub(crate) fn is_right(&self) -> bool {
        let none = Faults {
            unanswered: 0,
            repeated: 0,
            out_of_order: 0,
            strange: 0,
        };
        self.faults == none && self.miscounted == 0
    }
}

/// CPU times so far.
#[derive(Clone, Copy)]
struct Spent {
    bot: Duration,
    servers: ServerCpu,
    generator: Duration,
}

impl Spent {
    fn now(bot: &Bot, servers: &Servers) -> Result<Self, String> {
        Ok(Self {
            bot: bot.cpu()?,
            servers: servers.cpu(),
            generator: process::own_cpu().map_err(|error| error.to_string())?,
        })
    }
}

/// Measures a bot.
pub(crate) fn measure(
    contender: &Contender,
    case: &Case,
    servers: &Servers,
    users: usize,
    seconds: f64,
) -> Result<Figures, String> {
    let world = World::new(servers, users)?;
    let told = measure_in(&world, contender, case, servers, users, seconds);
    let removed = world.remove();
    let figures = told?;
    removed?;
    Ok(figures)
}

fn measure_in(
    world: &World,
    contender: &Contender,
    case: &Case,
    servers: &Servers,
    users: usize,
    seconds: f64,
) -> Result<Figures, String> {
    let telegram = Telegram::start(case.delays).map_err(|error| error.to_string())?;
    let bot = contender.start(case.workload, &telegram, servers, world)?;
    if !telegram.supply.wait_for_poll(START) {
        return Err(bot.complain("the bot does not poll"));
    }
    let mut rng = fastrand::Rng::with_seed(SEED);
    let mut feed = |count: usize, pace| {
        telegram
            .supply
            .feed((0..count).map(|_| rng.usize(..users)), pace)
    };
    let rate =
        warm_up(&telegram, &mut feed).ok_or_else(|| bot.complain("the warm-up is not answered"))?;
    let count = match case.pace {
        Pace::Saturation => rate * seconds,
        Pace::Rate(rate) => rate * seconds,
    };
    let before = Spent::now(&bot, servers)?;
    let range = feed((count as usize).max(1), case.pace);
    // A bot that is so much slower than in its warm-up stands still.
    let limit = Duration::from_secs_f64(seconds * 3.0 + 20.0);
    telegram.supply.wait_for_answers(limit);
    let after = Spent::now(&bot, servers)?;
    let peak_memory = bot.peak_memory()?;
    let idle = case.then_idle.then(|| idle(&bot)).transpose()?;
    bot.stop(STOP)?;
    let miscounted = match case.workload {
        Workload::Write => world.counted()? - i64::try_from(range.end).unwrap_or(i64::MAX),
        _ => 0,
    };
    Ok(Figures {
        peak_memory_mb: peak_memory as f64 / 1e6,
        idle_cpu_percent: idle,
        miscounted,
        ..figures(contender, case, &telegram, range, (before, after))
    })
}

/// Gives updates until connections, caches and rows are there; says how many a second were
/// answered in the end.
fn warm_up(telegram: &Telegram, feed: &mut impl FnMut(usize, Pace) -> Range<usize>) -> Option<f64> {
    let begun = Instant::now();
    let mut count = 256;
    loop {
        let range = feed(count, Pace::Saturation);
        if !telegram.supply.wait_for_answers(Duration::from_secs(30)) {
            return None;
        }
        let took = telegram.supply.account(range).took.as_secs_f64();
        if begun.elapsed() > WARM_UP {
            return Some(count as f64 / took);
        }
        if took < 0.4 {
            count *= 2;
        }
    }
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

/// What is known when all is answered; the rest is nothing.
fn figures(
    contender: &Contender,
    case: &Case,
    telegram: &Telegram,
    range: Range<usize>,
    (before, after): (Spent, Spent),
) -> Figures {
    let updates = range.len();
    let account = telegram.supply.account(range);
    let each = |spent: Duration| spent.as_secs_f64() * 1e6 / updates as f64;
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let servers = after.servers.since(before.servers);
    let faults = telegram.supply.faults();
    let answered = updates.saturating_sub(faults.unanswered);
    Figures {
        bot: contender.name.clone(),
        workload: case.workload.name(),
        rate: match case.pace {
            Pace::Saturation => None,
            Pace::Rate(rate) => Some(rate),
        },
        call_ms: case.delays.call.as_millis(),
        poll_ms: case.delays.poll.as_millis(),
        updates,
        updates_per_s: answered as f64 / account.took.as_secs_f64().max(1e-9),
        p50_ms: ms(account.from_delivery.p50),
        p95_ms: ms(account.from_delivery.p95),
        p99_ms: ms(account.from_delivery.p99),
        max_ms: ms(account.from_delivery.max),
        p99_from_due_ms: ms(account.from_due.p99),
        own_cpu_us: each(after.bot.saturating_sub(before.bot)),
        nats_cpu_us: servers.nats.map(each),
        postgres_cpu_us: servers.postgres.map(each),
        generator_cpu_us: each(after.generator.saturating_sub(before.generator)),
        peak_memory_mb: 0.0,
        idle_cpu_percent: None,
        faults,
        miscounted: 0,
    }
}
