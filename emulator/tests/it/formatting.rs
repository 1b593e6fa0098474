//! Parse modes over HTTP; what each makes of a text is tested beside the parsers.

use serde_json::json;

use crate::support::start;

#[tokio::test]
async fn all_parse_modes_say_the_same() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    for (mode, text) in [
        ("HTML", "😀 <b>да</b> <code>x</code>"),
        ("MarkdownV2", "😀 *да* `x`"),
        ("markdown", "😀 *да* `x`"),
    ] {
        let params = json!({"chat_id": alice.id(), "text": text, "parse_mode": mode});
        let message = bot.call("sendMessage", params).await.result().clone();
        assert_eq!(message["text"], "😀 да x", "{mode}");
        assert_eq!(
            message["entities"],
            json!([{"type": "bold", "offset": 3, "length": 2}, {"type": "code", "offset": 6, "length": 1}]),
            "{mode}"
        );
    }
}

#[tokio::test]
async fn malformed_markdown_is_refused_in_telegrams_words() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    for (mode, text, why) in [
        (
            "MarkdownV2",
            "Конец.",
            "Character '.' is reserved and must be escaped with the preceding '\\'",
        ),
        (
            "MarkdownV2",
            "a *b",
            "Can't find end of Bold entity at byte offset 2",
        ),
        (
            "Markdown",
            "a_b",
            "Can't find end of the entity starting at byte offset 1",
        ),
    ] {
        let params = json!({"chat_id": alice.id(), "text": text, "parse_mode": mode});
        bot.call("sendMessage", params)
            .await
            .is_error(400, &format!("Bad Request: can't parse entities: {why}"));
    }
}

#[tokio::test]
async fn a_custom_emoji_and_a_time_reach_the_reader() {
    let (tg, bot) = start().await;
    let alice = tg.person("Алиса").who_has_started();
    let text = "![👍](tg://emoji?id=5368) ![завтра](tg://time?unix=1647531900&format=wDT)";
    let params = json!({"chat_id": alice.id(), "text": text, "parse_mode": "MarkdownV2"});
    let message = bot.call("sendMessage", params).await.result().clone();
    assert_eq!(
        message["entities"],
        json!([
            {"type": "custom_emoji", "offset": 0, "length": 2, "custom_emoji_id": "5368"},
            {"type": "date_time", "offset": 3, "length": 6, "unix_time": 1_647_531_900, "date_time_format": "wDT"}
        ])
    );
}
