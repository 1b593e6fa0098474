//! `dead-letters show`: one letter whole.

use std::{fmt::Write, process::ExitCode};

use super::absent;
use crate::{
    cli::{
        Failure, json,
        output::{bytes, line, or_dash, say, utc},
    },
    dead_letters::{LetterBox, StoredLetter},
};

pub(super) async fn run(letters: &LetterBox, number: u64) -> Result<ExitCode, Failure> {
    let letter = letters.get(number).await?.ok_or_else(|| absent(number))?;
    say(&text(&letter))?;
    Ok(ExitCode::SUCCESS)
}

/// What is known, then the headers, then the update.
fn text(stored: &StoredLetter) -> String {
    let envelope = stored.envelope();
    let mut lines = vec![
        ("Number", stored.number.to_string()),
        ("Set aside", utc(stored.time)),
        ("Bot", or_dash(stored.bot_id)),
        ("Update", or_dash(stored.update_id)),
        (
            "Kind",
            or_dash(envelope.map(|envelope| line(envelope.kind_name))),
        ),
        (
            "User",
            or_dash(envelope.and_then(|envelope| envelope.user_id)),
        ),
    ];
    let headers = stored.headers.iter();
    lines.extend(headers.map(|(name, value)| (name.as_str(), line(value))));
    let mut text = String::new();
    for (name, value) in lines {
        let _ = writeln!(text, "{name}: {value}");
    }
    let update = &stored.letter.update;
    let shown = json::pretty(update).unwrap_or_else(|| bytes(update));
    text + "\n" + &shown + "\n"
}
