//! What is refused rather than ignored, and the limits of what a bot may give.

use serde_json::{Value, json};
use telegram_emulator::Emulator;

use crate::support::{Bot, button, start};

async fn send(bot: &Bot, chat_id: i64, more: Value) -> crate::support::Reply {
    let mut params = json!({"chat_id": chat_id, "text": "слово и дело"});
    let fields = params.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    bot.call("sendMessage", params).await
}

#[tokio::test]
async fn what_is_not_known_is_refused() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let group = tg.group("Дом").with(&alice);
    for (chat_id, more, description) in [
        (
            alice.id(),
            json!({"business_connection_id": "x"}),
            "business connection not found",
        ),
        (
            alice.id(),
            json!({"direct_messages_topic_id": 77}),
            "direct messages topic not found",
        ),
        (
            alice.id(),
            json!({"message_thread_id": 77}),
            "message thread not found",
        ),
        (
            group.id(),
            json!({"message_thread_id": 77}),
            "message thread not found",
        ),
        (
            group.id(),
            json!({"message_effect_id": "5104841245755180586"}),
            "can't use message effects in the chat",
        ),
    ] {
        let refused = send(&bot, chat_id, more).await;
        refused.is_error(400, &format!("Bad Request: {description}"));
    }
    let unknown = send(&bot, alice.id(), json!({"suggested_post_parameters": "{}"})).await;
    unknown.is_error(
        501,
        "Not Implemented: telegram-emulator does not know the parameter suggested_post_parameters yet",
    );
    let effect = send(
        &bot,
        alice.id(),
        json!({"message_effect_id": "5104841245755180586"}),
    )
    .await;
    assert_eq!(effect.result()["effect_id"], "5104841245755180586");
}

#[tokio::test]
async fn quotes_are_shown_and_must_be_of_the_message() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let first = send(&bot, alice.id(), json!({})).await.result()["message_id"].clone();
    let reply = async |quote: Value| {
        let mut reply = json!({"message_id": first});
        reply
            .as_object_mut()
            .unwrap()
            .extend(quote.as_object().unwrap().clone());
        send(&bot, alice.id(), json!({"reply_parameters": reply})).await
    };
    let quoted = reply(json!({"quote": "<b>дело</b>", "quote_parse_mode": "HTML"})).await;
    let quote = json!({
        "text": "дело", "position": 8, "is_manual": true, "entities": [{"type": "bold", "offset": 0, "length": 4}],
    });
    assert_eq!(quoted.result()["quote"], quote);
    let second = reply(json!({"quote": "о", "quote_position": 11})).await;
    assert_eq!(second.result()["quote"]["position"], 11);
    let wrong = reply(json!({"quote": "нет такого"})).await;
    wrong.is_error(400, "Bad Request: QUOTE_TEXT_INVALID");
}

#[tokio::test]
async fn answers_to_presses_may_lead_only_to_the_bot() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    send(
        &bot,
        alice.id(),
        json!({"reply_markup": button("Да", "yes")}),
    )
    .await
    .result();
    let press = alice.presses("Да").await;
    let answer = async |more: Value| {
        let mut params = json!({"callback_query_id": press.id});
        params
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        bot.call("answerCallbackQuery", params).await
    };
    let long = answer(json!({"text": "я".repeat(201)})).await;
    long.is_error(400, "Bad Request: MESSAGE_TOO_LONG");
    let url = answer(json!({"url": "https://example.com/"})).await;
    url.is_error(400, "Bad Request: URL_INVALID");
    let own = format!("https://t.me/{}?start=x", tg.username());
    answer(json!({"url": own, "text": "я".repeat(200)}))
        .await
        .result();
}

#[tokio::test]
async fn buttons_are_checked_and_empty_rows_dropped() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let with = async |button: Value| {
        let rows = json!([[], [button], []]);
        send(
            &bot,
            alice.id(),
            json!({"reply_markup": {"inline_keyboard": rows}}),
        )
        .await
    };
    let copy = with(json!({"text": "a", "copy_text": {"text": "я".repeat(257)}})).await;
    copy.is_error(400, "Bad Request: BUTTON_COPY_TEXT_INVALID");
    let copy = with(json!({"text": "a", "copy_text": {"text": "я".repeat(256)}})).await;
    assert_eq!(
        copy.result()["reply_markup"]["inline_keyboard"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let style = with(json!({"text": "a", "callback_data": "a", "style": "pink"})).await;
    assert_eq!(
        (style.status, style.description().contains("style")),
        (400, true)
    );
    let style = with(json!({"text": "a", "callback_data": "a", "style": "danger"})).await;
    assert_eq!(
        style.result()["reply_markup"]["inline_keyboard"][0][0]["style"],
        "danger"
    );
    let reply = json!({"keyboard": [[], ["Да"]]});
    send(&bot, alice.id(), json!({"reply_markup": reply}))
        .await
        .result();
    let sent = alice.messages().pop().unwrap();
    assert_eq!(sent.reply_markup, Some(json!({"keyboard": [["Да"]]})));
}

#[tokio::test]
async fn a_local_path_is_no_photo() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    for path in ["/tmp/cat.png", "file:///tmp/cat.png", "./cat.png"] {
        let params = json!({"chat_id": alice.id(), "photo": path});
        let refused = bot.call("sendPhoto", params).await;
        assert_eq!(refused.status, 400, "{path}");
        let begin = "Bad Request: invalid file HTTP URL specified: ";
        assert!(refused.description().starts_with(begin), "{}", refused.body);
    }
    let params = json!({"chat_id": alice.id(), "photo": "example.com/cat.png"});
    bot.call("sendPhoto", params).await.result();
}

#[tokio::test]
async fn long_words_of_people_become_several_messages() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    alice.says(&"я".repeat(5000));
    let texts: Vec<usize> = bot
        .updates(0)
        .await
        .iter()
        .map(|update| update["message"]["text"].as_str().unwrap().chars().count())
        .collect();
    assert_eq!(texts, [4096, 904]);
    let blank = bot.post_json(
        format!("{}/control/say", tg.url()),
        json!({"user": alice.id(), "text": " \u{200b}"}),
    );
    blank
        .await
        .is_error(400, "Bad Request: text must be non-empty");
}

#[tokio::test]
async fn usernames_are_unique() {
    let (tg, bot) = start().await;
    let _alice = tg.person("Алиса").with_username("alice");
    let add = async |path: &str, params: Value| {
        bot.post_json(format!("{}/control/{path}", tg.url()), params)
            .await
    };
    for (path, name) in [
        ("users", "Alice"),
        ("groups", "alice"),
        ("users", tg.username()),
    ] {
        let params = json!({"first_name": "Б", "title": "Б", "username": name});
        let taken = add(path, params).await;
        taken.is_error(400, &format!("Bad Request: the username {name} is taken"));
    }
    assert_eq!(bot.control(&tg, "users").await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let (tg, _bot) = start().await;
    let port = tg.address().port();
    let taken = Emulator::builder().port(port).start().await.unwrap_err();
    let text = taken.to_string();
    assert!(
        text.starts_with(&format!("cannot listen on 127.0.0.1:{port}: ")),
        "{text}"
    );
}

#[tokio::test]
async fn polls_parse_their_question_options_and_explanation() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let params = json!({
        "chat_id": alice.id(), "type": "quiz", "correct_option_ids": [1],
        "question": "*Кто* ![👍](tg://emoji?id=5368324170671202286)\\?", "question_parse_mode": "MarkdownV2",
        "options": [{"text": "<b>я</b>", "text_parse_mode": "HTML"}, "ты"],
        "explanation": "<b>Это</b> ты", "explanation_parse_mode": "HTML",
    });
    let poll = bot.call("sendPoll", params).await.result()["poll"].clone();
    assert_eq!(poll["question"], "Кто 👍?");
    let emoji = json!([{"type": "custom_emoji", "offset": 4, "length": 2, "custom_emoji_id": "5368324170671202286"}]);
    assert_eq!(poll["question_entities"], emoji);
    assert_eq!(poll["options"][0]["text"], "я");
    assert_eq!(poll["explanation"], "Это ты");
    assert_eq!(
        poll["explanation_entities"],
        json!([{"type": "bold", "offset": 0, "length": 3}])
    );
}

#[tokio::test]
async fn ones_own_contact_carries_ones_id() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").with_last_name("Ли");
    let send = async |params: Value| {
        let url = format!("{}/control/send", tg.url());
        let id = bot.post_json(url, params).await.result()["update_id"]
            .as_i64()
            .unwrap();
        bot.updates(id).await[0]["message"]["contact"].clone()
    };
    let own = json!({"phone_number": "+79990001122", "first_name": "Алиса", "last_name": "Ли", "user_id": alice.id()});
    for first_name in [json!("Алиса"), Value::Null] {
        let mut params = json!({"user": alice.id(), "phone_number": "+79990001122"});
        if first_name.is_string() {
            params["first_name"] = first_name;
        }
        assert_eq!(send(params).await, own);
    }
    let other =
        send(json!({"user": alice.id(), "phone_number": "+7", "first_name": "Борис"})).await;
    assert_eq!(other, json!({"phone_number": "+7", "first_name": "Борис"}));
}

#[tokio::test]
async fn forwards_carry_the_fields_of_before_too() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    alice.says("слово");
    let said = bot.only_update().await["message"].clone();
    let params = json!({"chat_id": alice.id(), "from_chat_id": alice.id(), "message_id": said["message_id"]});
    let forward = bot.call("forwardMessage", params).await.result().clone();
    assert_eq!(forward["forward_from"], said["from"]);
    assert_eq!(forward["forward_date"], said["date"]);
    assert_eq!(forward["forward_origin"]["type"], "user");
    // A forward of a forward names the first writer.
    let params = json!({"chat_id": alice.id(), "from_chat_id": alice.id(), "message_id": forward["message_id"]});
    let again = bot.call("forwardMessage", params).await.result().clone();
    assert_eq!(again["forward_from"], said["from"]);
}
