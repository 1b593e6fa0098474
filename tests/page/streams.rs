//! What the bot streams: shown while it grows, stopped by people, replaced by the message.

use serde_json::json;
use telegram_emulator::Emulator;

use crate::{bot::Bot, browser::Browser};

#[tokio::test]
async fn a_message_in_the_making_is_shown_and_stopped() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::listening(&tg).await);
    alice.says("/start");
    let page = Browser::open(&tg.url()).await;
    let mut draft =
        json!({"chat_id": alice.id(), "draft_id": 7, "text": "Думаю", "can_stop": true});
    bot.call("sendMessageDraft", &draft).await;
    page.shows(".stream", "Думаю").await;
    draft["text"] = json!("Думаю о <b>важном</b>");
    draft["parse_mode"] = json!("HTML");
    bot.call("sendMessageDraft", &draft).await;
    page.shows(".stream b", "важном").await;
    bot.sends(&alice, "Придумал").await;
    page.sees("Придумал").await;
    page.until("!document.querySelector('.stream')").await;

    draft["draft_id"] = json!(8);
    bot.call("sendMessageDraft", &draft).await;
    page.press("Остановить").await;
    page.until("!document.querySelector('.stream')").await;
    let stopped = bot.hears("stopped_message_generation").await;
    assert_eq!(stopped["draft_id"], 8);
    page.is_clean().await;
}
