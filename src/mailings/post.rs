//! What somebody's message says, taken apart so that the bot can say it to anybody.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{Album, Call, Error, FromRequest, Reply, Request, Result, Update};

/// What a message of a person says, as calls that say it: as an argument of a handler, of the message or the album that the update
/// is. It names files by the ids that Telegram gave them and keeps formatting, captions, covers and buttons that open links; so deleting the
/// message harms nothing. What cannot be taken apart, such as a story, is copied from where it is.
///
/// ```
/// use ostankino::{Error, Reply, Result, mailings::{Mail, NewMailing, Post}};
///
/// /// An administrator sends what everybody is to get.
/// async fn to_all(post: Post, mail: Mail) -> Result<Reply> {
///     mail.create(NewMailing::of("Пост", post.reply())?).await?;
///     Ok(Reply::text("Так это увидят все:").and(post.reply()))
/// }
/// # drop(to_all);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Post(Vec<Call>);

/// What stands beside media, and stays with them.
const BESIDE_MEDIA: [(&str, &str); 4] = [
    ("caption", "caption"),
    ("caption_entities", "caption_entities"),
    ("show_caption_above_media", "show_caption_above_media"),
    ("has_media_spoiler", "has_spoiler"),
];

/// Media that are sent by their ids: the field of a message, the method, and whether a caption stands below.
const MEDIA: [(&str, &str, bool); 8] = [
    // An animation is a document, too.
    ("animation", "sendAnimation", true),
    ("photo", "sendPhoto", true),
    ("video", "sendVideo", true),
    ("document", "sendDocument", true),
    ("audio", "sendAudio", true),
    ("voice", "sendVoice", true),
    ("video_note", "sendVideoNote", false),
    ("sticker", "sendSticker", false),
];

impl Post {
    /// Of a message; `None` if the update is none that says something.
    #[must_use]
    pub fn of(update: &Update) -> Option<Self> {
        let is_message = update.message().is_some() && update.callback_query().is_none();
        let message = is_message.then(|| update.payload().ok()).flatten()?;
        Self::of_message(&message).map(|call| Self(vec![call]))
    }

    /// Of an album; `None` if a part of it is none that can be sent so.
    #[must_use]
    pub fn of_album(album: &Album) -> Option<Self> {
        let parts = album.parts().iter().map(|part| {
            let message: Map<String, Value> = part.payload().ok()?;
            let (field, _, _) = medium(&message)?;
            let mut item = json!({"type": field, "media": file_id(&message, field)?});
            beside(&message, |name, value| item[name] = value);
            Some(item)
        });
        let media: Option<Vec<_>> = parts.collect();
        let call = Call::new("sendMediaGroup").param("media", media?);
        Some(Self(vec![call]))
    }

    /// The reply that says it.
    pub fn reply(&self) -> Reply {
        Reply::of(self.0.clone())
    }

    fn of_message(message: &Map<String, Value>) -> Option<Call> {
        let call = if let Some(text) = message.get("text") {
            let call = Call::new("sendMessage").param("text", text.clone());
            copied(call, message, &["entities", "link_preview_options"])
        } else if let Some((field, method, has_caption)) = medium(message) {
            let mut call = Call::new(method).param(field, file_id(message, field)?);
            if has_caption {
                beside(message, |name, value| {
                    let (_, params) = call.parts_mut();
                    params.insert(name.into(), value);
                });
            }
            call
        } else if let Some(venue) = message.get("venue") {
            let call = object(
                Call::new("sendVenue"),
                venue,
                &["title", "address", "foursquare_id", "google_place_id"],
            );
            object(call, venue.get("location")?, &["latitude", "longitude"])
        } else if let Some(location) = message.get("location") {
            object(
                Call::new("sendLocation"),
                location,
                &["latitude", "longitude", "horizontal_accuracy"],
            )
        } else if let Some(contact) = message.get("contact") {
            object(
                Call::new("sendContact"),
                contact,
                &["phone_number", "first_name", "last_name", "vcard"],
            )
        } else {
            copy_of(message)?
        };
        Some(match links(message) {
            Some(keyboard) => call.param("reply_markup", keyboard),
            None => call,
        })
    }
}

impl FromRequest for Post {
    async fn from_request(request: &Request) -> Result<Self> {
        let post = match request.extensions.get::<Album>() {
            Some(album) => Self::of_album(album),
            None => Self::of(&request.update),
        };
        post.ok_or(Error::Mismatch("message that can be said to others"))
    }
}

fn medium(message: &Map<String, Value>) -> Option<(&'static str, &'static str, bool)> {
    MEDIA
        .into_iter()
        .find(|(field, _, _)| message.contains_key(*field))
}

/// The id by which the bot sends it; of a photo the largest.
fn file_id(message: &Map<String, Value>, field: &str) -> Option<Value> {
    let medium = message.get(field)?;
    let file = match medium.as_array() {
        Some(sizes) => sizes.last()?,
        None => medium,
    };
    file.get("file_id").cloned()
}

fn beside(message: &Map<String, Value>, mut put: impl FnMut(&str, Value)) {
    for (field, name) in BESIDE_MEDIA {
        if let Some(value) = message.get(field) {
            put(name, value.clone());
        }
    }
}

fn copied(call: Call, from: &Map<String, Value>, names: &[&str]) -> Call {
    names.iter().fold(call, |call, name| match from.get(*name) {
        Some(value) => call.param(name, value.clone()),
        None => call,
    })
}

fn object(call: Call, from: &Value, names: &[&str]) -> Call {
    match from.as_object() {
        Some(from) => copied(call, from, names),
        None => call,
    }
}

/// What is said by copying it: it must stay where it is.
fn copy_of(message: &Map<String, Value>) -> Option<Call> {
    let says = [
        "poll",
        "dice",
        "game",
        "story",
        "checklist",
        "paid_media",
        "rich_message",
    ];
    says.iter()
        .any(|field| message.contains_key(*field))
        .then_some(())?;
    let chat = message.get("chat")?.get("id")?;
    let call = Call::new("copyMessage").param("from_chat_id", chat.clone());
    Some(call.param("message_id", message.get("message_id")?.clone()))
}

/// The buttons below it that anybody can press: links, and texts to copy.
fn links(message: &Map<String, Value>) -> Option<Value> {
    let rows = message
        .get("reply_markup")?
        .get("inline_keyboard")?
        .as_array()?;
    let is_link =
        |button: &&Value| button.get("url").is_some() || button.get("copy_text").is_some();
    let rows = rows.iter().filter_map(|row| {
        let row: Vec<_> = row.as_array()?.iter().filter(is_link).cloned().collect();
        (!row.is_empty()).then_some(row)
    });
    let rows: Vec<_> = rows.collect();
    (!rows.is_empty()).then(|| json!({"inline_keyboard": rows}))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(message: Value) -> Option<Value> {
        let mut update = json!({"update_id": 1, "message": {"message_id": 7, "date": 1, "chat": {"id": 42, "type": "private"}}});
        let Value::Object(fields) = message else {
            panic!("an object")
        };
        update["message"]
            .as_object_mut()
            .expect("an object")
            .extend(fields);
        let update = Update::decode(update.to_string()).expect("an update");
        let reply = Post::of(&update)?.reply();
        let [call] = reply.calls() else {
            panic!("one call")
        };
        Some(json!([call.method(), call.params()]))
    }

    #[test]
    fn a_message_becomes_a_call_that_says_it_to_anybody() {
        let bold = json!([{"type": "bold", "offset": 0, "length": 3}]);
        for (message, expected) in [
            (
                json!({"text": "Мы открылись", "entities": bold}),
                json!(["sendMessage", {"text": "Мы открылись", "entities": bold}]),
            ),
            (
                json!({"photo": [{"file_id": "s"}, {"file_id": "l"}], "caption": "Зал", "caption_entities": bold, "has_media_spoiler": true}),
                json!(["sendPhoto", {"photo": "l", "caption": "Зал", "caption_entities": bold, "has_spoiler": true}]),
            ),
            (
                json!({"animation": {"file_id": "a"}, "document": {"file_id": "d"}}),
                json!(["sendAnimation", {"animation": "a"}]),
            ),
            (
                json!({"video_note": {"file_id": "v"}}),
                json!(["sendVideoNote", {"video_note": "v"}]),
            ),
            (
                json!({"venue": {"title": "Кафе", "address": "Арбат, 1", "location": {"latitude": 55.7, "longitude": 37.6}},
                       "location": {"latitude": 55.7, "longitude": 37.6}}),
                json!(["sendVenue", {"title": "Кафе", "address": "Арбат, 1", "latitude": 55.7, "longitude": 37.6}]),
            ),
            (
                json!({"poll": {"id": "1"}}),
                json!(["copyMessage", {"from_chat_id": 42, "message_id": 7}]),
            ),
            (
                json!({"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "a"}],
                       [{"text": "b", "url": "https://example.org"}, {"text": "c", "callback_data": "c"}]]}}),
                json!(["sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "b", "url": "https://example.org"}]]}}]),
            ),
        ] {
            assert_eq!(post(message.clone()), Some(expected), "{message}");
        }
        for message in [
            json!({"new_chat_title": "x"}),
            json!({"photo": []}),
            json!({}),
        ] {
            assert_eq!(post(message.clone()), None, "{message}");
        }
    }
}
