//! Places, contacts, polls and dice; answers, threads, reactions, pins and chat actions.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::start;

#[tokio::test]
async fn places_and_contacts_are_sent() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let id = alice.id();
    let params = json!({"chat_id": id, "latitude": 55.5, "longitude": "37.5", "live_period": 60});
    let location = json!({"latitude": 55.5, "longitude": 37.5, "live_period": 60});
    assert_eq!(
        bot.call("sendLocation", params).await.result()["location"],
        location
    );
    let params =
        json!({"chat_id": id, "latitude": 1, "longitude": 2, "title": "Дом", "address": "Здесь"});
    let reply = bot.call("sendVenue", params).await;
    assert_eq!(
        reply.result()["venue"]["location"],
        reply.result()["location"]
    );
    assert_eq!(reply.result()["venue"]["title"], "Дом");
    let params = json!({"chat_id": id, "phone_number": "+7", "first_name": "Б"});
    let contact = json!({"phone_number": "+7", "first_name": "Б"});
    assert_eq!(
        bot.call("sendContact", params).await.result()["contact"],
        contact
    );

    bot.call("sendLocation", json!({"chat_id": id, "longitude": 1}))
        .await
        .is_error(400, "Bad Request: latitude is empty");
    bot.call("sendContact", json!({"chat_id": id, "phone_number": "+7"}))
        .await
        .is_error(400, "Bad Request: parameter \"first_name\" is required");
}

#[tokio::test]
async fn dice_fall_within_their_range() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    for (emoji, most) in [("🎲", 6), ("⚽", 5), ("🎰", 64)] {
        let reply = bot
            .call("sendDice", json!({"chat_id": alice.id(), "emoji": emoji}))
            .await;
        let dice = &reply.result()["dice"];
        assert_eq!(dice["emoji"], emoji);
        assert!(
            (1..=most).contains(&dice["value"].as_i64().unwrap()),
            "{dice}"
        );
    }
}

#[tokio::test]
async fn a_poll_is_sent_or_refused_in_telegrams_words() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let send = async |question: &str, options: Value| {
        let params = json!({"chat_id": alice.id(), "question": question, "options": options});
        bot.call("sendPoll", params).await
    };
    let reply = send("Как?", json!(["Так", {"text": "Иначе"}])).await;
    let poll = &reply.result()["poll"];
    assert_eq!(
        (&poll["question"], &poll["type"]),
        (&json!("Как?"), &json!("regular"))
    );
    assert_eq!(
        (&poll["is_anonymous"], &poll["total_voter_count"]),
        (&json!(true), &json!(0))
    );
    assert_eq!(
        (
            &poll["options"][1]["text"],
            &poll["options"][1]["voter_count"]
        ),
        (&json!("Иначе"), &json!(0))
    );
    let quiz = async |correct: Value| {
        let mut params =
            json!({"chat_id": alice.id(), "question": "?", "options": ["a", "b"], "type": "quiz"});
        params
            .as_object_mut()
            .unwrap()
            .extend(correct.as_object().unwrap().clone());
        bot.call("sendPoll", params).await
    };
    for correct in [
        json!({"correct_option_id": 1}),
        json!({"correct_option_ids": [1]}),
    ] {
        let reply = quiz(correct).await;
        let poll = &reply.result()["poll"];
        assert_eq!(
            (&poll["correct_option_ids"], &poll["allows_revoting"]),
            (&json!([1]), &json!(false))
        );
    }
    quiz(json!({"correct_option_id": 2}))
        .await
        .is_error(400, "Bad Request: wrong correct option ID specified");
    send("", json!(["a"]))
        .await
        .is_error(400, "Bad Request: text must be non-empty");
    send("?", json!([])).await.is_error(
        400,
        "Bad Request: poll must have at least one answer option",
    );
    send("?", json!(vec!["a"; 13]))
        .await
        .is_error(400, "Bad Request: poll can't have more than 12 options");
}

#[tokio::test]
async fn answers_may_do_without_their_message_and_threads_are_echoed() {
    let (tg, bot) = start().await;
    let group = tg.group("Дом");
    let thread = bot.says(group.id(), "начало").await["message_id"].clone();
    let send = async |reply: Value| {
        let params = json!({"chat_id": group.id(), "text": "ответ", "reply_parameters": reply, "message_thread_id": thread,
                            "link_preview_options": {"is_disabled": true}, "disable_notification": true});
        bot.call("sendMessage", params).await
    };
    let lenient = json!({"message_id": 99, "allow_sending_without_reply": true});
    let message = send(lenient).await.result().clone();
    assert_eq!(message.get("reply_to_message"), None);
    assert_eq!(message["message_thread_id"], thread);
    assert_eq!(
        message["link_preview_options"],
        json!({"is_disabled": true})
    );
    send(json!({"message_id": 99}))
        .await
        .is_error(400, "Bad Request: message to be replied not found");
    send(json!("x"))
        .await
        .is_error(400, "Bad Request: can't parse reply parameters JSON object");
    send(json!([]))
        .await
        .is_error(400, "Bad Request: object expected as reply parameters");
    let answer = send(json!({"message_id": message["message_id"]})).await;
    assert_eq!(
        answer.result()["reply_to_message"]["message_id"],
        message["message_id"]
    );
}

#[tokio::test]
async fn reactions_are_kept_with_the_message() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    alice.says("хорошо?");
    let react = async |id: i64, reaction: Value| {
        bot.call(
            "setMessageReaction",
            json!({"chat_id": alice.id(), "message_id": id, "reaction": reaction}),
        )
        .await
    };
    let heart = json!([{"type": "emoji", "emoji": "❤"}]);
    assert_eq!(react(1, heart.clone()).await.result(), true);
    let url = format!("{}/control/messages?chat={}", tg.url(), alice.id());
    let shown = bot.request(Method::GET, url, "").await;
    assert_eq!(shown.result()[0]["reactions"], heart);
    react(1, json!([{"type": "emoji", "emoji": "🧲"}]))
        .await
        .is_error(400, "Bad Request: REACTION_INVALID");
    react(9, heart)
        .await
        .is_error(400, "Bad Request: message to react not found");
    react(1, json!([])).await.result();
}

#[tokio::test]
async fn messages_are_pinned_and_unpinned() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    alice.says_many(["раз", "два"]);
    let call = async |method: &str, more: Value| {
        let mut params = json!({"chat_id": alice.id()});
        params
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        bot.call(method, params).await
    };
    let pinned = async || {
        call("getChat", json!({}))
            .await
            .result()
            .get("pinned_message")
            .cloned()
    };
    call("pinChatMessage", json!({"message_id": 1}))
        .await
        .result();
    call("pinChatMessage", json!({"message_id": 2}))
        .await
        .result();
    assert_eq!(pinned().await.unwrap()["text"], "два");
    call("unpinChatMessage", json!({})).await.result();
    assert_eq!(pinned().await.unwrap()["text"], "раз");
    call("unpinAllChatMessages", json!({})).await.result();
    assert_eq!(pinned().await, None);
    call("pinChatMessage", json!({"message_id": 9}))
        .await
        .is_error(400, "Bad Request: message to pin not found");

    let group = tg.group("Дом");
    alice.says_in(&group, "правила");
    let params = json!({"chat_id": group.id(), "message_id": 1});
    bot.call("pinChatMessage", params.clone()).await.is_error(
        400,
        "Bad Request: not enough rights to manage pinned messages in the chat",
    );
    let _group = group.with_bot_as_administrator();
    bot.call("pinChatMessage", params).await.result();
}

#[tokio::test]
async fn a_chat_action_is_seen_until_the_bot_speaks() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let seen = async || {
        let url = format!("{}/control/actions", tg.url());
        bot.request(Method::GET, url, "").await.result().clone()
    };
    bot.call(
        "sendChatAction",
        json!({"chat_id": alice.id(), "action": "typing"}),
    )
    .await
    .result();
    let action = seen().await[0].clone();
    assert_eq!(
        (&action["chat_id"], &action["action"]),
        (&json!(alice.id()), &json!("typing"))
    );
    bot.says(alice.id(), "готово").await;
    assert_eq!(seen().await, json!([]));
}

#[tokio::test]
async fn reply_keyboards_and_links_are_checked() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let send = async |markup: Value| {
        bot.call(
            "sendMessage",
            json!({"chat_id": alice.id(), "text": "x", "reply_markup": markup}),
        )
        .await
    };
    let link = |url: &str| json!({"inline_keyboard": [[{"text": "a", "url": url}]]});
    send(link("example.com/a")).await.result();
    send(link("tg://resolve?domain=a")).await.result();
    send(link("localhost")).await.is_error(
        400,
        "Bad Request: inline keyboard button URL 'localhost' is invalid: Wrong HTTP URL",
    );
    send(json!({"inline_keyboard": [[{"text": "a", "web_app": {"url": "http://a.b"}}]]})).await.is_error(
        400,
        "Bad Request: inline keyboard button Web App URL 'http://a.b' is invalid: Only HTTPS links are allowed",
    );
    send(json!({"keyboard": ["a"]})).await.is_error(
        400,
        "Bad Request: field \"keyboard\" must be an Array of Arrays",
    );
    send(json!({"keyboard": [[1]]})).await.is_error(
        400,
        "Bad Request: can't parse keyboard button: KeyboardButton must be a String or an Object",
    );
    send(json!({"remove_keyboard": true})).await.result();
    assert_eq!(
        alice.messages()[2].reply_markup,
        Some(json!({"remove_keyboard": true}))
    );
}
