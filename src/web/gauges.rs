//! What is not counted as it happens, and so is looked at when metrics are asked for: how much waits, and who has what.

use std::{sync::Arc, time::Duration};

use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Double, Nullable, Timestamptz},
};
use diesel_async::RunQueryDsl;
use futures_util::{FutureExt, StreamExt, stream};
use metrics::{Label, gauge};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

use super::stage::{Fleet, Process, Servers, Sources, Stage, Told};
use crate::{
    Result,
    db::{Cached, to_pg},
    intake::Pulse,
    telegram::internal::Express,
};

/// Servers are not asked again before, however many ask us.
const FRESH: Duration = Duration::from_secs(5);

/// Of how many bots the tables are looked at side by side.
const AT_ONCE: usize = 4;

/// What does not answer by then has no value.
const PATIENCE: Duration = Duration::from_secs(2);

/// Reads what the gauges show; a clone shares what was read.
#[derive(Clone, Default)]
pub(super) struct Gauges(Arc<Mutex<Option<Instant>>>);

impl Gauges {
    /// Brings the gauges up to date. What cannot be read is `NaN`: an old number would be a lie.
    pub(super) async fn read(&self, told: &Told) {
        gauge!("ostankino_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        let bots = match told {
            Told::Alone(progress) => of_stages([(Vec::new(), progress.now())]),
            Told::Several(fleet) => of_fleet(fleet),
        };
        let Some((_, any)) = bots.as_slice().first() else {
            return;
        };
        if let Told::Alone(_) = told {
            of_servers(&any.servers());
        }
        let mut read = self.0.lock().await;
        if read.is_some_and(|at| at.elapsed() < FRESH) {
            return;
        }
        let of_each = stream::iter(bots.clone());
        let of_each = of_each.for_each_concurrent(AT_ONCE, |(labels, sources)| async move {
            of_tables(labels, &sources).await;
        });
        tokio::join!(of_queue(any), of_express(any), of_letters(any), of_each);
        *read = Some(Instant::now());
    }
}

/// Which bot a gauge is of, in a process of several.
type Labels = Vec<Label>;

/// What a process of several bots knows of itself; gives those that run.
fn of_fleet(fleet: &Fleet) -> Vec<(Labels, Arc<Sources>)> {
    let Process::Running(servers) = fleet.process() else {
        return Vec::new();
    };
    of_servers(&servers);
    let label = |name: &Arc<str>| vec![Label::new("bot", name.clone())];
    let bots = fleet.bots().into_iter();
    of_stages(bots.map(|(name, stage)| (label(&name), stage)))
}

fn of_stages(bots: impl IntoIterator<Item = (Labels, Stage)>) -> Vec<(Labels, Arc<Sources>)> {
    let mut running = Vec::new();
    for (labels, stage) in bots {
        let runs = matches!(stage, Stage::Running(_));
        gauge!("ostankino_bot_running", labels.clone()).set(f64::from(u8::from(runs)));
        match stage {
            Stage::Running(sources) => {
                of_bot(&labels, &sources);
                running.push((labels, sources));
            }
            // What it did last is no more.
            Stage::Stopped(_) => {
                for name in [
                    "ostankino_polling",
                    "ostankino_webhook_kept",
                    "ostankino_maintenance",
                    "ostankino_partitions",
                ] {
                    gauge!(name, labels.clone()).set(0.0);
                }
            }
            Stage::Starting | Stage::Stopping => {}
        }
    }
    running
}

/// What the process knows of a bot.
fn of_bot(labels: &Labels, sources: &Sources) {
    let gauge = |name: &'static str| gauge!(name, labels.clone());
    let pulse = sources.pulse.read();
    gauge("ostankino_polling").set(f64::from(u8::from(pulse.is_some())));
    let since = pulse.map(|pulse| pulse.last.unwrap_or(pulse.since));
    gauge("ostankino_poll_age_seconds").set(since.map_or(0.0, |at| at.elapsed().as_secs_f64()));
    let seen = sources.webhook.as_ref().and_then(Pulse::read);
    let seen = seen.as_ref();
    let is = |holds: bool| f64::from(u8::from(holds));
    let age = seen.map_or(0.0, |seen| {
        seen.last.unwrap_or(seen.since).elapsed().as_secs_f64()
    });
    gauge("ostankino_webhook_kept").set(is(seen.is_some()));
    gauge("ostankino_webhook_age_seconds").set(age);
    gauge("ostankino_webhook_pending").set(seen.map_or(0.0, |seen| seen.pending as f64));
    gauge("ostankino_webhook_failing").set(is(seen.is_some_and(|seen| seen.failure.is_some())));
    gauge("ostankino_maintenance").set(is(sources.maintenance.is_on()));
    gauge("ostankino_partitions").set(sources.seats.owned() as f64);
    gauge("ostankino_partitions_orphaned").set(sources.orphans() as f64);
}

/// What it knows of the servers.
fn of_servers(servers: &Servers) {
    let (idle, used) = servers.database.connections();
    gauge!("ostankino_pool_connections", "state" => "idle").set(f64::from(idle));
    gauge!("ostankino_pool_connections", "state" => "used").set(f64::from(used));
    let well = |server, is_well: bool| {
        gauge!("ostankino_servers_well", "server" => server).set(f64::from(u8::from(is_well)));
    };
    if let Some(asked) = servers.health.last() {
        well("postgresql", asked.postgresql.is_none());
        well("nats", asked.nats.is_none());
    }
    if let Some(redis) = &servers.redis {
        well("redis", redis.connection().is_some());
    }
}

async fn of_queue(sources: &Sources) {
    let nats = sources.queue.nats();
    let asked = async {
        let found = nats.find_stream(sources.queue.name()).await.ok()??;
        Some(found.cached_info().clone())
    };
    let found = timeout(PATIENCE, asked).await.ok().flatten();
    let (batches, oldest, used) = found.map_or((f64::NAN, f64::NAN, f64::NAN), |info| {
        let first = std::time::SystemTime::from(info.state.first_timestamp);
        // Clocks of two machines: a moment in the future is now.
        let oldest = match info.state.messages {
            0 => Duration::ZERO,
            _ => first.elapsed().unwrap_or_default(),
        };
        let most = info.config.max_bytes;
        let used = if most > 0 {
            info.state.bytes as f64 / most as f64
        } else {
            0.0
        };
        (info.state.messages as f64, oldest.as_secs_f64(), used)
    });
    gauge!("ostankino_queue_batches").set(batches);
    gauge!("ostankino_queue_oldest_seconds").set(oldest);
    gauge!("ostankino_queue_used_ratio").set(used);
}

async fn of_express(sources: &Sources) {
    for lane in Express::ALL {
        let stream = sources.express.stream(lane);
        let asked = async {
            let found = sources.express.nats().find_stream(&stream).await.ok()??;
            Some(found.cached_info().state.messages as f64)
        };
        let waiting = timeout(PATIENCE, asked).await.ok().flatten();
        gauge!("ostankino_express_waiting", "lane" => lane.as_str())
            .set(waiting.unwrap_or(f64::NAN));
    }
}

async fn of_letters(sources: &Sources) {
    let counted = timeout(PATIENCE, sources.dead_letters.count()).await;
    let letters = counted.ok().and_then(Result::ok);
    gauge!("ostankino_dead_letters").set(letters.map_or(f64::NAN, |letters| letters as f64));
}

#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = Nullable<Double>)]
    timer_lag: Option<f64>,
    #[diesel(sql_type = BigInt)]
    jobs: i64,
    #[diesel(sql_type = BigInt)]
    owed: i64,
    #[diesel(sql_type = Nullable<Double>)]
    owed_oldest: Option<f64>,
    #[diesel(sql_type = BigInt)]
    mailings: i64,
    #[diesel(sql_type = BigInt)]
    users: i64,
}

/// By indexes, and of each no more than is worth counting: it is asked again and again.
const WAITING: &str = "SELECT \
    (SELECT extract(epoch FROM $2 - min(run_at))::float8 FROM timers \
     WHERE bot_id = $1 AND fired_at IS NULL AND run_at <= $2) AS timer_lag, \
    (SELECT count(*) FROM (SELECT FROM jobs WHERE bot_id = $1 AND told_at IS NULL \
     AND (leased_until IS NULL OR leased_until < now()) LIMIT 10000) AS found) AS jobs, \
    owed.calls AS owed, owed.oldest AS owed_oldest, \
    (SELECT count(*) FROM mailings WHERE bot_id = $1 AND state = 'running') AS mailings, \
    (SELECT greatest(reltuples, 0)::int8 FROM pg_class WHERE oid = 'users_active'::regclass) AS users \
    FROM (SELECT count(*) AS calls, extract(epoch FROM now() - min(created_at))::float8 AS oldest \
     FROM (SELECT created_at FROM owed_calls WHERE bot_id = $1 LIMIT 10000) AS found) AS owed";

async fn of_tables(labels: Labels, sources: &Sources) {
    let ask = sql_query(WAITING)
        .bind::<BigInt, _>(sources.bot_id)
        .bind::<Timestamptz, _>(to_pg(sources.clock.now()));
    let asked = sources
        .database
        .run(|connection| Cached(ask).get_result::<Waiting>(connection).boxed());
    let found = timeout(PATIENCE, asked).await.ok().and_then(Result::ok);
    let show = |name: &'static str, value: &dyn Fn(&Waiting) -> f64| {
        gauge!(name, labels.clone()).set(found.as_ref().map_or(f64::NAN, value));
    };
    // Who is early by the database's clock has not waited.
    let age = |seconds: Option<f64>| seconds.unwrap_or_default().max(0.0);
    show("ostankino_timer_lag_seconds", &|found| age(found.timer_lag));
    show("ostankino_jobs_waiting", &|found| found.jobs as f64);
    show("ostankino_owed_calls", &|found| found.owed as f64);
    show("ostankino_owed_oldest_seconds", &|found| {
        age(found.owed_oldest)
    });
    show("ostankino_mailings_running", &|found| found.mailings as f64);
    show("ostankino_users_active", &|found| found.users as f64);
}
