//! The library's waits, and what they say when nothing comes.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;
use serde_json::json;
use telegram_emulator::{Call, Emulator, Group, Person, Press, SentMessage};

use crate::support::{Bot, start};

#[test]
fn traits() {
    fn shareable<T: Send + Sync>() {}
    fn cheap<T: Send + Sync + Clone>() {}
    shareable::<Emulator>();
    cheap::<Person>();
    cheap::<Group>();
    cheap::<Press>();
    cheap::<SentMessage>();
    cheap::<Call>();
}

#[tokio::test]
async fn messages_are_taken_in_order_and_waited_for() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    for text in ["раз", "два"] {
        bot.says(alice.id(), text).await;
    }
    assert_eq!(alice.next_message().await.text, "раз");
    assert_eq!(alice.next_message().await.text, "два");
    let waiting = tokio::spawn(alice.next_message());
    bot.says(alice.id(), "три").await;
    assert_eq!(waiting.await.unwrap().text, "три");
    assert_eq!(alice.messages().len(), 3);
}

#[tokio::test]
async fn calls_of_a_method_are_taken_in_order_and_waited_for() {
    let (tg, bot) = start().await;
    bot.call("getMe", json!({"n": 1})).await;
    bot.call("getChat", json!({})).await;
    bot.call("getme", json!({"n": 2})).await;
    assert_eq!(tg.next_call("getMe").await.params, json!({"n": 1}));
    let second = tg.next_call("getMe").await;
    assert_eq!(
        (
            second.params,
            second.method.as_str(),
            second.seq,
            second.status
        ),
        (json!({"n": 2}), "getMe", 3, 200)
    );
    let (third, _) = tokio::join!(tg.next_call("getMe"), bot.call("getMe", json!({"n": 3})));
    assert_eq!(third.params, json!({"n": 3}));
}

#[tokio::test]
async fn a_missed_deadline_panics_with_what_happened_instead() {
    let tg = Emulator::builder()
        .deadline(Duration::from_millis(50))
        .start()
        .await
        .unwrap();
    let bot = Bot::of(&tg);
    let alice = tg.person("Алиса");
    alice.says("ау");
    bot.call("sendMessage", json!({"chat_id": 5, "text": "мимо"}))
        .await;

    let panic = AssertUnwindSafe(alice.next_message())
        .catch_unwind()
        .await
        .unwrap_err();
    let said = panic.downcast_ref::<String>().unwrap();
    for part in [
        "tests/it/library.rs",
        "a message to Алиса",
        "did not come within 50ms",
        "-> {\"update_id\":",
        "ау",
        "<- sendMessage",
        "мимо",
        "= 400",
        "1 updates unconfirmed",
    ] {
        assert!(said.contains(part), "{part} is not in:\n{said}");
    }
    assert!(!said.contains(tg.token()));

    let panic = AssertUnwindSafe(alice.presses("Да"))
        .catch_unwind()
        .await
        .unwrap_err();
    assert!(
        panic
            .downcast_ref::<String>()
            .unwrap()
            .contains("a button with the text \"Да\"")
    );
    AssertUnwindSafe(tg.wait_until(|_| false))
        .catch_unwind()
        .await
        .unwrap_err();
    assert!(!tg.holds_within(Duration::ZERO, |_| false).await);
}

#[tokio::test]
async fn calls_need_not_be_kept() {
    let tg = Emulator::builder().keep_calls(false).start().await.unwrap();
    Bot::of(&tg).call("getMe", json!({})).await.result();
    assert_eq!(tg.calls().len(), 0);
    AssertUnwindSafe(tg.next_call("getMe"))
        .catch_unwind()
        .await
        .unwrap_err();
}

#[tokio::test]
async fn tens_of_thousands_of_updates_pass() {
    let tg = Emulator::builder().keep_calls(false).start().await.unwrap();
    let bot = Bot::of(&tg);
    let last = tg
        .person("Алиса")
        .says_many((0..20_000).map(|n| n.to_string()));
    let (mut offset, mut count) = (0, 0);
    loop {
        let updates = bot.updates(offset).await;
        let Some(newest) = updates.last() else { break };
        count += updates.len();
        offset = newest["update_id"].as_i64().unwrap() + 1;
    }
    assert_eq!((count, offset), (20_000, last + 1));
}
