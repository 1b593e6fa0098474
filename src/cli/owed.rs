//! `owed`: calls that are made later.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::{
    Failure, List, OwedCommand, Selection, connect,
    output::{line, or_dash, say},
    rows::{Rows, utc},
};
use crate::{
    Clock, Config, Result,
    owed::{AllOwed, Listed},
};

const ROWS: Rows<'static, Listed, 9> = Rows {
    what: "owed calls",
    head: [
        "NUMBER", "OWED", "NEXT TRY", "BOT", "CHAT", "KIND", "CALLS", "TRIES", "ERROR",
    ],
    cells,
    object,
};

/// Ids of chats have 52 bits; what is beyond stands for another place.
const CHATS: u64 = 1 << 52;

pub(super) async fn run(config: &Config, command: OwedCommand) -> Result<ExitCode, Failure> {
    let owed = AllOwed::new(connect::database(&config.database).await?);
    let clock = Clock::of_command(config).await;
    match command {
        OwedCommand::List(list) => self::list(&owed, &list).await,
        OwedCommand::Retry(selection) => {
            each(&owed, &selection, "due now", async |ids: &[i64]| {
                owed.retry(ids, clock.now()).await
            })
            .await
        }
        OwedCommand::Drop(selection) => {
            each(&owed, &selection, "dropped", async |ids: &[i64]| {
                owed.drop(ids).await
            })
            .await
        }
    }
}

async fn list(owed: &AllOwed, list: &List) -> Result<ExitCode, Failure> {
    let after = i64::try_from(list.after).unwrap_or(i64::MAX);
    let rows = owed.list(after, list.limit).await?;
    let more = match rows.last() {
        Some(last) if !owed.list(last.id, 1).await?.is_empty() => {
            Some(format!("more: --after {}\n", last.id))
        }
        _ => None,
    };
    ROWS.print(&rows, list.form.json, more)
}

/// Does it with all that are meant; one that is gone does not keep the others from their turn.
async fn each(
    owed: &AllOwed,
    selection: &Selection,
    done: &str,
    act: impl AsyncFn(&[i64]) -> Result<Vec<i64>>,
) -> Result<ExitCode, Failure> {
    let numbers = selection.numbers.iter();
    let named = numbers.map(|number| i64::try_from(*number).unwrap_or(i64::MAX));
    let ids: Vec<_> = match selection.all {
        true => owed.all().await?,
        false => named.collect(),
    };
    if ids.is_empty() {
        return nothing();
    }
    let found = act(&ids).await?;
    let mut code = ExitCode::SUCCESS;
    for id in &ids {
        if found.contains(id) {
            say(&format!("{id}: {done}\n"))?;
        } else if !selection.all {
            code = ExitCode::FAILURE;
            eprintln!(
                "{}: {id} is no owed call: `owed list` tells which there are",
                super::name()
            );
        }
    }
    Ok(code)
}

fn nothing() -> Result<ExitCode, Failure> {
    say("no owed calls\n")?;
    Ok(ExitCode::SUCCESS)
}

fn cells(row: &Listed) -> Vec<String> {
    let kind = match row.is_must {
        true if row.kind != "must" => format!("{}, must", row.kind),
        _ => row.kind.clone(),
    };
    vec![
        row.id.to_string(),
        utc(row.created_at),
        utc(row.next_at),
        row.bot_id.to_string(),
        or_dash(chat(row)),
        line(&kind),
        line(&row.methods.join(", ")),
        row.attempts.to_string(),
        or_dash(row.error.as_deref().map(line)),
    ]
}

fn object(row: &Listed) -> Value {
    json!({
        "number": row.id,
        "owed": utc(row.created_at),
        "next_try": utc(row.next_at),
        "bot_id": row.bot_id,
        "update_id": row.update_id,
        "chat_id": chat(row),
        "kind": row.kind,
        "is_obligation": row.is_must,
        "methods": row.methods,
        "tries": row.attempts,
        "error": row.error,
    })
}

fn chat(row: &Listed) -> Option<i64> {
    (row.place.unsigned_abs() < CHATS).then_some(row.place)
}
