//! Texts are cleaned as Telegram cleans them, and what is left of them is checked.

use serde_json::{Value, json};

use crate::support::start;

#[tokio::test]
async fn controls_become_spaces_and_what_is_not_shown_goes_with_its_offsets() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    for (text, shown, offset) in [
        ("a\tb\u{1}*c*", "a b c", 4),
        ("a\r\nb *c*", "a\nb c", 4),
        ("\u{202e}a\u{2028}b *c*", "ab c", 3),
        ("a\u{333}b *c*", "ab c", 3),
        ("  😀\r *c* ", "😀 c", 3),
    ] {
        let params = json!({"chat_id": alice.id(), "text": text, "parse_mode": "Markdown"});
        let sent = bot.call("sendMessage", params).await.result().clone();
        assert_eq!(sent["text"], shown, "{text:?}");
        assert_eq!(
            sent["entities"],
            json!([{"type": "bold", "offset": offset, "length": 1}]),
            "{text:?}"
        );
    }
    let id = alice.says("я\tтут\r\n\u{2028}да");
    assert_eq!(bot.updates(id).await[0]["message"]["text"], "я тут\nда");
}

#[tokio::test]
async fn blank_texts_are_refused_in_telegrams_words() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let send = async |text: &str, more: Value| {
        let mut params = json!({"chat_id": alice.id(), "text": text});
        params
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        bot.call("sendMessage", params).await
    };
    let empty = "Bad Request: message text is empty";
    send("", json!({})).await.is_error(400, empty);
    for blank in [
        " ",
        "\n \t",
        "\u{200b}\u{200d}",
        "\u{feff}\u{a0}",
        "\u{2800}",
        "\r",
    ] {
        send(blank, json!({}))
            .await
            .is_error(400, "Bad Request: text must be non-empty");
    }
    let tags = send("<b> </b>", json!({"parse_mode": "HTML"})).await;
    tags.is_error(400, "Bad Request: text must be non-empty");
    // Something to see among what is not.
    send("\u{200b}a", json!({})).await.result();
}
