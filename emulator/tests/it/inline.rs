//! Inline mode: queries as they are typed, what the bot offers, what is chosen, and edits of that.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Bot, start};

fn article(id: &str, text: &str) -> Value {
    json!({"type": "article", "id": id, "title": id, "input_message_content": {"message_text": text, "parse_mode": "HTML"}})
}

fn pressable(id: &str, text: &str) -> Value {
    let mut article = article(id, text);
    article["reply_markup"] =
        json!({"inline_keyboard": [[{"text": "+", "callback_data": "plus"}]]});
    article
}

async fn next(bot: &Bot, kind: &str) -> Value {
    let update = bot.updates(0).await.remove(0);
    bot.updates(update["update_id"].as_i64().unwrap() + 1).await;
    assert!(update.get(kind).is_some(), "{update}");
    update[kind].clone()
}

async fn answer(bot: &Bot, query: &Value, results: Value) -> crate::support::Reply {
    let params = json!({"inline_query_id": query["id"], "results": results, "cache_time": 0});
    bot.call("answerInlineQuery", params).await
}

#[tokio::test]
async fn what_is_chosen_is_sent_via_the_bot() {
    let (tg, bot) = start().await;
    assert_eq!(
        bot.get("getMe").await.result()["supports_inline_queries"],
        true
    );
    let alice = tg.person("Алиса").who_has_started();
    let typed = alice.queries("кот");
    let query = next(&bot, "inline_query").await;
    assert_eq!(
        (
            &query["query"],
            &query["offset"],
            &query["chat_type"],
            &query["from"]["id"]
        ),
        (
            &json!("кот"),
            &json!(""),
            &json!("sender"),
            &json!(alice.id())
        )
    );
    answer(&bot, &query, json!([article("a", "<b>Кот</b>")]))
        .await
        .result();
    assert_eq!(tg.offered(&typed).await[0]["title"], "a");
    let sent = alice.chooses(&typed, "a");
    let chosen = next(&bot, "chosen_inline_result").await;
    assert_eq!(
        (&chosen["result_id"], &chosen["query"]),
        (&json!("a"), &json!("кот"))
    );
    assert_eq!(
        (chosen.get("inline_message_id"), sent.inline_message_id),
        (None, None)
    );
    let message = next(&bot, "message").await;
    assert_eq!(
        (&message["text"], &message["entities"][0]["type"]),
        (&json!("Кот"), &json!("bold"))
    );
    assert_eq!(
        (&message["via_bot"]["id"], &message["from"]["id"]),
        (&json!(tg.bot_id()), &json!(alice.id()))
    );
}

#[tokio::test]
async fn a_sent_result_is_pressed_and_edited_by_its_own_id() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let group = tg.group("Дом");
    let typed = alice.queries_in(&group, "");
    let query = next(&bot, "inline_query").await;
    assert_eq!(query["chat_type"], "supergroup");
    answer(&bot, &query, json!([pressable("a", "Голосов: 0")]))
        .await
        .result();
    let sent = alice.chooses(&typed, "a");
    let id = next(&bot, "chosen_inline_result").await["inline_message_id"].clone();
    assert_eq!(id, json!(sent.inline_message_id));
    next(&bot, "message").await;
    let press = alice.presses_in(&group, "+").await;
    let pressed = next(&bot, "callback_query").await;
    assert_eq!(
        (&pressed["inline_message_id"], pressed.get("message")),
        (&id, None)
    );
    assert_eq!(press.message_id, sent.message_id);

    let edit = json!({"inline_message_id": id, "text": "Голосов: 1"});
    assert_eq!(
        bot.call("editMessageText", edit.clone()).await.result(),
        &json!(true)
    );
    let shown = bot
        .control(&tg, &format!("messages?chat={}", group.id()))
        .await;
    assert_eq!(shown[0]["text"], "Голосов: 1");
    bot.call("editMessageText", edit).await.is_error(
        400,
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a \
         current content and reply markup of the message",
    );
    let forged = json!({"inline_message_id": "AAAA", "text": "x"});
    bot.call("editMessageText", forged)
        .await
        .is_error(400, "Bad Request: MESSAGE_ID_INVALID");
}

#[tokio::test]
async fn each_letter_asks_and_the_last_is_answered() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    let typed = alice.types("кот");
    let updates = bot.updates(0).await;
    let texts: Vec<_> = updates
        .iter()
        .map(|update| update["inline_query"]["query"].clone())
        .collect();
    assert_eq!(texts, ["к", "ко", "кот"]);
    answer(&bot, &updates[2]["inline_query"], json!([]))
        .await
        .result();
    assert!(tg.offered(&typed[2]).await.is_empty());
    let again = answer(&bot, &updates[2]["inline_query"], json!([])).await;
    again.is_error(
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    );
    tg.put_clock_forward(Duration::from_secs(10));
    let late = answer(&bot, &updates[1]["inline_query"], json!([])).await;
    late.is_error(
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    );
}

#[tokio::test]
async fn answers_are_kept_as_long_as_the_bot_says() {
    let (tg, bot) = start().await;
    let (alice, boris) = (tg.person("Алиса"), tg.person("Борис"));
    alice.queries("x");
    let query = next(&bot, "inline_query").await;
    let params =
        json!({"inline_query_id": query["id"], "results": [article("a", "A")], "cache_time": 60});
    bot.call("answerInlineQuery", params).await.result();
    let kept = boris.queries("x");
    assert_eq!(kept.update_id, 0);
    assert_eq!(tg.offered(&kept).await[0]["id"], "a");
    tg.put_clock_forward(Duration::from_secs(61));
    assert_ne!(boris.queries("x").update_id, 0);
    let query = next(&bot, "inline_query").await;
    let personal = json!({"inline_query_id": query["id"], "results": [], "is_personal": true});
    bot.call("answerInlineQuery", personal).await.result();
    assert_eq!(boris.queries("x").update_id, 0);
    assert_ne!(alice.queries("x").update_id, 0);
}

#[tokio::test]
async fn results_of_every_type_become_messages() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let place = json!({"latitude": 1.5, "longitude": 2.5, "title": "Дом", "address": "Улица"});
    let with = |kind: &str, id: &str, more: Value| {
        let mut result = json!({"type": kind, "id": id});
        result
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        result
    };
    let file = "https://example.org/x";
    let invoice = json!({"title": "T", "input_message_content": {
        "title": "T", "description": "D", "payload": "p", "currency": "XTR", "prices": [{"label": "x", "amount": 5}],
    }});
    let results = json!([
        with(
            "photo",
            "photo",
            json!({"photo_url": format!("{file}.jpg"), "thumbnail_url": file, "caption": "Кот"})
        ),
        with(
            "gif",
            "animation",
            json!({"gif_url": format!("{file}.gif"), "gif_width": 10, "thumbnail_url": file})
        ),
        with(
            "mpeg4_gif",
            "document",
            json!({"mpeg4_url": format!("{file}.mp4"), "thumbnail_url": file})
        ),
        with(
            "video",
            "video",
            json!({"video_url": format!("{file}.mp4"), "mime_type": "video/mp4", "title": "V", "video_duration": 7})
        ),
        with(
            "audio",
            "audio",
            json!({"audio_url": format!("{file}.mp3"), "title": "A"})
        ),
        with(
            "voice",
            "voice",
            json!({"voice_url": format!("{file}.ogg"), "title": "O"})
        ),
        with("location", "location", place.clone()),
        with("venue", "venue", place),
        with(
            "contact",
            "contact",
            json!({"phone_number": "+1", "first_name": "C"})
        ),
        with("article", "invoice", invoice),
    ]);
    let typed = alice.queries("all");
    let query = next(&bot, "inline_query").await;
    answer(&bot, &query, results.clone()).await.result();
    for result in results.as_array().unwrap() {
        let id = result["id"].as_str().unwrap();
        alice.chooses(&typed, id);
        next(&bot, "chosen_inline_result").await;
        let message = next(&bot, "message").await;
        assert!(message.get(id).is_some(), "{id}: {message}");
        if id == "video" {
            assert_eq!(message["video"]["duration"], 7);
        }
    }
}

#[tokio::test]
async fn malformed_answers_are_refused() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    alice.queries("x");
    let query = next(&bot, "inline_query").await;
    let cases = [
        (json!({}), "expected an Array of inline query results"),
        (
            json!(vec![article("a", "x"); 51]),
            "too many inline query results specified",
        ),
        (
            json!([1]),
            "can't parse inline query result: Inline query result must be an object",
        ),
        (
            json!([{"id": "a"}]),
            "can't parse inline query result: Can't find field \"type\"",
        ),
        (
            json!([{"type": "article", "id": "a"}]),
            "can't parse inline query result: Can't find field \"title\"",
        ),
        (
            json!([{"type": "article", "id": "a", "title": "t"}]),
            "can't parse inline query result: Can't find field \"message_text\"",
        ),
        (
            json!([{"type": "article", "id": "a", "title": "t", "input_message_content": {}}]),
            "can't parse inline query result: Input message content is not specified",
        ),
        (
            json!([article("a", "<b>")]),
            "can't parse inline query result: Can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            json!([{"type": "horse", "id": "a"}]),
            "can't parse inline query result: type \"horse\" is unsupported for the inline query result",
        ),
        (
            json!([article("a", "x"), article("a", "y")]),
            "RESULT_ID_DUPLICATE",
        ),
        (json!([article(&"a".repeat(65), "x")]), "RESULT_ID_INVALID"),
        (
            json!([{"type": "photo", "id": "a", "photo_url": "https://example.org/x.jpg"}]),
            "PHOTO_THUMB_URL_EMPTY",
        ),
    ];
    for (results, why) in cases {
        answer(&bot, &query, results)
            .await
            .is_error(400, &format!("Bad Request: {why}"));
    }
    let button = json!({"inline_query_id": query["id"], "results": [], "button": {"text": "x"}});
    bot.call("answerInlineQuery", button).await.is_error(
        400,
        "Bad Request: can't parse inline query results button: InlineQueryResultsButton must have exactly one optional field",
    );
    answer(&bot, &query, json!([])).await.result();
}

#[tokio::test]
async fn the_control_api_types_and_chooses() {
    let (tg, bot) = start().await;
    let _alice = tg.person("Алиса").with_username("alice").who_has_started();
    let control = async |path: &str, params: Value| {
        bot.post_json(format!("{}/control/{path}", tg.url()), params)
            .await
            .result()
            .clone()
    };
    let asked = control(
        "inline",
        json!({"user": "alice", "query": "x", "latitude": 1.5, "longitude": 2.5}),
    )
    .await;
    let query = next(&bot, "inline_query").await;
    assert_eq!(
        (&query["id"], &query["location"]["latitude"]),
        (&asked["id"], &json!(1.5))
    );
    let params = json!({
        "inline_query_id": query["id"], "results": [pressable("a", "A")], "next_offset": "10",
        "button": {"text": "Настроить", "start_parameter": "set"},
    });
    bot.call("answerInlineQuery", params).await.result();
    let offer = bot
        .control(&tg, &format!("inline?id={}", asked["id"].as_str().unwrap()))
        .await;
    assert_eq!(
        (
            &offer["next_offset"],
            &offer["button"]["text"],
            &offer["results"][0]["id"]
        ),
        (&json!("10"), &json!("Настроить"), &json!("a"))
    );
    let sent = control(
        "inline/choose",
        json!({"user": "alice", "id": asked["id"], "result_id": "a"}),
    )
    .await;
    let chosen = next(&bot, "chosen_inline_result").await;
    assert_eq!(chosen["inline_message_id"], sent["inline_message_id"]);
}
