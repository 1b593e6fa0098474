//! Polls: votes, quizzes, taking votes back, stopPoll, and the time at which they close.

use std::time::Duration;

use serde_json::{Value, json};
use telegram_emulator::Attachment;

use crate::support::{Bot, start};

async fn all(bot: &Bot) -> Vec<Value> {
    let all = bot.updates(0).await;
    if let Some(last) = all.last() {
        bot.updates(last["update_id"].as_i64().unwrap() + 1).await;
    }
    all
}

async fn sent(bot: &Bot, chat_id: i64, more: Value) -> Value {
    let mut params =
        json!({"chat_id": chat_id, "question": "Чай?", "options": ["Да", {"text": "Нет"}, "Кофе"]});
    params
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    bot.call("sendPoll", params).await.result().clone()
}

fn counts(poll: &Value) -> Vec<i64> {
    let options = poll["options"].as_array().unwrap();
    options
        .iter()
        .map(|option| option["voter_count"].as_i64().unwrap())
        .collect()
}

#[tokio::test]
async fn votes_are_counted_and_told() {
    let (tg, bot) = start().await;
    let group = tg.group("Дом");
    let (alice, boris) = (tg.person("Алиса"), tg.person("Борис"));
    let message = sent(
        &bot,
        group.id(),
        json!({"is_anonymous": false, "allows_multiple_answers": true}),
    )
    .await;
    let id = message["message_id"].as_i64().unwrap();
    alice.votes_in(&group, id, &[0, 2]);
    boris.votes_in(&group, id, &[2]);
    let updates = all(&bot).await;
    let answer = &updates[0]["poll_answer"];
    assert_eq!(
        (
            &answer["poll_id"],
            &answer["user"]["id"],
            &answer["option_ids"],
            &answer["option_persistent_ids"]
        ),
        (
            &message["poll"]["id"],
            &json!(alice.id()),
            &json!([0, 2]),
            &json!(["0", "2"])
        )
    );
    assert_eq!(updates.len(), 4);
    let poll = &updates[3]["poll"];
    assert_eq!(
        (counts(poll), &poll["total_voter_count"]),
        (vec![1, 0, 2], &json!(2))
    );
    alice.votes_in(&group, id, &[]);
    let updates = all(&bot).await;
    assert_eq!(updates[0]["poll_answer"]["option_ids"], json!([]));
    assert_eq!(counts(&updates[1]["poll"]), [0, 0, 1]);
}

#[tokio::test]
async fn an_anonymous_quiz_tells_counts_only_and_takes_one_vote() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").with_username("alice").who_has_started();
    let message = sent(
        &bot,
        alice.id(),
        json!({"type": "quiz", "correct_option_ids": [1]}),
    )
    .await;
    let id = message["message_id"].as_i64().unwrap();
    alice.votes(id, &[1]);
    let updates = all(&bot).await;
    assert_eq!(updates.len(), 1);
    assert_eq!(
        (
            counts(&updates[0]["poll"]),
            &updates[0]["poll"]["correct_option_ids"]
        ),
        (vec![0, 1, 0], &json!([1]))
    );
    let vote = async |more: Value| {
        let mut params = json!({"user": "alice", "message_id": id});
        params
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        bot.post_json(format!("{}/control/vote", tg.url()), params)
            .await
    };
    vote(json!({"option": "Да"}))
        .await
        .is_error(400, "Bad Request: they have voted already");
    let other = sent(&bot, alice.id(), json!({})).await["message_id"].clone();
    vote(json!({"message_id": other, "options": ["Да", 1]}))
        .await
        .is_error(400, "Bad Request: the poll takes one answer only");
    vote(json!({"message_id": other, "option": "Чай"}))
        .await
        .is_error(400, "Bad Request: there is no such option");
    vote(json!({"message_id": other, "option": "Кофе"}))
        .await
        .result();
    let shown = bot.control(&tg, "messages?chat=alice").await;
    assert_eq!(shown[1]["votes"][alice.id().to_string()], json!([2]));
}

#[tokio::test]
async fn a_poll_is_stopped_once() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let message = sent(
        &bot,
        alice.id(),
        json!({"reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}}),
    )
    .await;
    let stop = json!({"chat_id": alice.id(), "message_id": message["message_id"]});
    let stopped = bot.call("stopPoll", stop.clone()).await.result().clone();
    assert_eq!(
        (&stopped["id"], &stopped["is_closed"]),
        (&message["poll"]["id"], &json!(true))
    );
    assert_eq!(all(&bot).await[0]["poll"], stopped);
    assert_eq!(alice.messages()[0].reply_markup, None);
    bot.call("stopPoll", stop)
        .await
        .is_error(400, "Bad Request: poll has already been closed");
    let missing = json!({"chat_id": alice.id(), "message_id": 999});
    bot.call("stopPoll", missing)
        .await
        .is_error(400, "Bad Request: message with poll to stop not found");
    let text = bot.says(alice.id(), "x").await;
    let text = json!({"chat_id": alice.id(), "message_id": text["message_id"]});
    bot.call("stopPoll", text)
        .await
        .is_error(400, "Bad Request: message is not a poll");
    let url = format!("{}/control/vote", tg.url());
    let late = json!({"user": alice.id(), "message_id": message["message_id"], "option": 0});
    bot.post_json(url, late)
        .await
        .is_error(400, "Bad Request: the poll is closed");
}

#[tokio::test]
async fn a_poll_closes_when_its_time_is_over() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    sent(&bot, alice.id(), json!({"open_period": 600})).await;
    tg.put_clock_forward(Duration::from_secs(599));
    assert!(all(&bot).await.is_empty());
    tg.put_clock_forward(Duration::from_secs(2));
    assert_eq!(all(&bot).await[0]["poll"]["is_closed"], true);
}

#[tokio::test]
async fn a_forwarded_poll_is_the_same_and_peoples_own_is_not_told_of() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let group = tg.group("Дом");
    let message = sent(&bot, alice.id(), json!({})).await;
    let forward = json!({"chat_id": group.id(), "from_chat_id": alice.id(), "message_id": message["message_id"]});
    let copy = bot.call("forwardMessage", forward).await.result()["message_id"]
        .as_i64()
        .unwrap();
    alice.votes_in(&group, copy, &[1]);
    let shown = bot
        .control(&tg, &format!("messages?chat={}", alice.id()))
        .await;
    assert_eq!(counts(&shown[0]["poll"]), [0, 1, 0]);
    all(&bot).await;

    alice.sends(Attachment::poll("Где?", &["Тут", "Там"]));
    let own = all(&bot).await[0]["message"].clone();
    assert_eq!(own["poll"]["question"], "Где?");
    assert_eq!(alice.votes(own["message_id"].as_i64().unwrap(), &[0]), 0);
    assert!(all(&bot).await.is_empty());
}
