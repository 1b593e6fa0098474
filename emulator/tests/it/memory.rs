//! Rings: what is kept has a size, and `clear` gives it back.

use serde_json::{Value, json};
use telegram_emulator::Emulator;

use crate::support::{Bot, Form, button, png, start};

#[tokio::test]
async fn of_more_messages_than_are_kept_the_oldest_go() {
    let tg = Emulator::builder().keep_messages(3).start().await.unwrap();
    let (bot, alice) = (Bot::of(&tg), tg.person("Алиса").who_has_started());
    for text in ["раз", "два", "три", "четыре", "пять"] {
        bot.says(alice.id(), text).await;
    }
    let kept: Vec<String> = alice.messages().into_iter().map(|sent| sent.text).collect();
    assert_eq!(kept, ["три", "четыре", "пять"]);
    // What is not kept is not waited for either.
    assert_eq!(alice.next_message().await.text, "три");
    let gone = json!({"chat_id": alice.id(), "message_id": 1, "text": "x"});
    let gone = bot.call("editMessageText", gone).await;
    gone.is_error(400, "Bad Request: message to edit not found");
}

#[tokio::test]
async fn cleared_messages_take_their_files_and_presses_with_them() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let form = Form::default()
        .text("chat_id", alice.id())
        .text("reply_markup", button("Да", "yes"))
        .file("photo", "a.png", &png(10, 10));
    let sent = bot.upload("sendPhoto", form).await.result().clone();
    let file = json!({"file_id": sent["photo"][0]["file_id"]});
    let path = bot.call("getFile", file.clone()).await.result()["file_path"].clone();
    let press = alice.presses("Да").await;
    let url = format!("{}/control/clear", tg.url());
    bot.request(reqwest::Method::POST, url, "what=messages")
        .await
        .result();

    assert_eq!(
        bot.call("getFile", file).await.description(),
        "Bad Request: invalid file_id"
    );
    assert_eq!(bot.download(path.as_str().unwrap()).await.0, 404);
    let answer = json!({"callback_query_id": press.id});
    assert_eq!(bot.call("answerCallbackQuery", answer).await.status, 400);
    // Nothing that was named before means something else now.
    let form = Form::default()
        .text("chat_id", alice.id())
        .file("photo", "a.png", &png(10, 10));
    let again = bot.upload("sendPhoto", form).await.result().clone();
    let file = json!({"file_id": again["photo"][0]["file_id"]});
    assert_ne!(bot.call("getFile", file).await.result()["file_path"], path);
    assert_eq!(
        again["message_id"].as_i64(),
        sent["message_id"].as_i64().map(|id| id + 1)
    );
}

#[tokio::test]
async fn a_message_that_waits_is_taken_as_it_was_sent_whatever_became_of_it() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let mut ids: Vec<Value> = vec![];
    for text in ["раз", "два", "три"] {
        ids.push(bot.says(alice.id(), text).await["message_id"].clone());
    }
    let edit = json!({"chat_id": alice.id(), "message_id": ids[0], "text": "один"});
    bot.call("editMessageText", edit).await.result();
    let place = json!({"chat_id": alice.id(), "message_id": ids[1]});
    bot.call("deleteMessage", place).await.result();
    for text in ["раз", "два", "три"] {
        let sent = alice.next_message().await;
        assert_eq!((sent.text.as_str(), sent.edited), (text, false));
        assert_eq!(sent.params["text"], text);
    }
    assert_eq!(alice.next_edit().await.text, "один");
}
