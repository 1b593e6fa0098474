//! How many updates a second one process of the service handles, and what each costs it: poll,
//! JetStream, user upsert, FSM read, reply, one log line. `make bench`; not a test of anything.
//!
//! The emulator, PostgreSQL and nats-server share the machine's cores with the service, so the CPU
//! time per update is the sturdy figure, and updates per second a lower bound.
#![expect(
    clippy::disallowed_methods,
    reason = "it reads the environment that `make bench` prepares"
)]

use std::{
    env, fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use telegram_emulator::Emulator;

const PEOPLE: usize = 500;
const ROUNDS: usize = 40;
const WARM_UP: usize = 4;

#[tokio::main]
async fn main() {
    let variable =
        |name| env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `make bench`"));
    let name = format!("bench_{:016x}", fastrand::u64(..));
    let shared = variable("OSTANKINO__DATABASE__URL");
    execute(&shared, &format!("CREATE DATABASE {name}")).await;
    let (base, _) = shared
        .rsplit_once('/')
        .expect("a URL ends with its database");
    let tg = Emulator::builder()
        .keep_calls(false)
        .start()
        .await
        .expect("a free port");
    let program =
        env::var("BENCH_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_ostankino").into());

    let mut service = Command::new(&program)
        .env("OSTANKINO__TELEGRAM__TOKEN", tg.token())
        .env("OSTANKINO__TELEGRAM__API_URL", tg.url())
        .env("OSTANKINO__DATABASE__URL", format!("{base}/{name}"))
        .env("OSTANKINO__NATS__PREFIX", &name)
        .env("OSTANKINO__TELEMETRY__FORMAT", "json")
        .stdout(Stdio::piped())
        .spawn()
        .expect("the service is built");
    let mut log = BufReader::new(service.stdout.take().expect("piped"));
    until(&mut log, "\"the bot is running\"", 1);

    let people: Vec<_> = (0..PEOPLE)
        .map(|n| tg.person(&format!("P{n}")).who_has_started())
        .collect();
    let round = || {
        for person in &people {
            person.says("привет");
        }
    };
    (0..WARM_UP).for_each(|_| round());
    log = handled(log, WARM_UP * PEOPLE).await;

    let (cpu, begun) = (cpu_time(&service), Instant::now());
    let updates = ROUNDS * PEOPLE;
    (0..ROUNDS).for_each(|_| round());
    drop(handled(log, updates).await);
    let (took, spent) = (begun.elapsed(), cpu_time(&service) - cpu);

    let per_update = spent.as_secs_f64() * 1e6 / updates as f64;
    let rate = updates as f64 / took.as_secs_f64();
    println!("{program}");
    println!("updates        {updates}");
    println!("updates/s      {rate:.0}");
    println!("CPU/update     {per_update:.1} µs");
    println!("peak memory    {}", status(&service, "VmHWM:"));
    let _ = service.kill();
    let _ = service.wait();
    execute(&shared, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
    clean(&variable("OSTANKINO__NATS__URLS"), &name).await;
}

/// Reads the log, away from the runtime, until so many updates are handled.
async fn handled<R: BufRead + Send + 'static>(mut log: R, updates: usize) -> R {
    let read = tokio::task::spawn_blocking(move || {
        until(&mut log, "\"update handled\"", updates);
        log
    });
    read.await.expect("the log is read")
}

fn until(log: &mut impl BufRead, text: &str, times: usize) {
    let mut line = String::new();
    let mut left = times;
    while left > 0 {
        line.clear();
        assert!(
            log.read_line(&mut line).expect("UTF-8") > 0,
            "the service ended"
        );
        left -= usize::from(line.contains(text));
    }
}

/// User and system time of a process.
fn cpu_time(process: &Child) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{}/stat", process.id())).expect("it runs");
    let fields: Vec<_> = stat
        .rsplit(')')
        .next()
        .expect("a name in brackets")
        .split_whitespace()
        .collect();
    let ticks: u64 = [11, 12]
        .map(|at: usize| fields[at].parse::<u64>().expect("ticks"))
        .iter()
        .sum();
    Duration::from_millis(ticks * 10)
}

fn status(process: &Child, key: &str) -> String {
    let status = fs::read_to_string(format!("/proc/{}/status", process.id())).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix(key));
    line.unwrap_or_default().trim().to_owned()
}

async fn execute(url: &str, sql: &str) {
    let connected = tokio_postgres::connect(url, tokio_postgres::NoTls).await;
    let (client, connection) = connected.expect("PostgreSQL answers");
    tokio::spawn(connection);
    client.batch_execute(sql).await.expect("the statement runs");
}

async fn clean(urls: &str, name: &str) {
    let jetstream = async_nats::jetstream::new(
        async_nats::connect(urls)
            .await
            .expect("nats-server answers"),
    );
    for stream in [
        format!("{name}_UPDATES"),
        format!("{name}_DEAD"),
        format!("KV_{name}_fsm"),
    ] {
        let _ = jetstream.delete_stream(stream).await;
    }
}
