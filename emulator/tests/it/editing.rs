//! editMessageText and its kin, deleteMessage.

use serde_json::{Value, json};

use crate::support::{Form, button, png, start};

const NOT_MODIFIED: &str = "Bad Request: message is not modified: specified new message content and reply markup are exactly \
                            the same as a current content and reply markup of the message";

#[tokio::test]
async fn an_edit_changes_text_and_keyboard() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let keyboard = button("Да", "yes");
    let edit = async |params: Value| {
        let mut all = json!({"chat_id": alice.id(), "message_id": 1});
        all.as_object_mut()
            .unwrap()
            .extend(params.as_object().unwrap().clone());
        bot.call("editMessageText", all).await
    };
    bot.call(
        "sendMessage",
        json!({"chat_id": alice.id(), "text": "раз", "reply_markup": keyboard}),
    )
    .await
    .result();
    edit(json!({"text": "раз", "reply_markup": keyboard}))
        .await
        .is_error(400, NOT_MODIFIED);

    let reply = edit(json!({"text": "<b>два</b>", "parse_mode": "HTML"})).await;
    let message = reply.result();
    assert_eq!(
        (&message["text"], message.get("reply_markup")),
        (&json!("два"), None)
    );
    assert_eq!(
        message["entities"],
        json!([{"type": "bold", "offset": 0, "length": 3}])
    );
    assert!(message["edit_date"].is_i64());

    assert_eq!(alice.next_message().await.text, "раз");
    let edited = alice.next_edit().await;
    assert_eq!((edited.text.as_str(), edited.edited), ("два", true));
    assert_eq!(alice.messages(), [edited]);
}

#[tokio::test]
async fn a_keyboard_can_be_edited_alone() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    bot.says(alice.id(), "раз").await;
    let edit = async |markup: Value| {
        bot.call(
            "editMessageReplyMarkup",
            json!({"chat_id": alice.id(), "message_id": 1, "reply_markup": markup}),
        )
        .await
    };
    assert_eq!(
        edit(button("Да", "yes")).await.result()["reply_markup"],
        button("Да", "yes")
    );
    edit(button("Да", "yes")).await.is_error(400, NOT_MODIFIED);
    let params = json!({"chat_id": alice.id(), "message_id": 1});
    assert_eq!(
        bot.call("editMessageReplyMarkup", params)
            .await
            .result()
            .get("reply_markup"),
        None
    );
}

#[tokio::test]
async fn what_is_not_there_or_not_ones_own_cannot_be_edited() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса");
    alice.says("моё");
    let edit = async |id: i64| {
        bot.call(
            "editMessageText",
            json!({"chat_id": alice.id(), "message_id": id, "text": "x"}),
        )
        .await
    };
    edit(9)
        .await
        .is_error(400, "Bad Request: message to edit not found");
    edit(1)
        .await
        .is_error(400, "Bad Request: message can't be edited");
}

#[tokio::test]
async fn a_deleted_message_is_gone() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    bot.says(alice.id(), "раз").await;
    let delete = async || {
        bot.call(
            "deleteMessage",
            json!({"chat_id": alice.id(), "message_id": 1}),
        )
        .await
    };
    assert_eq!(delete().await.result(), true);
    assert_eq!(alice.messages(), []);
    delete()
        .await
        .is_error(400, "Bad Request: message to delete not found");
}

#[tokio::test]
async fn others_words_in_a_group_cannot_be_deleted() {
    let (tg, bot) = start().await;
    let group = tg.group("Дом");
    tg.person("Алиса").says_in(&group, "моё");
    let params = json!({"chat_id": group.id(), "message_id": 1});
    bot.call("deleteMessage", params)
        .await
        .is_error(400, "Bad Request: message can't be deleted");
}

#[tokio::test]
async fn a_caption_is_edited_and_a_text_has_none() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let form = Form::default()
        .text("chat_id", alice.id())
        .file("photo", "a.png", &png(10, 10))
        .text("caption", "раз");
    bot.upload("sendPhoto", form).await.result();
    bot.says(alice.id(), "текст").await;
    let edit = async |method: &str, id: i64, more: Value| {
        let mut params = json!({"chat_id": alice.id(), "message_id": id});
        params
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        bot.call(method, params).await
    };
    let caption = json!({"caption": "<b>два</b>", "parse_mode": "HTML"});
    let edited = edit("editMessageCaption", 1, caption.clone())
        .await
        .result()
        .clone();
    assert_eq!(
        (&edited["caption"], &edited["caption_entities"][0]["type"]),
        (&json!("два"), &json!("bold"))
    );
    assert!(edited["photo"].is_array());
    edit("editMessageCaption", 1, caption.clone())
        .await
        .is_error(400, NOT_MODIFIED);
    edit("editMessageCaption", 2, caption).await.is_error(
        400,
        "Bad Request: there is no caption in the message to edit",
    );
    edit("editMessageText", 1, json!({"text": "x"}))
        .await
        .is_error(400, "Bad Request: there is no text in the message to edit");
    edit(
        "editMessageReplyMarkup",
        1,
        json!({"reply_markup": {"keyboard": [["a"]]}}),
    )
    .await
    .is_error(400, "Bad Request: inline keyboard expected");
    let no_message = json!({"text": "x"});
    bot.call("editMessageText", no_message)
        .await
        .is_error(400, "Bad Request: message identifier is not specified");
}

#[tokio::test]
async fn the_file_of_a_message_is_exchanged() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    bot.says(alice.id(), "текст").await;
    let media = json!({"type": "document", "media": "attach://file", "caption": "вместо текста"});
    let form = |media: &Value| {
        Form::default()
            .text("chat_id", alice.id())
            .text("message_id", 1)
            .text("media", media)
            .file("file", "a.txt", b"text")
    };
    let edited = bot
        .upload("editMessageMedia", form(&media))
        .await
        .result()
        .clone();
    assert_eq!(
        (&edited["document"]["file_name"], edited.get("text")),
        (&json!("a.txt"), None)
    );
    assert_eq!(edited["caption"], "вместо текста");
    let same = json!({"type": "document", "media": edited["document"]["file_id"], "caption": "вместо текста"});
    bot.upload("editMessageMedia", form(&same))
        .await
        .is_error(400, NOT_MODIFIED);
    bot.upload("editMessageMedia", form(&json!({"type": "document"})))
        .await
        .is_error(400, "Bad Request: can't parse InputMedia: media not found");
    assert_eq!(alice.messages()[0].caption, "вместо текста");
}
