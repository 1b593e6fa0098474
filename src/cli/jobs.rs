//! `jobs`: long work that is not done yet.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::{
    Failure, JobsCommand, connect,
    output::{line, or_dash},
    rows::{Rows, each, utc},
};
use crate::{
    Config,
    jobs::{AllJobs, JobRow},
};

const ROWS: Rows<'static, JobRow, 8> = Rows {
    what: "jobs",
    head: [
        "ID", "SINCE", "BOT", "USER", "JOB", "STATE", "ATTEMPTS", "WORKER",
    ],
    cells,
    object,
};

pub(super) async fn run(config: &Config, command: JobsCommand) -> Result<ExitCode, Failure> {
    let jobs = AllJobs::new(connect::database(&config.database).await?);
    match command {
        JobsCommand::List(list) => {
            let rows = jobs.list(list.user, list.limit).await?;
            ROWS.print(&rows, list.form.json, None)
        }
        JobsCommand::Cancel { ids } => {
            let none = "no job that could be cancelled: `jobs list` tells which there are";
            each(&ids, "cancelled", none, async |id| jobs.cancel(id).await).await
        }
    }
}

fn cells(row: &JobRow) -> Vec<String> {
    vec![
        row.seq.to_string(),
        utc(row.since()),
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
        "since": utc(row.since()),
        "bot_id": row.bot_id,
        "user_id": row.owner,
        "job": row.name,
        "state": row.state(),
        "attempts": row.attempts,
        "max_attempts": row.max_attempts,
        "worker": row.worker,
    })
}
