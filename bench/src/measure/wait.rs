//! Waiting for a bot: never for ever, and not for one that has ended or stands still.

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use crate::{
    bot::Bot,
    telegram::{Pace, Telegram},
};

/// How long a bot may take to begin to poll.
const START: Duration = Duration::from_secs(30);
const WARM_UP: Duration = Duration::from_millis(1500);
/// All of a warm-up, with bots that are slow.
const WARM_UP_LIMIT: Duration = Duration::from_secs(20);
/// A bot that answers nothing for so long stands still: longer than a lost delivery takes to come again
/// in a revision without batches.
const STILL: Duration = Duration::from_secs(22);

/// Waits until the bot polls.
pub(crate) fn until_it_polls(bot: &mut Bot, telegram: &Telegram) -> Result<(), String> {
    let polls = wait(bot, START, |slice| telegram.supply.wait_for_poll(slice))?;
    polls
        .then_some(())
        .ok_or_else(|| bot.complain("the bot does not poll"))
}

/// Waits in slices while the bot runs; false if it is not so in time.
fn wait(
    bot: &mut Bot,
    limit: Duration,
    mut is_so: impl FnMut(Duration) -> bool,
) -> Result<bool, String> {
    let begun = Instant::now();
    while begun.elapsed() < limit {
        if is_so(Duration::from_millis(500)) {
            return Ok(true);
        }
        bot.check()?;
    }
    Ok(false)
}

/// Waits until everything is answered or apologised for; false if it is not in time, or nothing is
/// for long.
pub(crate) fn answers(bot: &mut Bot, telegram: &Telegram, limit: Duration) -> Result<bool, String> {
    let (mut settled, mut moved) = (telegram.supply.settled_count(), Instant::now());
    let mut came = false;
    wait(bot, limit, |slice| {
        came = telegram.supply.wait_for_answers(slice);
        let now = telegram.supply.settled_count();
        if now > settled {
            (settled, moved) = (now, Instant::now());
        }
        came || moved.elapsed() > STILL
    })?;
    Ok(came)
}

/// Gives updates until connections, caches and rows are there; says how many a second were
/// answered in the end.
pub(crate) fn warm_up(
    bot: &mut Bot,
    telegram: &Telegram,
    feed: &mut impl FnMut(usize, Pace) -> Range<usize>,
) -> Result<f64, String> {
    let begun = Instant::now();
    let mut count = 256;
    loop {
        let range = feed(count, Pace::Saturation);
        let left = WARM_UP_LIMIT.saturating_sub(begun.elapsed());
        let all_came = answers(bot, telegram, left)?;
        let account = telegram.supply.account(range);
        if !all_came || account.answered == 0 {
            let progress = telegram.supply.progress();
            let said = telegram.supply.apology();
            let said = said.map_or(String::new(), |said| format!(" («{said}»)"));
            return Err(bot.complain(&format!("the warm-up fails: {progress}{said}")));
        }
        let took = account.took.as_secs_f64();
        if begun.elapsed() > WARM_UP {
            return Ok(account.answered as f64 / took.max(1e-9));
        }
        if took < 0.4 {
            count *= 2;
        }
    }
}
