//! The parse mode of calls that name none: set here, once, for every method that sends a text.

use serde_json::{Map, Value};

/// Adds `mode` wherever the call has a text or caption and says neither `parse_mode` nor
/// `entities` for it: at the top, in media, in the parts of a poll and of a checklist, and in inline
/// results.
pub(super) fn apply(method: &str, params: &mut Map<String, Value>, mode: &str) {
    if mode.is_empty() {
        return;
    }
    let is = |name: &str| method.eq_ignore_ascii_case(name);
    if is("sendPoll") {
        for text in ["question", "explanation", "description"] {
            named(params, text, mode);
        }
        for option in objects(params, "options") {
            named(option, "text", mode);
        }
        return;
    }
    if is("sendGift") || is("giftPremiumSubscription") {
        return named(params, "text", mode);
    }
    // A callback's answer and an invoice are plain text: they have no parse mode to set.
    if !is("answerCallbackQuery") {
        texts(params, mode);
    }
    for item in objects(params, "media") {
        texts(item, mode);
    }
    for list in objects(params, "checklist") {
        fill(list, "title", "parse_mode", "title_entities", mode);
        for task in objects(list, "tasks") {
            texts(task, mode);
        }
    }
    for name in ["results", "result"] {
        for result in objects(params, name) {
            texts(result, mode);
            for content in objects(result, "input_message_content") {
                fill(content, "message_text", "parse_mode", "entities", mode);
            }
        }
    }
}

/// The objects of that name: one, or those of a list.
fn objects<'a>(
    object: &'a mut Map<String, Value>,
    name: &str,
) -> impl Iterator<Item = &'a mut Map<String, Value>> {
    let objects = match object.get_mut(name) {
        Some(Value::Array(objects)) => objects.as_mut_slice(),
        Some(object) => std::slice::from_mut(object),
        None => &mut [],
    };
    objects.iter_mut().filter_map(Value::as_object_mut)
}

/// A text whose parse mode has the text's name in front.
fn named(object: &mut Map<String, Value>, text: &str, mode: &str) {
    let (key, entities) = (format!("{text}_parse_mode"), format!("{text}_entities"));
    fill(object, text, &key, &entities, mode);
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
        let guest = applied(
            "answerGuestQuery",
            json!({"result": {"input_message_content": {"message_text": "a"}}}),
        );
        let content = &guest["result"]["input_message_content"];
        assert_eq!(content["parse_mode"], "HTML");
        let list = json!({"checklist": {"title": "a", "tasks": [{"id": 1, "text": "b"}]}});
        let list = applied("sendChecklist", list)["checklist"].clone();
        assert_eq!(list["parse_mode"], "HTML");
        assert_eq!(list["tasks"][0]["parse_mode"], "HTML");
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
