//! PostgreSQL alone with the SQL of the bots: the files in `sql/`, run by pgbench.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use super::Limit;
use crate::{programs, servers::Servers, telegram::FIRST_USER, world::World};

/// What a file holds, how pgbench is to send it, and how many rows of use one run of it brings.
struct Script {
    file: &'static str,
    what: &'static str,
    mode: &'static str,
    unit: &'static str,
    times: f64,
}

/// As many connections as the bots have.
const CLIENTS: &str = "16";

const SCRIPTS: [Script; PGBENCH_RUNS] = [
    Script {
        file: "upsert.sql",
        what: "pgbench: the user, a transaction each",
        mode: "prepared",
        unit: "updates",
        times: 1.0,
    },
    Script {
        file: "upserts.sql",
        what: "pgbench: 64 users in one statement",
        mode: "prepared",
        unit: "updates",
        times: 64.0,
    },
    Script {
        file: "session.sql",
        what: "pgbench: `write` as the session sends it",
        mode: "prepared",
        unit: "updates",
        times: 1.0,
    },
    Script {
        file: "peer.sql",
        what: "pgbench: `write` as teloxide + sqlx sends it",
        mode: "prepared",
        unit: "updates",
        times: 1.0,
    },
];

/// How many runs of pgbench there are.
pub(crate) const PGBENCH_RUNS: usize = 4;

/// Measures each file for that long.
pub(crate) fn pgbench(
    servers: &Servers,
    users: usize,
    seconds: f64,
    found: &mut Vec<Limit>,
) -> Result<(), String> {
    let world = World::new(servers, users)?;
    let measured = world.migrate().and_then(|()| {
        for script in &SCRIPTS {
            found.push(run(script, &world, servers, users, seconds)?);
        }
        Ok(())
    });
    let removed = world.remove();
    measured.and(removed)
}

fn run(
    script: &Script,
    world: &World,
    servers: &Servers,
    users: usize,
    seconds: f64,
) -> Result<Limit, String> {
    let before = servers.cpu();
    let output = Command::new(program())
        .args(["--no-vacuum", "--client", CLIENTS, "--jobs", "1"])
        .args(["--protocol", script.mode])
        .arg(format!("--time={}", seconds.round().max(2.0)))
        .arg(format!("--define=first={FIRST_USER}"))
        .arg(format!(
            "--define=last={}",
            FIRST_USER + i64::try_from(users).unwrap_or(i64::MAX) - 1
        ))
        .arg(format!(
            "--file={}",
            programs::root()
                .join("bench/sql")
                .join(script.file)
                .display()
        ))
        .arg(&world.database_url)
        // It has no limit of its own for a server that hangs.
        .env("PGCONNECT_TIMEOUT", "10")
        .env("PGOPTIONS", "-c statement_timeout=20s")
        .output()
        .map_err(|error| format!("pgbench cannot be run (it comes with PostgreSQL): {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let runs = count(&text).filter(|_| output.status.success());
    let (runs, rate) = runs.ok_or_else(|| {
        let errors = String::from_utf8_lossy(&output.stderr);
        format!("pgbench failed with {}: {text}{errors}", script.file)
    })?;
    let spent = servers.cpu().since(before).postgres;
    Ok(Limit {
        what: script.what.into(),
        unit: script.unit,
        per_s: rate * script.times,
        own_cpu_us: None,
        nats_cpu_us: None,
        postgres_cpu_us: spent.map(|spent| spent.as_secs_f64() * 1e6 / (runs * script.times)),
    })
}

/// How many transactions there were, and how many a second.
fn count(output: &str) -> Option<(f64, f64)> {
    let after = |what: &str| output.lines().find_map(|line| line.strip_prefix(what));
    let runs = after("number of transactions actually processed: ")?;
    let rate = after("tps = ")?.split(' ').next()?;
    // None failed: "number of failed transactions: 0 (0.000%)".
    let failed = after("number of failed transactions: ");
    if failed.is_some_and(|failed| !failed.starts_with("0 ")) {
        return None;
    }
    Some((runs.parse().ok()?, rate.parse().ok()?))
}

/// Beside the server that the set-up found, else wherever it is.
fn program() -> PathBuf {
    let beside =
        env::var_os("OSTANKINO_TEST_PG_BIN").map(|folder| Path::new(&folder).join("pgbench"));
    beside
        .filter(|path| path.exists())
        .unwrap_or_else(|| "pgbench".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "transaction type: session.sql\n\
        number of transactions actually processed: 4032\n\
        number of failed transactions: 0 (0.000%)\n\
        latency average = 3.968 ms\n\
        tps = 4031.75 (without initial connection time)\n";

    #[test]
    fn the_rate_is_read_unless_transactions_failed() {
        assert_eq!(count(OUTPUT), Some((4032.0, 4031.75)));
        assert_eq!(count(&OUTPUT.replace(": 0 (", ": 7 (")), None);
        assert_eq!(count(""), None);
    }
}
