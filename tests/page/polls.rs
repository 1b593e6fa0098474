//! Polls: voting, taking a vote back, a quiz, and the end of it.

use serde_json::json;
use telegram_emulator::Emulator;

use crate::{bot::Bot, browser::Browser};

#[tokio::test]
async fn one_votes_takes_it_back_answers_a_quiz_and_sees_the_end() {
    let tg = Emulator::start().await;
    let (alice, bot) = (tg.person("Алиса"), Bot::listening(&tg).await);
    alice.says("/start");
    let mut params = json!({"chat_id": alice.id(), "question": "Куда?", "is_anonymous": false,
        "options": [{"text": "В лес"}, {"text": "Домой"}]});
    let poll = bot.call("sendPoll", &params).await;
    let page = Browser::open(&tg.url()).await;

    let option = |number: usize| format!(".poll button:nth-of-type({number})");
    page.click(&option(1)).await;
    page.until("document.querySelector('.poll [aria-pressed=true] progress')?.value === 1")
        .await;
    page.shows(".poll", "Голосов: 1").await;
    assert_eq!(bot.hears("poll_answer").await["option_ids"], json!([0]));
    page.click(&option(2)).await;
    page.until(&format!(
        "document.querySelector('{}').ariaPressed === 'true'",
        option(2)
    ))
    .await;
    page.click(&option(2)).await;
    page.shows(".poll", "Голосов: 0").await;
    let place = json!({"chat_id": alice.id(), "message_id": poll["message_id"]});
    bot.call("stopPoll", &place).await;
    page.shows(".poll", "Опрос закрыт").await;
    page.counts(".poll button:disabled", 2).await;

    params["type"] = json!("quiz");
    params["correct_option_ids"] = json!([0]);
    params["explanation"] = json!("В лесу лучше");
    bot.call("sendPoll", &params).await;
    page.counts(".poll", 2).await;
    page.click(&format!(".bubble:last-of-type {}", option(2)))
        .await;
    page.shows(".poll .right", "В лес (верно)").await;
    page.shows(".poll .wrong", "Домой").await;
    page.shows(".poll .explanation", "В лесу лучше").await;
    page.is_clean().await;
}
