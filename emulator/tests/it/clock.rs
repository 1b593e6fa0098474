//! Telegram's clock, and programs that follow it.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use telegram_emulator::Emulator;
use tokio::task::JoinHandle;

use crate::support::{Bot, start};

const DAY: Duration = Duration::from_secs(86_400);

/// Asks for the clock with these parameters, in the background.
fn ask(tg: &Emulator, bot: &Bot, how: Method, parameters: &str) -> JoinHandle<Value> {
    let (bot, url) = (bot.clone(), format!("{}/control/clock", tg.url()));
    let (url, form) = match how {
        Method::GET => (format!("{url}?{parameters}"), String::new()),
        _ => (url, parameters.to_owned()),
    };
    tokio::spawn(async move { bot.request(how, url, &form).await.result().clone() })
}

#[tokio::test]
async fn the_clock_goes_back_and_what_has_happened_does_not_happen_again() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let begun = tg.now();
    let mut offset = 0;
    let mut dated = async |text: &str| {
        alice.says(text);
        let updates = bot.updates(offset).await;
        offset = updates[0]["update_id"].as_i64().expect("an id") + 1;
        updates[0]["message"]["date"].as_i64().expect("a date")
    };
    tg.put_clock_forward(DAY);
    let tomorrow = dated("завтра").await;
    assert!((begun + 86_400..begun + 86_500).contains(&tomorrow));
    tg.set_clock_back(2 * DAY);
    let yesterday = dated("вчера").await;
    assert!((begun - 86_400..begun - 86_300).contains(&yesterday));
    assert_eq!(tg.clock_ahead_ms(), -86_400_000);

    let shown = ask(&tg, &bot, Method::POST, "seconds=-60&ms=-500")
        .await
        .expect("an answer");
    assert_eq!(shown["ahead_ms"], -86_460_500);
    let refused = bot
        .request(
            Method::POST,
            format!("{}/control/clock", tg.url()),
            "seconds=9000000000",
        )
        .await;
    assert_eq!(refused.status, 400);
}

#[tokio::test]
async fn who_moves_the_clock_waits_until_its_followers_know_it() {
    let (tg, bot) = start().await;
    let told = ask(&tg, &bot, Method::GET, "follower=a")
        .await
        .expect("an answer");
    assert_eq!(told["ahead_ms"], 0);
    let next = ask(&tg, &bot, Method::GET, "follower=a&unless=0");
    let moved = ask(&tg, &bot, Method::POST, "seconds=60");
    assert_eq!(next.await.expect("an answer")["ahead_ms"], 60_000);
    assert!(!moved.is_finished(), "the follower did not come back yet");
    let next = ask(&tg, &bot, Method::GET, "follower=a&unless=60000");
    assert_eq!(moved.await.expect("an answer")["ahead_ms"], 60_000);

    // One that is gone is waited for no more: sooner than one that is frozen.
    next.abort();
    let moved = ask(&tg, &bot, Method::POST, "seconds=60");
    let moved = tokio::time::timeout(Duration::from_secs(8), moved).await;
    assert_eq!(
        moved.expect("nobody is waited for").expect("an answer")["ahead_ms"],
        120_000
    );
}
