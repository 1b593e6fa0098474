//! copyMessage(s), forwardMessage(s).

use serde_json::{Value, json};
use telegram_emulator::Attachment;

use crate::support::{button, png, start};

#[tokio::test]
async fn a_copy_says_the_same_as_if_the_bot_said_it() {
    let (tg, bot) = start().await;
    let (alice, boris) = (tg.person("Алиса"), tg.person("Борис").who_has_started());
    alice.sends(Attachment::photo(png(50, 50)).captioned("мой кот"));
    let copy = async |more: Value| {
        let mut params =
            json!({"chat_id": boris.id(), "from_chat_id": alice.id(), "message_id": 1});
        params
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        bot.call("copyMessage", params).await
    };
    assert_eq!(copy(json!({})).await.result(), &json!({"message_id": 2}));
    let sent = boris.next_message().await;
    assert_eq!(
        (sent.caption.as_str(), sent.message.get("forward_origin")),
        ("мой кот", None)
    );
    assert_eq!(sent.message["from"]["id"], tg.bot_id());
    assert!(sent.message["photo"].is_array());

    let more = json!({"caption": "<b>её</b> кот", "parse_mode": "HTML", "reply_markup": button("Да", "yes")});
    copy(more).await.result();
    let sent = boris.next_message().await;
    assert_eq!(
        (sent.caption.as_str(), sent.buttons()),
        ("её кот", vec!["Да".to_owned()])
    );
    copy(json!({"message_id": 99}))
        .await
        .is_error(400, "Bad Request: message to copy not found");
    copy(json!({"from_chat_id": 5}))
        .await
        .is_error(400, "Bad Request: chat not found");
    copy(json!({"from_chat_id": ""}))
        .await
        .is_error(400, "Bad Request: parameter \"from_chat_id\" is required");
}

#[tokio::test]
async fn a_forwarded_message_names_who_said_it_first() {
    let (tg, bot) = start().await;
    let (alice, boris) = (tg.person("Алиса"), tg.person("Борис").who_has_started());
    alice.says("мысль");
    let forward = async |from: i64, id: i64| {
        bot.call(
            "forwardMessage",
            json!({"chat_id": boris.id(), "from_chat_id": from, "message_id": id}),
        )
        .await
    };
    let first = forward(alice.id(), 1).await.result().clone();
    assert_eq!(
        (&first["text"], &first["forward_origin"]["type"]),
        (&json!("мысль"), &json!("user"))
    );
    assert_eq!(first["forward_origin"]["sender_user"]["id"], alice.id());
    assert!(first["forward_origin"]["date"].is_i64());
    let again = forward(boris.id(), first["message_id"].as_i64().unwrap()).await;
    assert_eq!(again.result()["forward_origin"], first["forward_origin"]);
    forward(alice.id(), 99)
        .await
        .is_error(400, "Bad Request: message to forward not found");
}

#[tokio::test]
async fn protected_messages_stay_where_they_are() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let params = json!({"chat_id": alice.id(), "text": "тайна", "protect_content": true});
    assert_eq!(
        bot.call("sendMessage", params).await.result()["has_protected_content"],
        true
    );
    let params = json!({"chat_id": alice.id(), "from_chat_id": alice.id(), "message_id": 1});
    bot.call("copyMessage", params.clone())
        .await
        .is_error(400, "Bad Request: message can't be copied");
    bot.call("forwardMessage", params)
        .await
        .is_error(400, "Bad Request: message can't be forwarded");
}

#[tokio::test]
async fn several_messages_go_at_once_and_the_missing_are_passed_over() {
    let (tg, bot) = start().await;
    let (alice, boris) = (tg.person("Алиса"), tg.person("Борис").who_has_started());
    alice.says_many(["раз", "два"]);
    let send = async |method: &str, ids: Value| {
        let params = json!({"chat_id": boris.id(), "from_chat_id": alice.id(), "message_ids": ids});
        bot.call(method, params).await
    };
    let ids = json!([{"message_id": 3}, {"message_id": 4}]);
    assert_eq!(send("copyMessages", json!([1, 2, 77])).await.result(), &ids);
    let ids = json!([{"message_id": 5}]);
    assert_eq!(send("forwardMessages", json!([2])).await.result(), &ids);
    send("copyMessages", json!([77]))
        .await
        .is_error(400, "Bad Request: there are no messages to forward");
    send("copyMessages", json!([]))
        .await
        .is_error(400, "Bad Request: message identifiers are not specified");
    send("forwardMessages", json!([2, 1])).await.is_error(
        400,
        "Bad Request: message identifiers must be in a strictly increasing order",
    );
    send("forwardMessages", json!((1..=101).collect::<Vec<_>>()))
        .await
        .is_error(400, "Bad Request: too many message identifiers specified");
}
