//! /remind: messages that come later. `/remind 15m чай` asks for one, `/remind` lists them, each with a button that
//! cancels it.

use std::time::Duration;

use ostankino::{
    CallbackData, CommandArgs, Event, Fired, Html, Pressed, Reply, Result, Router, Timers,
};
use serde::{Deserialize, Serialize};

use crate::Texts;

/// The furthest that is remembered.
const FURTHEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// What is to be said later.
#[derive(Debug, Serialize, Deserialize)]
struct Remind {
    text: String,
}

impl Event for Remind {
    const NAME: &'static str = "remind";
}

#[derive(CallbackData)]
#[callback(prefix = "remind")]
struct Cancel {
    timer: i64,
}

pub(super) fn router() -> Router {
    Router::new()
        .command("remind", remind)
        .in_menu(Texts::cmd_remind)
        .press::<Cancel, _>(cancel)
        .event::<Remind, _>(say)
}

async fn remind(t: Texts, timers: Timers, CommandArgs(args): CommandArgs) -> Result<Reply> {
    if args.trim().is_empty() {
        return list(&t, &timers).await;
    }
    let Some((after, text)) = parse(&args) else {
        return Ok(Reply::text(t.remind_usage()));
    };
    let text = text.to_owned();
    timers.after(after).event(&Remind { text }).await?;
    Ok(Reply::text(t.will_remind()))
}

/// What is still to come. There is one line for each, and one button.
async fn list(t: &Texts, timers: &Timers) -> Result<Reply> {
    let all = timers.list::<Remind>().await?;
    if all.is_empty() {
        return Ok(Reply::text(t.remind_usage()));
    }
    let lines = all.iter().enumerate().map(|(at, timer)| {
        let due = timer.due.strftime("%d.%m %H:%M UTC").to_string();
        t.reminder_line(due, at + 1, &timer.event.text)
    });
    let mut reply = Reply::text(Html::join(lines, "\n"));
    for (at, timer) in all.iter().enumerate() {
        let cancel = Cancel { timer: timer.id };
        reply = reply.press(t.reminder_button(at + 1), &cancel);
    }
    Ok(reply)
}

async fn cancel(
    t: Texts,
    timers: Timers,
    Pressed(Cancel { timer }): Pressed<Cancel>,
) -> Result<Reply> {
    let was_to_come = timers.cancel_id(timer).await?;
    Ok(Reply::toast(match was_to_come {
        true => t.reminder_cancelled_toast(),
        false => t.reminder_gone_toast(),
    }))
}

async fn say(t: Texts, Fired(Remind { text }): Fired<Remind>) -> Html {
    t.reminder(text)
}

/// `15m чай`: in how long, and of what.
fn parse(args: &str) -> Option<(Duration, &str)> {
    let (when, text) = args.trim().split_once(char::is_whitespace)?;
    let unit = when.chars().next_back()?;
    let seconds = match unit {
        'm' | 'м' => 60,
        'h' | 'ч' => 60 * 60,
        'd' | 'д' => 24 * 60 * 60,
        _ => return None,
    };
    let count: u64 = when.strip_suffix(unit)?.parse().ok()?;
    let after = Duration::from_secs(count.checked_mul(seconds)?);
    let text = text.trim();
    (!text.is_empty() && after <= FURTHEST).then_some((after, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_and_of_what() {
        let minutes = |count: u64| Duration::from_secs(60 * count);
        assert_eq!(parse("15m чай"), Some((minutes(15), "чай")));
        assert_eq!(
            parse(" 2ч  купить\nхлеб "),
            Some((minutes(120), "купить\nхлеб"))
        );
        assert_eq!(parse("0d x"), Some((minutes(0), "x")));
        for none in [
            "чай",
            "15 чай",
            "m чай",
            "-1m чай",
            "15m",
            "99999d чай",
            "18446744073709551615d x",
        ] {
            assert_eq!(parse(none), None, "{none}");
        }
    }
}
