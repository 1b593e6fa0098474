//! Options of what a reply says: whether it is heard, where it stands, what stands below it.

use serde_json::{Map, Value, json};

use super::{Reply, checks::Checked};
use crate::{
    Html,
    telegram::{
        Call,
        method::{takes, target},
    },
};

/// Each is about the last message of the reply: that before [`and`](Reply::and) is as it was. An
/// option that a message cannot have, as the caption of a text, is a mistake.
impl Reply {
    /// Sets what stands below a photo or other media: up to 1,024 UTF-16 units. Of an album it is
    /// that of the first item, which shows below all.
    #[track_caller]
    pub fn caption(self, caption: impl Into<Html>) -> Self {
        let caption = caption.into();
        self.each("caption", |call| {
            for object in media_or_params(call).take(1) {
                object.insert("caption".into(), caption.as_str().into());
                object.insert("parse_mode".into(), "HTML".into());
            }
        })
    }

    /// Covers a photo, a video or an animation until it is tapped.
    #[track_caller]
    pub fn spoiler(self) -> Self {
        self.each("has_spoiler", |call| {
            for object in media_or_params(call) {
                object.insert("has_spoiler".into(), true.into());
            }
        })
    }

    /// Sends it without a sound.
    #[track_caller]
    pub fn silent(self) -> Self {
        self.each("disable_notification", |call| {
            set(call, "disable_notification", true.into());
        })
    }

    /// Lets nobody forward or save it.
    #[track_caller]
    pub fn protect(self) -> Self {
        self.each("protect_content", |call| {
            set(call, "protect_content", true.into());
        })
    }

    /// Shows no preview of its links.
    #[track_caller]
    pub fn no_preview(self) -> Self {
        self.each("link_preview_options", |call| {
            set(call, "link_preview_options", json!({"is_disabled": true}));
        })
    }

    /// Shows an animation over it, in private chats.
    #[track_caller]
    pub fn effect(self, id: impl Into<String>) -> Self {
        let id = id.into();
        self.first("message_effect_id", id.into())
    }

    /// Answers the message of the update: it is quoted above. Where that is gone, it is sent all the
    /// same.
    #[track_caller]
    pub fn reply_to(self) -> Self {
        self.first(
            "reply_parameters",
            json!({"allow_sending_without_reply": true}),
        )
    }

    /// Answers another message of the chat.
    #[track_caller]
    pub fn reply_to_message(self, id: i64) -> Self {
        let reply = json!({"message_id": id, "allow_sending_without_reply": true});
        self.first("reply_parameters", reply)
    }

    /// Sends it to a topic of the chat that is not that of the update.
    #[track_caller]
    pub fn topic(self, id: i64) -> Self {
        self.each("message_thread_id", |call| {
            set(call, "message_thread_id", id.into());
        })
    }

    /// Sends it to another chat than that of the update: its id, or the `@name` of a channel.
    #[track_caller]
    pub fn to(self, chat: impl Into<Value>) -> Self {
        let chat = chat.into();
        self.each("chat_id", |call| set(call, "chat_id", chat.clone()))
    }

    /// Sets a parameter of the first call of the message.
    #[track_caller]
    fn first(mut self, parameter: &str, value: Value) -> Self {
        let first = self.last_message().first_mut();
        let problem = can_take(first.as_deref(), parameter);
        if let Some(call) = first {
            set(call, parameter, value);
        }
        self.checked(problem)
    }

    /// Changes each call of the message.
    #[track_caller]
    fn each(mut self, parameter: &str, change: impl Fn(&mut Call)) -> Self {
        let calls = self.last_message();
        let problem = match calls.is_empty() {
            true => can_take(None, parameter),
            false => calls
                .iter()
                .try_for_each(|call| can_take(Some(call), parameter)),
        };
        calls.iter_mut().for_each(change);
        self.checked(problem)
    }
}

fn can_take(call: Option<&Call>, parameter: &str) -> Checked {
    let Some(call) = call else {
        return Err("there is no call to set a parameter of".into());
    };
    let method = call.method();
    let is_taken = match parameter {
        // Media have theirs inside.
        "caption" | "has_spoiler" if has_media(call) => true,
        "message_thread_id" => target(method).is_none_or(|target| target.has_topic),
        "chat_id" => target(method).is_none_or(|target| {
            let parameters = target.place.parameters();
            parameters.contains(&"chat_id")
        }),
        parameter => takes(method, parameter).unwrap_or(true),
    };
    match is_taken {
        true => Ok(()),
        false => Err(format!("`{method}` takes no `{parameter}`")),
    }
}

fn set(call: &mut Call, name: &str, value: Value) {
    let (_, params) = call.parts_mut();
    params.insert(name.into(), value);
}

/// The media of an album or an edit, or else the parameters themselves.
fn media_or_params(call: &mut Call) -> impl Iterator<Item = &mut Map<String, Value>> {
    let is_inside = has_media(call);
    let (_, params) = call.parts_mut();
    let (items, params) = match is_inside {
        true => (params.get_mut("media"), None),
        false => (None, Some(params)),
    };
    let items = match items {
        Some(Value::Array(items)) => items.as_mut_slice(),
        Some(item) => std::slice::from_mut(item),
        None => &mut [],
    };
    let items = items.iter_mut().filter_map(Value::as_object_mut);
    items.chain(params)
}

/// Whether what is sent, and what stands below it, is in `media`.
fn has_media(call: &Call) -> bool {
    call.is("sendMediaGroup") || call.is("editMessageMedia")
}
