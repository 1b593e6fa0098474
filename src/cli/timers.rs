//! `timers`: what is to happen later.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::{
    Failure, TimersCommand, connect,
    output::{line, or_dash},
    rows::{Rows, each, utc},
};
use crate::{
    Clock, Config,
    timers::{AllTimers, Row},
};

const ROWS: Rows<'static, Row, 8> = Rows {
    what: "timers",
    head: [
        "ID", "DUE", "BOT", "USER", "CHAT", "EVENT", "KEY", "REPEATED",
    ],
    cells,
    object,
};

const NONE: &str = "no timer that is still to come: `timers list` tells which there are";

pub(super) async fn run(config: &Config, command: TimersCommand) -> Result<ExitCode, Failure> {
    let timers = AllTimers::new(connect::database(&config.database).await?);
    let clock = Clock::of_command(config).await;
    match command {
        TimersCommand::List(list) => {
            let rows = timers.to_come(list.user, list.limit).await?;
            let is_full = rows.len() == list.limit as usize;
            let more = is_full.then(|| "there may be more: --limit\n".to_owned());
            ROWS.print(&rows, list.form.json, more)
        }
        TimersCommand::Cancel { ids } => {
            each(&ids, "cancelled", NONE, async |id| {
                timers.cancel(id, clock.now()).await
            })
            .await
        }
        TimersCommand::Fire { ids } => {
            each(&ids, "due now", NONE, async |id| {
                timers.hurry(id, clock.now()).await
            })
            .await
        }
    }
}

fn cells(row: &Row) -> Vec<String> {
    vec![
        row.id.to_string(),
        utc(row.due()),
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
        "due": utc(row.due()),
        "bot_id": row.bot_id,
        "user_id": row.user_id,
        "chat_id": row.chat_id,
        "event": row.event,
        "key": row.key,
        "cron": row.cron,
        "zone": row.zone,
    })
}

fn repeated(row: &Row) -> Option<String> {
    let cron = row.cron.as_deref()?;
    Some(line(&format!(
        "{cron} {}",
        row.zone.as_deref().unwrap_or("UTC")
    )))
}
