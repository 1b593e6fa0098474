//! What people tell of themselves, and messages that a bot streams to them.

use serde_json::{Value, json};

use crate::support::{Form, png, start};

#[tokio::test]
async fn people_have_premium_a_bio_and_photos() {
    let (tg, bot) = start().await;
    let alice = tg
        .person("Алиса")
        .with_username("alice")
        .with_premium()
        .with_bio("Пою")
        .with_photo(png(300, 300));
    alice.says("/start");
    assert_eq!(
        bot.only_update().await["message"]["from"]["is_premium"],
        true
    );
    let chat = bot
        .call("getChat", json!({"chat_id": alice.id()}))
        .await
        .result()
        .clone();
    assert_eq!(chat["bio"], "Пою");
    let form = Form::default()
        .text("user", "alice")
        .text("bio", "Пляшу")
        .file("photo", "p.png", &png(600, 600));
    let changed = bot
        .post_form(format!("{}/control/users/change", tg.url()), form)
        .await
        .result()
        .clone();
    assert_eq!(
        (&changed["first_name"], &changed["is_premium"]),
        (&json!("Алиса"), &json!(true))
    );
    let photos = bot
        .call(
            "getUserProfilePhotos",
            json!({"user_id": alice.id(), "limit": 1}),
        )
        .await
        .result()
        .clone();
    assert_eq!(
        (
            &photos["total_count"],
            photos["photos"].as_array().unwrap().len()
        ),
        (&json!(2), 1)
    );
    let newest = photos["photos"][0].as_array().unwrap().last().unwrap()["width"].clone();
    assert_eq!(newest, 600);
    let chat = bot
        .call("getChat", json!({"chat_id": alice.id()}))
        .await
        .result()
        .clone();
    assert_eq!(chat["bio"], "Пляшу");
    bot.call("getFile", json!({"file_id": chat["photo"]["big_file_id"]}))
        .await
        .result();
}

#[tokio::test]
async fn a_message_is_streamed_until_it_is_sent_or_stopped() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").with_username("alice").who_has_started();
    let draft = |text: &str, more: Value| {
        let mut params =
            json!({"chat_id": alice.id(), "draft_id": 7, "text": text, "parse_mode": "HTML"});
        params
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        params
    };
    bot.call("sendMessageDraft", draft("Дум", json!({})))
        .await
        .result();
    bot.call("sendMessageDraft", draft("Думаю <b>дальше</b>", json!({})))
        .await
        .result();
    assert_eq!(alice.sees_draft().as_deref(), Some("Думаю дальше"));
    let shown = bot.control(&tg, "drafts").await;
    assert_eq!(shown[0]["entities"][0]["type"], "bold");
    let stop = bot
        .post_json(
            format!("{}/control/drafts/stop", tg.url()),
            json!({"user": "alice"}),
        )
        .await;
    stop.is_error(400, "Bad Request: the bot does not let them stop it");
    bot.says(alice.id(), "Придумал").await;
    assert_eq!(alice.sees_draft(), None);

    bot.call(
        "sendMessageDraft",
        draft("Снова", json!({"can_stop": true})),
    )
    .await
    .result();
    alice.stops_draft();
    let stopped = bot.only_update().await["stopped_message_generation"].clone();
    assert_eq!(
        (&stopped["draft_id"], &stopped["chat"]["id"]),
        (&json!(7), &json!(alice.id()))
    );
    assert_eq!(alice.sees_draft(), None);
    let none = bot
        .call("sendMessageDraft", draft("x", json!({"draft_id": 0})))
        .await;
    none.is_error(400, "Bad Request: invalid draft_id specified");
    let group = bot
        .call(
            "sendMessageDraft",
            draft("x", json!({"chat_id": tg.group("Дом").id()})),
        )
        .await;
    group.is_error(
        400,
        "Bad Request: method is available for private chats only",
    );
}
