//! `dead-letters purge`: deletes letters for good.

use std::process::ExitCode;

use super::{absent, all_done, last};
use crate::{
    cli::{Failure, Selection, output::say},
    dead_letters::LetterBox,
};

pub(super) async fn run(letters: &LetterBox, selection: Selection) -> Result<ExitCode, Failure> {
    if selection.all {
        let deleted = letters.purge(last(letters).await?).await?;
        say(&format!("dead letters deleted: {deleted}\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut failures = 0;
    for number in selection.numbers {
        if letters.delete(number).await? {
            say(&format!("{number}: deleted\n"))?;
        } else {
            failures += 1;
            eprintln!("ostankino: {}", absent(number));
        }
    }
    Ok(all_done(failures))
}
