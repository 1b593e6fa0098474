//! `dead-letters`: updates that no handler could be given.

mod list;
mod purge;
mod replay;
mod show;

use std::process::ExitCode;

use super::{DeadLetters, Failure, connect, output::say};
use crate::{Config, dead_letters::LetterBox};

pub(super) async fn run(config: &Config, command: DeadLetters) -> Result<ExitCode, Failure> {
    let nats = connect::nats(config).await?;
    let letters = connect::letters(&nats, config).await?;
    match (command, letters) {
        (DeadLetters::List(list), Some(letters)) => list::run(&letters, &list).await,
        (DeadLetters::Show { number }, Some(letters)) => show::run(&letters, number).await,
        (DeadLetters::Replay(selection), Some(letters)) => {
            replay::run(config, &nats, letters, selection).await
        }
        (DeadLetters::Purge(selection), Some(letters)) => purge::run(&letters, selection).await,
        // Without the stream there are none.
        (DeadLetters::Show { number }, None) => Err(absent(number)),
        (DeadLetters::Replay(selection) | DeadLetters::Purge(selection), None) => selection
            .numbers
            .first()
            .map_or_else(nothing, |number| Err(absent(*number))),
        (DeadLetters::List(list), None) if list.form.json => Ok(ExitCode::SUCCESS),
        (DeadLetters::List(_), None) => nothing(),
    }
}

fn nothing() -> Result<ExitCode, Failure> {
    say("no dead letters\n")?;
    Ok(ExitCode::SUCCESS)
}

fn absent(number: u64) -> Failure {
    Failure::new(format!(
        "there is no dead letter {number}: `dead-letters list` tells which there are"
    ))
}

/// What became of several letters: a failure of one does not keep the others from their turn.
fn all_done(failures: usize) -> ExitCode {
    if failures == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The number of the last letter that is there now: those that come while a command is at work are
/// none of its business.
async fn last(letters: &LetterBox) -> Result<u64, Failure> {
    Ok(letters.count().await?.1)
}
