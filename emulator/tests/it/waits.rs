//! Waits: each looks at its deadline, leaves others their turn, and changes nothing while it finds nothing.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use telegram_emulator::Emulator;
use tokio::time::timeout;

use crate::support::{Bot, button, start};

/// Two messages with the same button, of which the second is deleted; its number.
async fn deleted_message(tg: &Emulator, bot: &Bot, chat_id: i64) -> Value {
    let params = json!({"chat_id": chat_id, "text": "Да?", "reply_markup": button("Да", "one")});
    bot.call("sendMessage", params.clone()).await.result();
    let second = bot.call("sendMessage", params).await.result()["message_id"].clone();
    let place = json!({"chat_id": chat_id, "message_id": second});
    bot.call("deleteMessage", place).await.result();
    assert_eq!(tg.messages_in(chat_id).len(), 1);
    second
}

async fn version(bot: &Bot, tg: &Emulator) -> Value {
    bot.control(tg, "world").await["version"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_press_on_a_deleted_message_ends_at_its_deadline_and_disturbs_nobody() {
    let (tg, bot) = start().await;
    let alice = tg.person("S").with_id(5).who_has_started();
    let gone = deleted_message(&tg, &bot, alice.id()).await;
    let before = version(&bot, &tg).await;
    for timeout_ms in [500, 0] {
        let url = format!("{}/control/press", tg.url());
        let form = format!("user=5&data=one&message_id={gone}&timeout_ms={timeout_ms}");
        let press = bot.request(Method::POST, url, &form);
        let press = timeout(Duration::from_secs(10), press).await;
        press.expect("an answer").is_error(
            408,
            &format!("Request Timeout: a button with the callback_data \"one\" did not come within {timeout_ms} ms"),
        );
    }
    // Looking for it was no change of the world.
    let after = timeout(Duration::from_secs(10), version(&bot, &tg)).await;
    assert_eq!(after.expect("an answer"), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_wait_whose_look_changes_the_world_ends_at_its_deadline() {
    let (tg, bot) = start().await;
    let wait = tg.holds_within(Duration::from_millis(300), |tg| {
        let _someone = tg.person("Алиса");
        false
    });
    let held = timeout(Duration::from_secs(10), wait).await;
    assert_eq!(held, Ok(false));
    bot.call("getMe", json!({})).await.result();
}
