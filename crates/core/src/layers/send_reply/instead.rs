//! What is said instead of a call that Telegram refused: the same call, changed so that it may be
//! taken. Nothing was sent by a refused call, so nothing is said twice.

use serde_json::{Map, Value};

use crate::{
    Call, Update, html,
    reply::{fill, is_of_one, send_again},
    telegram::internal::Refusal,
};

/// How a call was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instead {
    /// Its text was cut.
    Shorter,
    /// Its text is plain.
    WithoutMarkup,
    /// It goes to the chat itself.
    WithoutTopic,
    /// It answers no message.
    WithoutRepliedTo,
    /// What could not be edited is sent.
    AsNewMessage,
    /// The group has another id.
    InSupergroup,
    /// Something else, which the reply has for that.
    Other,
    /// What was meant could not be said.
    Apology,
}

/// Whether an edit of a message that is gone may become a message of its own.
#[derive(Clone, Copy, Debug)]
pub enum Renewal<'a> {
    /// In the topic of that update, if it goes to its chat.
    For(&'a Update),
    /// In the chat.
    InChat,
    /// It may not.
    Never,
}

impl Instead {
    /// The words for the log.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shorter => "shorter",
            Self::WithoutMarkup => "without markup",
            Self::WithoutTopic => "without the topic",
            Self::WithoutRepliedTo => "without the message it answers",
            Self::AsNewMessage => "as a new message",
            Self::InSupergroup => "in the supergroup",
            Self::Other => "what the reply has instead",
            Self::Apology => "the apology",
        }
    }

    /// Whether all was said that the handler wanted to say.
    #[must_use]
    pub fn is_whole(self) -> bool {
        !matches!(self, Self::Shorter | Self::WithoutMarkup | Self::Apology)
    }

    /// Changes a call that was refused, if something can be done about the reason. What it was
    /// changed for once it is not refused for again, so trying comes to an end.
    pub(super) fn of(call: &mut Call, refusal: Refusal, renewal: Renewal<'_>) -> Option<Self> {
        if refusal == Refusal::Edited {
            return renew(call, renewal).then_some(Self::AsNewMessage);
        }
        let (_, params) = call.parts_mut();
        match refusal {
            Refusal::TooLong(most) => {
                each_text(params, &|text| text.shorten(most)).then_some(Self::Shorter)
            }
            Refusal::Markup => {
                each_text(params, &|text| text.strip()).then_some(Self::WithoutMarkup)
            }
            Refusal::Topic => {
                let topic = params.remove("message_thread_id");
                topic.map(|_| Self::WithoutTopic)
            }
            Refusal::RepliedTo => {
                let new = params.remove("reply_parameters");
                let old = params.remove("reply_to_message_id");
                new.or(old).map(|_| Self::WithoutRepliedTo)
            }
            Refusal::Moved(id) => {
                let before = params.insert("chat_id".into(), id.into());
                (before != Some(id.into())).then_some(Self::InSupergroup)
            }
            Refusal::Edited | Refusal::Other => None,
        }
    }
}

/// Has what edits a message be sent as one of its own; says whether that can be.
pub(super) fn renew(call: &mut Call, renewal: Renewal<'_>) -> bool {
    let update = match renewal {
        Renewal::For(update) => Some(update),
        Renewal::InChat => None,
        Renewal::Never => return false,
    };
    let Some(chat) = call.params().get("chat_id").cloned() else {
        return false;
    };
    let is = |names: [&str; 2]| names.into_iter().any(|name| call.is(name));
    let method = match is(["editMessageMedia", "editEphemeralMessageMedia"]) {
        true => media_at_top(call),
        false => is(["editMessageText", "editEphemeralMessageText"]).then_some("sendMessage"),
    };
    let Some(method) = method else {
        return false;
    };
    if is_of_one(call) {
        send_again(call);
    }
    let (_, params) = call.parts_mut();
    params.remove("message_id");
    // In the chat of the update the topic is known, too.
    if update.is_some_and(|update| update.chat_id() == chat.as_i64()) {
        params.remove("chat_id");
    }
    call.set_method(method);
    match update {
        Some(update) => *call = fill(call.clone(), update),
        None if call.attributes().is_some() => call.attributes_mut().ephemeral = false,
        None => {}
    }
    true
}

/// Has the fields of an `InputMedia` stand beside it, as the method has them that sends such media.
fn media_at_top(call: &mut Call) -> Option<&'static str> {
    let (_, params) = call.parts_mut();
    let kind = params.get("media")?.get("type")?.as_str()?;
    let (kind, method) = match kind {
        "photo" => ("photo", "sendPhoto"),
        "video" => ("video", "sendVideo"),
        "animation" => ("animation", "sendAnimation"),
        "audio" => ("audio", "sendAudio"),
        "document" => ("document", "sendDocument"),
        "live_photo" => ("live_photo", "sendLivePhoto"),
        _ => return None,
    };
    let Some(Value::Object(media)) = params.remove("media") else {
        return None;
    };
    for (field, value) in media {
        match field.as_str() {
            "type" => {}
            "media" => drop(params.insert(kind.into(), value)),
            _ => drop(params.insert(field, value)),
        }
    }
    Some(method)
}

/// A text of a call, with what says how it is written.
struct Text<'a> {
    object: &'a mut Map<String, Value>,
    name: &'static str,
    entities: &'static str,
}

/// Changes every text and caption of a call; says whether any was changed.
fn each_text(params: &mut Map<String, Value>, change: &dyn Fn(&mut Text<'_>) -> bool) -> bool {
    let mut is_changed = false;
    for (name, entities) in [("text", "entities"), ("caption", "caption_entities")] {
        if params.contains_key(name) {
            is_changed |= change(&mut Text {
                object: params,
                name,
                entities,
            });
        }
    }
    let media = match params.get_mut("media") {
        Some(Value::Array(album)) => album.as_mut_slice(),
        Some(item) => std::slice::from_mut(item),
        None => &mut [],
    };
    for item in media.iter_mut().filter_map(Value::as_object_mut) {
        is_changed |= each_text(item, change);
    }
    is_changed
}

impl Text<'_> {
    fn is_html(&self) -> bool {
        let mode = self.object.get("parse_mode").and_then(Value::as_str);
        mode.is_some_and(|mode| mode.eq_ignore_ascii_case("HTML"))
    }

    /// Cuts the text; markup that cannot be cut goes.
    fn shorten(&mut self, most: usize) -> bool {
        let Some(text) = self.object.get(self.name).and_then(Value::as_str) else {
            return false;
        };
        let short = match self.is_html() {
            true => html::shorten(text, most),
            false => html::shorten_plain(text, most),
        };
        if short == text {
            return false;
        }
        let short = Value::from(short);
        if !self.is_html() {
            self.write_plain();
        }
        self.object.insert(self.name.into(), short);
        true
    }

    /// Leaves what is shown of the text.
    fn strip(&mut self) -> bool {
        let mode = self.object.get("parse_mode").and_then(Value::as_str);
        if mode.is_none_or(str::is_empty) && !self.object.contains_key(self.entities) {
            return false;
        }
        if self.is_html()
            && let Some(text) = self.object.get(self.name).and_then(Value::as_str)
        {
            let plain = html::plain(text).into();
            self.object.insert(self.name.into(), plain);
        }
        self.write_plain();
        true
    }

    /// From now on the text is plain. The parse mode is named as none, or it would be the default.
    fn write_plain(&mut self) {
        self.object.remove(self.entities);
        self.object.insert("parse_mode".into(), "".into());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::says;

    fn changed(method: &'static str, params: &Value, refusal: Refusal) -> (Option<Instead>, Call) {
        let params = params.as_object().expect("an object").iter();
        let mut call = params.fold(Call::new(method), |call, (name, value)| {
            call.param(name, value.clone())
        });
        let update = says(1, "x").update;
        let instead = Instead::of(&mut call, refusal, Renewal::For(&update));
        (instead, call)
    }

    #[test]
    fn every_caption_of_an_album_is_cut() {
        let album = json!({"media": [
            {"caption": "<b>абвг</b>", "parse_mode": "HTML"}, {"caption": "аб"},
            {"caption": "абвг", "caption_entities": [{"type": "bold", "offset": 0, "length": 4}]},
        ]});
        let (instead, call) = changed("sendMediaGroup", &album, Refusal::TooLong(3));
        assert_eq!(instead, Some(Instead::Shorter));
        let expected = json!([
            {"caption": "<b>аб…</b>", "parse_mode": "HTML"}, {"caption": "аб"},
            {"caption": "аб…", "parse_mode": ""},
        ]);
        assert_eq!(call.params()["media"], expected);
    }

    #[test]
    fn media_for_a_message_that_is_gone_are_sent() {
        let edit = json!({
            "chat_id": 42, "message_id": 7, "reply_markup": {"inline_keyboard": []},
            "media": {"type": "photo", "media": "attach://file0", "caption": "x", "has_spoiler": true},
        });
        let (instead, call) = changed("editMessageMedia", &edit, Refusal::Edited);
        assert_eq!(
            (instead, call.method()),
            (Some(Instead::AsNewMessage), "sendPhoto")
        );
        let params = call.params();
        assert_eq!(params["photo"], "attach://file0");
        assert_eq!(
            (&params["caption"], &params["has_spoiler"]),
            (&json!("x"), &json!(true))
        );
        assert_eq!(params["chat_id"], 42);
        assert!(!params.contains_key("message_id") && !params.contains_key("media"));
    }

    #[test]
    fn what_was_changed_already_is_not_changed_again() {
        for (refusal, params) in [
            (
                Refusal::TooLong(4),
                json!({"text": "абвг", "parse_mode": "HTML"}),
            ),
            (Refusal::Markup, json!({"text": "<b>", "parse_mode": ""})),
            (Refusal::Topic, json!({"text": "x"})),
            (Refusal::RepliedTo, json!({"text": "x"})),
            (Refusal::Moved(-1), json!({"text": "x", "chat_id": -1})),
            (
                Refusal::Edited,
                json!({"text": "x", "inline_message_id": "7"}),
            ),
            (Refusal::Other, json!({"text": "x"})),
        ] {
            let (instead, _) = changed("sendMessage", &params, refusal);
            assert_eq!(instead, None, "{refusal:?}");
        }
    }
}
