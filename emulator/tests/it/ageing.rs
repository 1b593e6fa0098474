//! What grows too old: updates that nobody took, presses that nobody answered, messages that are not deleted any more.

use std::time::Duration;

use serde_json::json;

use crate::support::{button, start};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test]
async fn updates_are_dropped_each_kind_at_its_age() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    bot.call(
        "sendMessage",
        json!({"chat_id": alice.id(), "text": "?", "reply_markup": button("x", "x")}),
    )
    .await
    .result();
    alice.queries("кот");
    alice.presses("x").await;
    alice.says("слово");
    assert_eq!(tg.pending_updates(), 3);
    tg.put_clock_forward(seconds(31));
    assert_eq!(tg.pending_updates(), 2);
    tg.put_clock_forward(seconds(120));
    assert_eq!(tg.pending_updates(), 1);
    assert_eq!(bot.only_update().await["message"]["text"], "слово");
    tg.put_clock_forward(seconds(86_300));
    assert_eq!(tg.pending_updates(), 0);
}

#[tokio::test]
async fn a_press_can_be_answered_for_150_seconds() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    bot.call(
        "sendMessage",
        json!({"chat_id": alice.id(), "text": "?", "reply_markup": button("x", "x")}),
    )
    .await
    .result();
    let press = alice.presses("x").await;
    let answer = json!({"callback_query_id": press.id});
    tg.put_clock_forward(seconds(149));
    bot.call("answerCallbackQuery", answer.clone())
        .await
        .result();
    tg.put_clock_forward(seconds(1));
    bot.call("answerCallbackQuery", answer).await.is_error(
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    );
}

#[tokio::test]
async fn messages_are_deleted_within_two_days_but_by_administrators() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let group = tg.group("Дом");
    let governed = tg.group("Дача").with_bot_as_administrator();
    let sent = async |chat: i64| json!({"chat_id": chat, "message_id": bot.says(chat, "x").await["message_id"]});
    let (private, grouped, ruled) = (
        sent(alice.id()).await,
        sent(group.id()).await,
        sent(governed.id()).await,
    );
    let dice = bot
        .call("sendDice", json!({"chat_id": alice.id()}))
        .await
        .result()["message_id"]
        .clone();
    let dice = json!({"chat_id": alice.id(), "message_id": dice});
    let late = "Bad Request: message can't be deleted for everyone";
    bot.call("deleteMessage", dice.clone())
        .await
        .is_error(400, late);
    tg.put_clock_forward(seconds(25 * 3600));
    bot.call("deleteMessage", dice).await.result();
    tg.put_clock_forward(seconds(23 * 3600));
    bot.call("deleteMessage", private).await.is_error(400, late);
    bot.call("deleteMessage", grouped).await.is_error(400, late);
    bot.call("deleteMessage", ruled).await.result();
}
