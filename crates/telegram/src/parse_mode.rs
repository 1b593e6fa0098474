//! The parse mode of calls that name none: set here, once, for every method that sends a text.

use serde_json::{Map, Value};

/// Adds `mode` wherever the call has a text or caption and says neither `parse_mode` nor
/// `entities` for it: at the top, in media, in the parts of a poll and in inline results.
pub(super) fn apply(method: &str, params: &mut Map<String, Value>, mode: &str) {
    if mode.is_empty() {
        return;
    }
    let is = |name: &str| method.eq_ignore_ascii_case(name);
    if is("sendPoll") {
        fill(
            params,
            "question",
            "question_parse_mode",
            "question_entities",
            mode,
        );
        fill(
            params,
            "explanation",
            "explanation_parse_mode",
            "explanation_entities",
            mode,
        );
        for option in params
            .get_mut("options")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            if let Some(option) = option.as_object_mut() {
                fill(option, "text", "text_parse_mode", "text_entities", mode);
            }
        }
        return;
    }
    // A callback's answer and an invoice are plain text: they have no parse mode to set.
    if !is("answerCallbackQuery") {
        texts(params, mode);
    }
    match params.get_mut("media") {
        Some(Value::Array(album)) => {
            album
                .iter_mut()
                .filter_map(Value::as_object_mut)
                .for_each(|item| texts(item, mode));
        }
        Some(Value::Object(item)) => texts(item, mode),
        _ => {}
    }
    let results = params
        .get_mut("results")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten();
    for result in results.filter_map(Value::as_object_mut) {
        texts(result, mode);
        if let Some(content) = result
            .get_mut("input_message_content")
            .and_then(Value::as_object_mut)
        {
            fill(content, "message_text", "parse_mode", "entities", mode);
        }
    }
}

fn texts(object: &mut Map<String, Value>, mode: &str) {
    fill(object, "text", "parse_mode", "entities", mode);
    fill(object, "caption", "parse_mode", "caption_entities", mode);
}

fn fill(object: &mut Map<String, Value>, text: &str, key: &str, entities: &str, mode: &str) {
    if object.contains_key(text) && !object.contains_key(key) && !object.contains_key(entities) {
        object.insert(key.into(), mode.into());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn applied(method: &str, params: Value) -> Value {
        let Value::Object(mut params) = params else {
            panic!("an object")
        };
        apply(method, &mut params, "HTML");
        Value::Object(params)
    }

    #[test]
    fn every_text_gets_the_default_once() {
        let sent = applied("sendMessage", json!({"text": "a"}));
        assert_eq!(sent["parse_mode"], "HTML");
        let photo = applied("sendPhoto", json!({"photo": "id", "caption": "a"}));
        assert_eq!(photo["parse_mode"], "HTML");
        let album = applied(
            "sendMediaGroup",
            json!({"media": [{"caption": "a"}, {"type": "photo"}]}),
        );
        assert_eq!(
            album["media"],
            json!([{"caption": "a", "parse_mode": "HTML"}, {"type": "photo"}])
        );
        let poll = applied(
            "sendpoll",
            json!({"question": "?", "options": [{"text": "a"}]}),
        );
        assert_eq!(poll["question_parse_mode"], "HTML");
        assert_eq!(poll["options"][0]["text_parse_mode"], "HTML");
        let inline = applied(
            "answerInlineQuery",
            json!({"results": [{"input_message_content": {"message_text": "a"}}]}),
        );
        assert_eq!(
            inline["results"][0]["input_message_content"]["parse_mode"],
            "HTML"
        );
    }

    #[test]
    fn what_the_call_says_stays() {
        for params in [
            json!({"text": "a", "parse_mode": "MarkdownV2"}),
            json!({"text": "a", "entities": []}),
            json!({"chat_id": 1, "action": "typing"}),
        ] {
            assert_eq!(applied("sendMessage", params.clone()), params);
        }
        let answer = json!({"callback_query_id": "1", "text": "a"});
        assert_eq!(applied("answerCallbackQuery", answer.clone()), answer);
    }
}
