//! What commands that look at a table print: its rows, and what became of those that were named.

use std::process::ExitCode;

use serde_json::Value;

use super::{
    Failure,
    output::{say, table},
};
use crate::Result;

pub(super) use crate::clock::utc;

/// How rows of one kind are printed.
pub(super) struct Rows<'a, T, const N: usize> {
    /// What they are, as in "no timers".
    pub(super) what: &'a str,
    pub(super) head: [&'a str; N],
    pub(super) cells: fn(&T) -> Vec<String>,
    pub(super) object: fn(&T) -> Value,
}

impl<T, const N: usize> Rows<'_, T, N> {
    /// Prints them: a JSON object a line, or a table with `more` below it.
    pub(super) fn print(
        &self,
        rows: &[T],
        json: bool,
        more: Option<String>,
    ) -> Result<ExitCode, Failure> {
        if json {
            let lines = rows.iter().map(|row| format!("{}\n", (self.object)(row)));
            say(&lines.collect::<String>())?;
        } else if rows.is_empty() {
            say(&format!("no {}\n", self.what))?;
        } else {
            let head = self.head.map(str::to_owned).to_vec();
            let lines = std::iter::once(head).chain(rows.iter().map(self.cells));
            let text = table(&lines.collect::<Vec<_>>());
            say(&(text + &more.unwrap_or_default()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Does it with each; one that is not there does not keep the others from their turn. `else_told` says what it is not.
pub(super) async fn each(
    ids: &[i64],
    done: &str,
    else_told: &str,
    act: impl AsyncFn(i64) -> Result<bool>,
) -> Result<ExitCode, Failure> {
    let mut code = ExitCode::SUCCESS;
    for id in ids {
        if act(*id).await? {
            say(&format!("{id}: {done}\n"))?;
        } else {
            code = ExitCode::FAILURE;
            eprintln!("{}: {id} is {else_told}", super::name());
        }
    }
    Ok(code)
}
