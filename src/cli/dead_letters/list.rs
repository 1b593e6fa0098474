//! `dead-letters list`: a line for each letter.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::nothing;
use crate::{
    cli::{
        Failure, List,
        output::{line, or_dash, say, table, utc},
    },
    dead_letters::{LetterBox, StoredLetter},
};

const HEAD: [&str; 8] = [
    "NUMBER",
    "SET ASIDE",
    "BOT",
    "UPDATE",
    "KIND",
    "USER",
    "DELIVERIES",
    "REASON",
];

pub(super) async fn run(letters: &LetterBox, list: &List) -> Result<ExitCode, Failure> {
    let limit = usize::try_from(list.limit).unwrap_or(usize::MAX);
    let page = letters.page(list.after, limit).await?;
    if list.form.json {
        let lines: String = page
            .iter()
            .map(|letter| format!("{}\n", object(letter)))
            .collect();
        say(&lines)?;
        return Ok(ExitCode::SUCCESS);
    }
    let Some(last) = page.last() else {
        return nothing();
    };
    let mut rows = vec![HEAD.map(str::to_owned).to_vec()];
    rows.extend(page.iter().map(row));
    let mut text = table(&rows);
    if letters.after(last.number).await?.is_some() {
        text.push_str(&format!("more: --after {}\n", last.number));
    }
    say(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn row(stored: &StoredLetter) -> Vec<String> {
    let envelope = stored.envelope();
    let kind = envelope.map(|envelope| line(envelope.kind_name));
    vec![
        stored.number.to_string(),
        utc(stored.time),
        or_dash(stored.bot_id),
        or_dash(stored.update_id),
        or_dash(kind.filter(|kind| !kind.is_empty())),
        or_dash(envelope.and_then(|envelope| envelope.user_id)),
        or_dash(stored.letter.deliveries),
        line(&stored.letter.reason),
    ]
}

fn object(stored: &StoredLetter) -> Value {
    let envelope = stored.envelope();
    json!({
        "number": stored.number,
        "time": utc(stored.time),
        "bot_id": stored.bot_id,
        "update_id": stored.update_id,
        "kind": envelope.map(|envelope| envelope.kind_name).filter(|kind| !kind.is_empty()),
        "user_id": envelope.and_then(|envelope| envelope.user_id),
        "deliveries": stored.letter.deliveries,
        "reason": stored.letter.reason,
        "error": stored.letter.error,
        "cut_from": stored.cut_from,
    })
}
