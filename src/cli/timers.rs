//! `timers`: what is to happen later.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::{
    Failure, ListOfUser, TimersCommand, connect,
    output::{line, or_dash, say, table},
};
use crate::{
    Clock, Config,
    timers::{AllTimers, Row},
};

const HEAD: [&str; 8] = [
    "ID", "DUE", "BOT", "USER", "CHAT", "EVENT", "KEY", "REPEATED",
];

pub(super) async fn run(config: &Config, command: TimersCommand) -> Result<ExitCode, Failure> {
    let timers = AllTimers::new(connect::database(&config.database).await?);
    let clock = Clock::of_command(config).await;
    match command {
        TimersCommand::List(list) => self::list(&timers, &list).await,
        TimersCommand::Cancel { ids } => {
            each(&ids, "cancelled", async |id| {
                timers.cancel(id, clock.now()).await
            })
            .await
        }
        TimersCommand::Fire { ids } => {
            each(&ids, "due now", async |id| {
                timers.hurry(id, clock.now()).await
            })
            .await
        }
    }
}

async fn list(timers: &AllTimers, list: &ListOfUser) -> Result<ExitCode, Failure> {
    let rows = timers.to_come(list.user, list.limit).await?;
    if list.form.json {
        let lines: String = rows
            .iter()
            .map(|row| format!("{}\n", object(row)))
            .collect();
        say(&lines)?;
        return Ok(ExitCode::SUCCESS);
    }
    if rows.is_empty() {
        say("no timers\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    let head = HEAD.map(str::to_owned).to_vec();
    let lines: Vec<_> = std::iter::once(head)
        .chain(rows.iter().map(cells))
        .collect();
    let mut text = table(&lines);
    if rows.len() == list.limit as usize {
        text.push_str("there may be more: --limit\n");
    }
    say(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Does it with each; one that is over does not keep the others from their turn.
async fn each(
    ids: &[i64],
    done: &str,
    act: impl AsyncFn(i64) -> crate::Result<bool>,
) -> Result<ExitCode, Failure> {
    let mut code = ExitCode::SUCCESS;
    for id in ids {
        if act(*id).await? {
            say(&format!("{id}: {done}\n"))?;
        } else {
            code = ExitCode::FAILURE;
            eprintln!(
                "{}: {id} is no timer that is still to come: `timers list` tells which there are",
                super::name()
            );
        }
    }
    Ok(code)
}

fn cells(row: &Row) -> Vec<String> {
    vec![
        row.id.to_string(),
        due(row),
        row.bot_id.to_string(),
        or_dash(row.user_id),
        or_dash(row.chat_id),
        line(&row.event),
        or_dash(row.key.as_deref().map(line)),
        or_dash(repeated(row)),
    ]
}

fn object(row: &Row) -> Value {
    json!({
        "id": row.id,
        "due": due(row),
        "bot_id": row.bot_id,
        "user_id": row.user_id,
        "chat_id": row.chat_id,
        "event": row.event,
        "key": row.key,
        "cron": row.cron,
        "zone": row.zone,
    })
}

fn due(row: &Row) -> String {
    row.due().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn repeated(row: &Row) -> Option<String> {
    let cron = row.cron.as_deref()?;
    Some(line(&format!(
        "{cron} {}",
        row.zone.as_deref().unwrap_or("UTC")
    )))
}
