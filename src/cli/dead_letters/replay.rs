//! `dead-letters replay`: gives updates to the handlers again.

use std::process::ExitCode;

use super::{absent, all_done, last, nothing};
use crate::{
    Config,
    cli::{Failure, Selection, connect, output::say},
    dead_letters::{LetterBox, Replay, Replayed},
    nats::Nats,
    unit_of_work::Inbox,
};

pub(super) async fn run(
    config: &Config,
    nats: &Nats,
    letters: LetterBox,
    selection: Selection,
) -> Result<ExitCode, Failure> {
    let inbox = Inbox::new(connect::database(&config.database).await?);
    let replay = Replay::new(nats, &config.nats.prefix, letters.clone(), inbox).await?;
    // Whether an update was applied is in the tables of its own bot.
    let bot = config.bot_name().map(|_| config.telegram.bot_id());
    let replay = replay.ok_or_else(|| {
        Failure::new("there is no queue under this nats.prefix: run the service once, it makes it")
    })?;
    let replay = match bot {
        Some(bot) => replay.of_bot(bot),
        None => replay,
    };
    if !selection.all {
        let mut failures = 0;
        for number in selection.numbers {
            failures += usize::from(!replay_one(&replay, number).await?);
        }
        return Ok(all_done(failures));
    }
    // An update that fails again becomes a letter with a higher number.
    let (last, mut number, mut failures) = (last(&letters).await?, 0, 0);
    let mut is_empty = true;
    while let Some(letter) = letters.after(number).await? {
        number = letter.number;
        if number > last {
            break;
        }
        if bot.is_some_and(|bot| letter.bot_id != Some(bot)) {
            continue;
        }
        is_empty = false;
        failures += usize::from(!replay_one(&replay, number).await?);
    }
    if is_empty {
        return nothing();
    }
    Ok(all_done(failures))
}

/// Tells at once what became of a letter: what follows may fail.
async fn replay_one(replay: &Replay, number: u64) -> Result<bool, Failure> {
    match replay.run(number).await? {
        Replayed::Queued { bot_id, update_id } => {
            say(&format!(
                "{number}: update {update_id} of bot {bot_id} is in the queue again\n"
            ))?;
            return Ok(true);
        }
        Replayed::Absent => eprintln!("ostankino: {}", absent(number)),
        Replayed::Refused(why) => eprintln!(
            "ostankino: letter {number} is not replayed: {why}; `dead-letters purge {number}` deletes it"
        ),
    }
    Ok(false)
}
