//! `status`: which servers answer, who polls, and what waits.

use std::{
    fmt,
    process::ExitCode,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    Failure, connect,
    leaders::{Leader, Lease, leaders},
    output::{line, or_dash, say, span, table, utc},
};
use crate::{
    Clock, Config,
    jobs::AllJobs,
    mailings::{AllMailings, Open},
    owed::{AllOwed, Debts},
    queue::{Backlog, ExpressBacklog},
    redis,
    telegram::internal::Express as Lane,
    timers::AllTimers,
    unit_of_work::Inbox,
};

/// How many partitions are named.
const BUSIEST: usize = 5;

pub(super) async fn run(config: &Config, json: bool) -> Result<ExitCode, Failure> {
    let (postgresql, nats, redis) = tokio::join!(
        ask_postgresql(config),
        ask_nats(config),
        redis::ping(&config.redis)
    );
    // It is there, or away; or there is none.
    let redis = redis.map_err(Failure::from).transpose();
    if json {
        let status = json!({
            "postgresql": object(&postgresql),
            "nats": object(&nats),
            "redis": redis.as_ref().map(answers),
        });
        say(&format!("{status}\n"))?;
    } else {
        let mut rows = vec![
            row("PostgreSQL", health(&postgresql)),
            row("NATS", health(&nats)),
        ];
        rows.extend(redis.map(|redis| row("Redis", health(&redis))));
        if let Ok(nats) = &nats {
            rows.extend(nats.rows());
        }
        if let Ok(postgresql) = &postgresql {
            rows.push(row("inbox", postgresql.told()));
            rows.extend(
                postgresql
                    .timers
                    .map(|timers| row("timers", timers.to_string())),
            );
            rows.extend(postgresql.jobs.map(|jobs| row("jobs", jobs.to_string())));
            let mailings = postgresql.mailings.as_ref();
            rows.extend(mailings.map(|mailings| row("mailings", mailings.to_string())));
            let owed = postgresql.owed.as_ref();
            rows.extend(owed.map(|owed| row("owed calls", owed.to_string())));
        }
        say(&table(&rows))?;
    }
    let can_be_read = |postgresql: &PostgresStatus| postgresql.error.is_none();
    Ok(
        if nats.is_ok() && postgresql.is_ok_and(|known| can_be_read(&known)) {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        },
    )
}

#[derive(Debug, Serialize)]
struct PostgresStatus {
    /// How many updates are remembered.
    inbox: Option<i64>,
    timers: Option<Timers>,
    jobs: Option<Jobs>,
    mailings: Option<Open>,
    owed: Option<OwedCalls>,
    /// Why that is not known, though the server answers.
    error: Option<String>,
}

impl PostgresStatus {
    fn told(&self) -> String {
        match (self.inbox, &self.error) {
            (Some(inbox), _) => format!("{inbox} updates remembered"),
            (None, error) => format!("unknown: {}", line(error.as_deref().unwrap_or("-"))),
        }
    }
}

async fn ask_postgresql(config: &Config) -> Result<PostgresStatus, Failure> {
    let database = connect::database(&config.database).await?;
    let counted = Inbox::new(database.clone())
        .count()
        .await
        .map_err(Failure::from);
    // The table is not there before the service ran once.
    let now = Clock::of_command(config).await.now();
    let timers = AllTimers::new(database.clone()).count(now).await.ok();
    let jobs = AllJobs::new(database.clone()).count().await.ok();
    let mailings = AllMailings::new(database.clone()).count().await.ok();
    let owed = AllOwed::new(database).count().await.ok();
    Ok(PostgresStatus {
        inbox: counted.as_ref().ok().copied(),
        timers: timers.map(|counted| Timers {
            to_come: counted.to_come,
            late: counted.late,
        }),
        jobs: jobs.map(|counted| Jobs {
            waiting: counted.waiting,
            running: counted.running,
        }),
        mailings,
        owed: owed.map(|debts| OwedCalls::at(now, &debts)),
        error: counted.err().map(|failure| failure.to_string()),
    })
}

#[derive(Clone, Copy, Debug, Serialize)]
struct OwedCalls {
    /// How many wait to be made, those counted once that depend on each other.
    waiting: i64,
    /// How many of them are obligations.
    obligations: i64,
    /// How long the oldest one has waited.
    oldest_s: Option<u64>,
}

impl OwedCalls {
    fn at(now: jiff::Timestamp, debts: &Debts) -> Self {
        // Clocks of two machines: a moment in the future is now.
        let age = |since| {
            let age = now.duration_since(since);
            u64::try_from(age.as_secs()).unwrap_or_default()
        };
        Self {
            waiting: debts.rows,
            obligations: debts.musts,
            oldest_s: debts.oldest.map(age),
        }
    }
}

impl fmt::Display for OwedCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} waiting", self.waiting)?;
        if self.obligations > 0 {
            write!(f, ", {} of them obligations", self.obligations)?;
        }
        match self.oldest_s {
            Some(oldest) => write!(f, ", the oldest for {}", span(Duration::from_secs(oldest))),
            None => Ok(()),
        }
    }
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Timers {
    /// How many are still to come.
    to_come: i64,
    /// How many of them are more than a minute late.
    late: i64,
}

impl fmt::Display for Timers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to come", self.to_come)?;
        match self.late {
            0 => Ok(()),
            late => write!(f, ", {late} late"),
        }
    }
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Jobs {
    waiting: i64,
    running: i64,
}

impl fmt::Display for Jobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} waiting, {} running", self.waiting, self.running)
    }
}

#[derive(Debug, Serialize)]
struct NatsStatus {
    leaders: Vec<Leader>,
    partitions: Option<u16>,
    waiting: u64,
    in_flight: u64,
    /// Too much waits to be counted: the numbers are estimates.
    is_estimate: bool,
    /// How long the oldest update has been in the queue.
    oldest_s: Option<u64>,
    busiest: Vec<Busy>,
    payments: Express,
    inline: Express,
    dead_letters: u64,
    #[serde(skip)]
    has_queue: bool,
}

/// What waits for an answer within seconds.
#[derive(Debug, Serialize)]
struct Express {
    waiting: u64,
    in_flight: u64,
    oldest_s: Option<u64>,
}

#[derive(Debug, Serialize)]
struct Busy {
    partition: u16,
    updates: u64,
}

async fn ask_nats(config: &Config) -> Result<NatsStatus, Failure> {
    let nats = connect::nats(config).await?;
    let prefix = &config.nats.prefix;
    let leaders = leaders(&nats, prefix).await?;
    let backlog = Backlog::find(&nats, prefix).await?;
    let dead_letters = match connect::letters(&nats, config).await? {
        Some(letters) => letters.count().await?.0,
        None => 0,
    };
    let payments = ExpressBacklog::find(&nats, prefix, Lane::Payment).await?;
    let inline = ExpressBacklog::find(&nats, prefix, Lane::Inline).await?;
    let has_queue = backlog.is_some();
    let backlog = backlog.unwrap_or_default();
    // Clocks of two machines: a moment in the future is now.
    let age = |since| {
        let age = SystemTime::now().duration_since(since);
        age.unwrap_or_default().as_secs()
    };
    let express = |backlog: ExpressBacklog| Express {
        waiting: backlog.waiting,
        in_flight: backlog.in_flight,
        oldest_s: backlog.oldest.map(age),
    };
    let busiest = backlog.busiest.into_iter().take(BUSIEST);
    Ok(NatsStatus {
        leaders,
        partitions: backlog.partitions,
        waiting: backlog.waiting,
        in_flight: backlog.in_flight,
        is_estimate: backlog.is_estimate,
        oldest_s: backlog.oldest.map(age),
        busiest: busiest
            .map(|(partition, updates)| Busy { partition, updates })
            .collect(),
        payments: express(payments),
        inline: express(inline),
        dead_letters,
        has_queue,
    })
}

impl NatsStatus {
    fn rows(&self) -> Vec<Vec<String>> {
        let mut rows: Vec<_> = self
            .leaders
            .iter()
            .map(|l| row("leader", told(l)))
            .collect();
        if rows.is_empty() {
            rows.push(row("leader", "none"));
        }
        if !self.has_queue {
            rows.push(row(
                "queue",
                "none: no service has run under this nats.prefix",
            ));
            return rows;
        }
        let about = if self.is_estimate { "about " } else { "" };
        let backlog = backlog_of(about, self.waiting, self.in_flight, self.oldest_s);
        rows.push(row("partitions", or_dash(self.partitions)));
        rows.push(row("backlog", backlog));
        if !self.busiest.is_empty() {
            let busiest: Vec<_> = self.busiest.iter().map(Busy::to_string).collect();
            rows.push(row("busiest", busiest.join(", ")));
        }
        for (name, lane) in [("payments", &self.payments), ("inline", &self.inline)] {
            let told = backlog_of("", lane.waiting, lane.in_flight, lane.oldest_s);
            rows.push(row(name, told));
        }
        rows.push(row("dead letters", self.dead_letters.to_string()));
        rows
    }
}

fn backlog_of(about: &str, waiting: u64, in_flight: u64, oldest_s: Option<u64>) -> String {
    let mut backlog = format!("{about}{waiting} waiting, {about}{in_flight} in flight");
    if let Some(oldest) = oldest_s {
        let age = span(Duration::from_secs(oldest));
        backlog.push_str(&format!(", the oldest for {age}"));
    }
    backlog
}

impl fmt::Display for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "partition {} ({})", self.partition, self.updates)
    }
}

fn told(leader: &Leader) -> String {
    let Lease {
        instance,
        host,
        since,
    } = &leader.lease;
    format!(
        "bot {}: host {}, instance {}, since {}",
        leader.bot_id,
        line(host),
        line(instance),
        or_dash(UNIX_EPOCH.checked_add(Duration::from_secs(*since)).map(utc))
    )
}

fn health<T>(server: &Result<T, Failure>) -> String {
    match server {
        Ok(_) => "answers".into(),
        Err(failure) => format!("away: {}", line(&failure.to_string())),
    }
}

fn answers<T>(server: &Result<T, Failure>) -> Value {
    match server {
        Ok(_) => json!({ "ok": true }),
        Err(failure) => json!({ "ok": false, "error": failure.to_string() }),
    }
}

fn object<T: Serialize>(server: &Result<T, Failure>) -> Value {
    match server {
        Ok(told) => {
            let mut object = json!(told);
            object["ok"] = true.into();
            object
        }
        Err(_) => answers(server),
    }
}

fn row(name: &str, text: impl Into<String>) -> Vec<String> {
    vec![name.to_owned(), text.into()]
}
