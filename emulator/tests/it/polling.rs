//! getUpdates.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use telegram_emulator::Emulator;
use tokio::task::JoinHandle;

use crate::support::{Bot, Raw, Reply, start};

const OTHER_POLL: &str = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";

/// Starts a poll that has to wait, and returns when it waits.
async fn poll(tg: &Emulator, bot: &Bot, params: Value) -> JoinHandle<Reply> {
    let before = tg.calls_of("getUpdates").len();
    let bot = bot.clone();
    let poll = tokio::spawn(async move { bot.call("getUpdates", params).await });
    tg.wait_until(|tg| tg.calls_of("getUpdates").len() > before && tg.is_polled())
        .await;
    poll
}

fn ids(updates: &[Value]) -> Vec<i64> {
    updates
        .iter()
        .map(|update| update["update_id"].as_i64().unwrap())
        .collect()
}

#[tokio::test]
async fn updates_stay_until_their_offset_is_confirmed() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    let (first, second) = (alice.says("1"), alice.says("2"));
    assert_eq!(second, first + 1);
    assert_eq!(tg.confirmed_offset(), None);

    assert_eq!(ids(&bot.updates(0).await), [first, second]);
    assert_eq!(ids(&bot.updates(first).await), [first, second]);
    assert_eq!(tg.pending_updates(), 2);
    assert_eq!(ids(&bot.updates(second).await), [second]);
    assert_eq!(bot.updates(second + 1).await, [] as [Value; 0]);
    assert_eq!(
        (tg.pending_updates(), tg.confirmed_offset()),
        (0, Some(second + 1))
    );
}

#[tokio::test]
async fn a_waiting_poll_wakes_at_once_on_a_new_update() {
    let (tg, bot) = start().await;
    let poll = poll(&tg, &bot, json!({"timeout": 50})).await;
    let said = Instant::now();
    let id = tg.person("Алиса").says("привет");
    let reply = poll.await.unwrap();
    assert_eq!(reply.result()[0]["update_id"], id);
    assert!(
        said.elapsed() < Duration::from_secs(2),
        "{:?}",
        said.elapsed()
    );
    assert!(!tg.is_polled());
}

#[tokio::test]
async fn a_poll_without_updates_ends_empty_after_its_timeout() {
    let (_tg, bot) = start().await;
    let begun = Instant::now();
    let reply = bot.call("getUpdates", json!({"timeout": 1})).await;
    assert_eq!(reply.result(), &json!([]));
    assert!(
        begun.elapsed() >= Duration::from_secs(1),
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test]
async fn the_limit_is_clamped_and_bad_numbers_fall_back() {
    let (tg, bot) = start().await;
    let first = tg
        .person("Алиса")
        .says_many((0..120).map(|n| n.to_string()))
        - 119;
    let count = async |offset: i64, limit: Value| {
        let reply = bot
            .call("getUpdates", json!({"offset": offset, "limit": limit}))
            .await;
        reply.result().as_array().unwrap().len()
    };
    // Another offset each time: the same one at once would be punished.
    assert_eq!(count(first - 1, json!(1000)).await, 100);
    assert_eq!(count(first - 2, json!(0)).await, 1);
    assert_eq!(count(first - 3, json!(-5)).await, 1);
    assert_eq!(count(first - 4, json!("7")).await, 7);
    assert_eq!(count(first - 5, json!("many")).await, 100);
    assert_eq!(count(first - 6, json!(1.5)).await, 100);
}

#[tokio::test]
async fn the_same_offset_at_once_gets_one_update_only() {
    let (tg, bot) = start().await;
    tg.person("Алиса").says_many(["1", "2", "3"]);
    assert_eq!(bot.updates(0).await.len(), 3);
    assert_eq!(bot.updates(0).await.len(), 1);
    assert_eq!(bot.updates(1).await.len(), 3);
}

#[tokio::test]
async fn the_same_offset_soon_again_waits_even_without_a_timeout() {
    let (tg, bot) = start().await;
    assert_eq!(bot.updates(7).await, [] as [Value; 0]);
    let again = poll(&tg, &bot, json!({"offset": 7})).await;
    let id = tg.person("Алиса").says("привет");
    assert_eq!(ids(again.await.unwrap().result().as_array().unwrap()), [id]);
    // Another offset does not.
    assert_eq!(bot.updates(id + 1).await, [] as [Value; 0]);
}

#[tokio::test]
async fn a_second_conflict_soon_after_the_first_is_answered_late() {
    let (tg, bot) = start().await;
    let first = poll(&tg, &bot, json!({"timeout": 50})).await;
    let second = poll(&tg, &bot, json!({"timeout": 50, "offset": 1})).await;
    first.await.unwrap().is_error(409, OTHER_POLL);
    let before = Instant::now();
    let third = poll(&tg, &bot, json!({"timeout": 50, "offset": 2})).await;
    second.await.unwrap().is_error(409, OTHER_POLL);
    assert!(
        before.elapsed() >= Duration::from_secs(3),
        "{:?}",
        before.elapsed()
    );
    tg.person("Алиса").says("привет");
    assert_eq!(third.await.unwrap().status, 200);
}

#[tokio::test]
async fn a_negative_offset_keeps_the_last_ones_only() {
    let (tg, bot) = start().await;
    let last = tg.person("Алиса").says_many(["1", "2", "3", "4", "5"]);
    assert_eq!(ids(&bot.updates(-2).await), [last - 1, last]);
    assert_eq!(tg.pending_updates(), 2);
    assert_eq!(bot.updates(-100).await.len(), 2);
}

#[tokio::test]
async fn the_older_of_two_waiting_polls_is_ended() {
    let (tg, bot) = start().await;
    let older = poll(&tg, &bot, json!({"timeout": 50})).await;
    let newer = poll(&tg, &Bot::of(&tg), json!({"timeout": 50, "offset": 1})).await;
    older.await.unwrap().is_error(409, OTHER_POLL);
    tg.person("Алиса").says("привет");
    assert_eq!(newer.await.unwrap().result().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_poll_that_need_not_wait_ends_no_other() {
    let (tg, bot) = start().await;
    let waiting = poll(&tg, &bot, json!({"timeout": 50})).await;
    assert_eq!(Bot::of(&tg).updates(1).await, [] as [Value; 0]);
    assert!(tg.is_polled());
    tg.person("Алиса").says("привет");
    assert_eq!(waiting.await.unwrap().status, 200);
}

#[tokio::test]
async fn a_poller_that_hung_up_loses_nothing() {
    let (tg, bot) = start().await;
    let raw = Raw::connect(tg.address()).await;
    raw.send(&format!(
        "GET /bot{}/getUpdates?timeout=50 HTTP/1.1\r\nHost: x\r\n\r\n",
        tg.token()
    ))
    .await;
    tg.wait_until(|tg| tg.is_polled()).await;
    drop(raw);
    tg.wait_until(|tg| !tg.is_polled()).await;
    tg.wait_until(|tg| tg.calls()[0].took.is_some()).await;
    assert_eq!(tg.calls()[0].status, 0);

    let id = tg.person("Алиса").says("привет");
    assert_eq!(ids(&bot.updates(0).await), [id]);
}

#[tokio::test]
async fn allowed_updates_are_remembered_and_default_leaves_some_out() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    let kinds = async || {
        let updates = bot.updates(-100).await;
        let kinds: Vec<String> = updates
            .iter()
            .flat_map(|update| update.as_object().unwrap().keys().cloned())
            .filter(|key| key != "update_id")
            .collect();
        let next = ids(&updates).last().map_or(1, |last| last + 1);
        bot.updates(next).await;
        kinds
    };
    let act = || (alice.says("привет"), alice.blocks(), alice.unblocks());

    bot.call("getUpdates", json!({"allowed_updates": ["my_chat_member"]}))
        .await;
    act();
    assert_eq!(kinds().await, ["my_chat_member", "my_chat_member"]);
    // Absent or unreadable: unchanged.
    bot.call("getUpdates", json!({"allowed_updates": "what"}))
        .await;
    act();
    assert_eq!(kinds().await, ["my_chat_member", "my_chat_member"]);
    assert_eq!(
        bot.get("getWebhookInfo").await.result()["allowed_updates"],
        json!(["my_chat_member"])
    );
    // As JSON text in a form; only unknown names: the default.
    bot.send(
        "getUpdates",
        "application/x-www-form-urlencoded",
        "allowed_updates=%5B%22message%22%5D",
    )
    .await;
    act();
    assert_eq!(kinds().await, ["message"]);
    bot.call("getUpdates", json!({"allowed_updates": ["nonsense"]}))
        .await;
    act();
    assert_eq!(
        kinds().await,
        ["message", "my_chat_member", "my_chat_member"]
    );
    assert_eq!(
        bot.get("getWebhookInfo")
            .await
            .result()
            .get("allowed_updates"),
        None
    );
}
