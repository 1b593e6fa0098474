//! Options are of the last message, and of all of it.

use super::*;

/// What the calls say, but for the parse mode.
fn params(reply: &Reply) -> Vec<Value> {
    let said = |call: &Call| {
        let mut said = call.params().clone();
        said.remove("parse_mode");
        json!(said)
    };
    reply.calls().iter().map(said).collect()
}

#[test]
fn an_option_is_of_the_last_message_only() {
    let reply = Reply::text("a").and(Reply::text("b").silent()).protect();
    let expected = [
        json!({"text": "a"}),
        json!({"text": "b", "disable_notification": true, "protect_content": true}),
    ];
    assert_eq!(params(&reply), expected);
    let reply = Reply::text("a").and(Reply::none()).silent();
    assert_eq!(
        params(&reply),
        [json!({"text": "a", "disable_notification": true})]
    );
}

#[test]
fn all_parts_of_a_long_text_are_silent_the_first_answers_and_the_last_has_the_buttons() {
    let reply = Reply::text("a").and(Reply::long("слово ".repeat(1_000)));
    let reply = reply.silent().to(7).reply_to().effect("5").button("b", "1");
    let [first, beginning, end] = params(&reply).try_into().expect("three calls");
    assert_eq!(first, json!({"text": "a"}));
    for part in [&beginning, &end] {
        assert_eq!(
            (&part["disable_notification"], &part["chat_id"]),
            (&json!(true), &json!(7))
        );
    }
    let has = |part: &Value| {
        ["reply_parameters", "message_effect_id", "reply_markup"]
            .map(|name| part.get(name).is_some())
    };
    assert_eq!(
        (has(&beginning), has(&end)),
        ([true, true, false], [false, false, true])
    );
}

#[test]
fn the_caption_of_an_album_is_that_of_its_first_item_and_all_are_covered() {
    let album = [Media::photo("AgAC"), Media::video("BAAC").caption("второе")];
    let reply = Reply::album(album).caption("первое").spoiler();
    let media = json!([
        {"type": "photo", "media": "AgAC", "caption": "первое", "parse_mode": "HTML", "has_spoiler": true},
        {"type": "video", "media": "BAAC", "caption": "второе", "parse_mode": "HTML", "has_spoiler": true},
    ]);
    assert_eq!(params(&reply), [json!({"media": media})]);
    let reply = Reply::edit_media(Media::photo("AgAC")).caption("c");
    let media = json!({"type": "photo", "media": "AgAC", "caption": "c", "parse_mode": "HTML"});
    assert_eq!(params(&reply), [json!({"media": media})]);
}

#[test]
fn buttons_go_on_with_the_keyboard() {
    let keyboard = InlineKeyboard::new()
        .row([Button::new("a", "1")])
        .force_reply();
    let reply = Reply::text("x")
        .keyboard(keyboard)
        .button("b", "2")
        .row()
        .put(Button::disabled("c"));
    let rows = json!([
        [{"text": "a", "callback_data": "1"}, {"text": "b", "callback_data": "2"}],
        [{"text": "c", "disabled": {}}],
    ]);
    let markup = json!({"inline_keyboard": rows, "force_reply": true});
    assert_eq!(reply.calls()[0].params()["reply_markup"], markup);
}
