//! `jobs`: long work that is not done yet.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::{
    Failure, JobsCommand, ListOfUser, connect,
    output::{line, or_dash, say, table},
};
use crate::{
    Config,
    jobs::{AllJobs, JobRow},
};

const HEAD: [&str; 8] = [
    "ID", "SINCE", "BOT", "USER", "JOB", "STATE", "ATTEMPTS", "WORKER",
];

pub(super) async fn run(config: &Config, command: JobsCommand) -> Result<ExitCode, Failure> {
    let jobs = AllJobs::new(connect::database(&config.database).await?);
    match command {
        JobsCommand::List(list) => self::list(&jobs, &list).await,
        JobsCommand::Cancel { ids } => cancel(&jobs, &ids).await,
    }
}

async fn list(jobs: &AllJobs, list: &ListOfUser) -> Result<ExitCode, Failure> {
    let rows = jobs.list(list.user, list.limit).await?;
    if list.form.json {
        let lines: String = rows
            .iter()
            .map(|row| format!("{}\n", object(row)))
            .collect();
        say(&lines)?;
        return Ok(ExitCode::SUCCESS);
    }
    if rows.is_empty() {
        say("no jobs\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    let head = HEAD.map(str::to_owned).to_vec();
    let lines: Vec<_> = std::iter::once(head)
        .chain(rows.iter().map(cells))
        .collect();
    say(&table(&lines))?;
    Ok(ExitCode::SUCCESS)
}

async fn cancel(jobs: &AllJobs, ids: &[i64]) -> Result<ExitCode, Failure> {
    let mut code = ExitCode::SUCCESS;
    for id in ids {
        if jobs.cancel(*id).await? {
            say(&format!("{id}: cancelled\n"))?;
        } else {
            code = ExitCode::FAILURE;
            eprintln!(
                "{}: {id} is no job that could be cancelled: `jobs list` tells which there are",
                super::name()
            );
        }
    }
    Ok(code)
}

fn cells(row: &JobRow) -> Vec<String> {
    vec![
        row.seq.to_string(),
        since(row),
        row.bot_id.to_string(),
        row.owner.to_string(),
        line(&row.name),
        row.state().to_owned(),
        format!("{} of {}", row.attempts, row.max_attempts),
        or_dash(row.worker.as_deref().map(line)),
    ]
}

fn object(row: &JobRow) -> Value {
    json!({
        "id": row.seq,
        "since": since(row),
        "bot_id": row.bot_id,
        "user_id": row.owner,
        "job": row.name,
        "state": row.state(),
        "attempts": row.attempts,
        "max_attempts": row.max_attempts,
        "worker": row.worker,
    })
}

fn since(row: &JobRow) -> String {
    row.since().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
