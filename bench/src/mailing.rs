//! One mailing to everybody in a large base, as fast as it goes: `bench mailing`.

use std::{
    fs,
    time::{Duration, Instant},
};

use crate::{
    measure::{Spent, until_it_polls},
    options::MailingOptions,
    programs,
    quantiles::Quantiles,
    servers::Servers,
    telegram::{Delays, Telegram},
    world::World,
};

/// More than it takes by far: then it stands still.
const LIMIT: Duration = Duration::from_secs(900);

/// How often it is looked how far it is.
const GLANCE: Duration = Duration::from_millis(50);

/// Parts of a mailing, of which each has figures of its own.
const PARTS: usize = 10;

const MB: f64 = 1e6;

/// What is looked at in passing.
#[derive(Clone, Copy)]
struct Moment {
    sent: usize,
    at: Instant,
    memory: u64,
    spent: Spent,
}

/// Measures it, and prints a line for each part of it.
pub(crate) fn run(options: &MailingOptions) -> Result<(), String> {
    let servers = Servers::from_env()?;
    let mut bot = programs::own()?;
    bot.variables.extend([
        ("OSTANKINO__LIMITS__CALLS_PER_S".into(), "10000".into()),
        (
            "OSTANKINO__TELEMETRY__FILTER".into(),
            "info,async_nats=warn,ostankino::mailings=debug".into(),
        ),
    ]);
    // One process needs nobody to share its limits with.
    if options.processes == 1 {
        bot.variables
            .push(("OSTANKINO__REDIS__URL".into(), String::new()));
    }
    bot.variables.extend(options.env.iter().cloned());
    let world = World::new(&servers, 0)?;
    let told = measure(&bot, options, &servers, &world);
    let removed = world.remove();
    told.and(removed)
}

fn measure(
    contender: &crate::bot::Contender,
    options: &MailingOptions,
    servers: &Servers,
    world: &World,
) -> Result<(), String> {
    let delays = Delays::from_millis(options.call_ms, 0);
    let telegram = Telegram::start(delays, 1).map_err(|error| error.to_string())?;
    let workload = crate::options::Workload::Echo;
    let mut bot = contender.start(options.processes, workload, &telegram, servers, world)?;
    until_it_polls(&mut bot, &telegram)?;
    world.fill(options.users)?;
    let text = programs::work_folder()?.join("mailing.html");
    fs::write(&text, "<b>Новости</b>: мы открылись").map_err(|error| error.to_string())?;
    let text = text.display().to_string();
    let create = ["mail", "new", "--html", &text, "--title", "Новости"];
    contender.command(&create, workload, &telegram, servers, world)?;
    let moment = |bot: &crate::bot::Bot, sent| {
        Ok::<_, String>(Moment {
            sent,
            at: Instant::now(),
            memory: bot.memory()?,
            spent: Spent::now(bot, servers)?,
        })
    };
    println!(
        "{:>12} {:>12} {:>8} {:>8} {:>8} {:>8} {:>9}",
        "recipients", "a second", "own µs", "pg µs", "load µs", "MB", "others %"
    );
    let begun = Instant::now();
    while telegram.supply.mailed().0 == 0 {
        wait(&mut bot, begun)?;
    }
    let first = moment(&bot, 0)?;
    let mut last = first;
    for part in 1..=PARTS {
        let end = options.users * part / PARTS;
        while telegram.supply.mailed().0 < end {
            wait(&mut bot, begun)?;
        }
        let now = moment(&bot, telegram.supply.mailed().0)?;
        println!("{}", line(&now.sent.to_string(), &last, &now));
        last = now;
    }
    println!("{}", line("all", &first, &last));
    let size = "SELECT pg_table_size('mailing_sends'), pg_indexes_size('mailing_sends')";
    let done = "SELECT count(*), coalesce(sum(sent), 0)::bigint FROM mailings WHERE state = 'done'";
    let (table, indexes) = world.two_numbers(size)?;
    println!(
        "mailing_sends: {:.0} MB, and {:.0} MB of indexes; the most memory: {:.1} MB",
        table as f64 / MB,
        indexes as f64 / MB,
        bot.peak_memory()? as f64 / MB
    );
    while world.two_numbers(done)?.0 == 0 {
        wait(&mut bot, begun)?;
    }
    let (_, sent) = world.two_numbers(done)?;
    claims(&bot.log())?;
    let (mailed, most) = telegram.supply.mailed();
    bot.stop(Duration::from_secs(20))?;
    let is_right = most == 1 && mailed == options.users && usize::try_from(sent) == Ok(mailed);
    let wrong =
        format!("{mailed} messages came, {most} to one user at the most; {sent} are known as sent");
    is_right.then_some(()).ok_or(wrong)
}

fn wait(bot: &mut crate::bot::Bot, begun: Instant) -> Result<(), String> {
    bot.check()?;
    if begun.elapsed() > LIMIT {
        return Err(bot.complain("the mailing does not come to its end"));
    }
    std::thread::sleep(GLANCE);
    Ok(())
}

fn line(what: &str, before: &Moment, now: &Moment) -> String {
    let sent = (now.sent - before.sent).max(1) as f64;
    let each = |spent: Duration| spent.as_secs_f64() * 1e6 / sent;
    let servers = now.spent.servers.since(before.spent.servers);
    format!(
        "{what:>12} {:>12.0} {:>8.1} {:>8} {:>8.1} {:>8.1} {:>9.0}",
        sent / (now.at - before.at).as_secs_f64(),
        each(now.spent.bot.saturating_sub(before.spent.bot)),
        servers
            .postgres
            .map_or("-".into(), |it| format!("{:.1}", each(it))),
        each(now.spent.generator.saturating_sub(before.spent.generator)),
        now.memory as f64 / MB,
        now.spent.others_since(&before.spent),
    )
}

/// How long claims took, by the log of the bot: the first, the middle and the last of them.
fn claims(log: &str) -> Result<(), String> {
    let claims: Vec<_> = log
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|record| record["event"] == "mailing_claimed")
        .filter_map(|record| Some((record["claimed"].as_u64()?, record["us"].as_u64()?)))
        .filter(|(claimed, _)| *claimed > 0)
        .collect();
    let part = (claims.len() / PARTS).max(1);
    if claims.is_empty() {
        return Err("the log tells of no claims".into());
    }
    for (what, from) in [
        ("first", 0),
        ("middle", (claims.len() - part) / 2),
        ("last", claims.len() - part),
    ] {
        let some = &claims[from..from + part];
        let times = Quantiles::of(some.iter().map(|(_, us)| us * 1_000));
        let users: u64 = some.iter().map(|(claimed, _)| claimed).sum();
        println!(
            "the {what} {part} claims, of {} users each: {:.1} ms, {:.1} ms at p99",
            users / part as u64,
            times.p50.as_secs_f64() * 1e3,
            times.p99.as_secs_f64() * 1e3,
        );
    }
    Ok(())
}
