//! What a person can send besides text.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::State;
use crate::protocol::{
    media::{Kind, Source, Upload, fields, type_of},
    objects::Content,
    text,
};

/// A file, a place or a contact for [`Person::sends`](crate::Person::sends).
#[derive(Clone, Debug)]
#[must_use = "nothing is sent until a person sends it"]
pub struct Attachment {
    what: What,
    caption: String,
}

#[derive(Clone, Debug)]
enum What {
    File(Kind, Upload, Map<String, Value>),
    Part(&'static str, Value),
}

impl Attachment {
    /// A photo; its width and height are read from the PNG, JPEG, GIF or WebP, and are 800 for anything else.
    pub fn photo(bytes: impl Into<Bytes>) -> Self {
        Self::file(Kind::Photo, "photo.jpg", bytes)
    }

    /// A document with this name.
    pub fn document(name: &str, bytes: impl Into<Bytes>) -> Self {
        Self::file(Kind::Document, name, bytes)
    }

    /// A video (an MP4 by name).
    pub fn video(bytes: impl Into<Bytes>) -> Self {
        Self::file(Kind::Video, "video.mp4", bytes)
    }

    /// A voice message (an OGG by name).
    pub fn voice(bytes: impl Into<Bytes>) -> Self {
        Self::file(Kind::Voice, "voice.oga", bytes)
    }

    /// A piece of music with this file name.
    pub fn audio(name: &str, bytes: impl Into<Bytes>) -> Self {
        Self::file(Kind::Audio, name, bytes)
    }

    /// A sticker (a WebP by name) for this emoji.
    pub fn sticker(emoji: &str, bytes: impl Into<Bytes>) -> Self {
        Self::file(Kind::Sticker, "sticker.webp", bytes).with("emoji", json!(emoji))
    }

    /// A poll of their own, anonymous, with these options.
    pub fn poll(question: &str, options: &[&str]) -> Self {
        let options: Vec<Value> = options
            .iter()
            .enumerate()
            .map(|(id, text)| json!({"persistent_id": id.to_string(), "text": text, "voter_count": 0}))
            .collect();
        let poll = json!({
            "id": fastrand::u64(1 << 60..1 << 62).to_string(), "question": question, "options": options,
            "total_voter_count": 0, "is_closed": false, "is_anonymous": true, "type": "regular",
            "allows_multiple_answers": false, "allows_revoting": true, "members_only": false,
        });
        Self::part("poll", poll)
    }

    /// A place on the map.
    pub fn location(latitude: f64, longitude: f64) -> Self {
        let place = json!({"latitude": latitude, "longitude": longitude});
        Self::part("location", place)
    }

    /// One's own contact, as a button of a reply keyboard asks for it.
    pub fn own_contact(phone_number: &str) -> Self {
        Self::part("contact", json!({"phone_number": phone_number}))
    }

    /// A contact; with one's own first name it is one's own.
    pub fn contact(phone_number: &str, first_name: &str) -> Self {
        let contact = json!({"phone_number": phone_number, "first_name": first_name});
        Self::part("contact", contact)
    }

    /// Writes this under it.
    pub fn captioned(mut self, caption: &str) -> Self {
        caption.clone_into(&mut self.caption);
        self
    }

    pub(crate) fn file(kind: Kind, name: &str, bytes: impl Into<Bytes>) -> Self {
        let upload = Upload {
            name: name.to_owned(),
            mime_type: type_of(name).to_owned(),
            bytes: bytes.into(),
        };
        Self::upload(kind, upload)
    }

    pub(crate) fn upload(kind: Kind, upload: Upload) -> Self {
        Self {
            what: What::File(kind, upload, Map::new()),
            caption: String::new(),
        }
    }

    pub(crate) fn with(mut self, detail: &str, value: Value) -> Self {
        if let What::File(_, _, details) = &mut self.what {
            details.insert(detail.to_owned(), value);
        }
        self
    }

    fn part(name: &'static str, part: Value) -> Self {
        Self {
            what: What::Part(name, part),
            caption: String::new(),
        }
    }

    /// What a message of this person with it says; a file is put into the world.
    pub(crate) fn content(self, state: &mut State, person_id: i64) -> Content {
        let (kind, upload, details) = match self.what {
            What::Part("contact", contact) => {
                return Content::of_part("contact", completed(contact, state, person_id));
            }
            What::Part(name, part) => return Content::of_part(name, part),
            What::File(kind, upload, details) => (kind, upload, details),
        };
        let shown = state.add_file(kind, &Source::Upload(upload), details);
        let caption = if kind.has_caption() {
            self.caption
        } else {
            String::new()
        };
        Content {
            caption_entities: text::found(&caption, &[]),
            caption,
            parts: fields(kind, shown),
            ..Content::default()
        }
    }
}

/// A contact with all that Telegram knows of it: whose it is, if it is the sender's own.
fn completed(mut contact: Value, state: &State, person_id: i64) -> Value {
    let user = &state.person(person_id).user;
    let is_own = |name: &Value| name.as_str() == Some(user.first_name.as_str());
    if contact.get("first_name").is_none_or(is_own) {
        contact["first_name"] = json!(user.first_name);
        if let Some(last_name) = &user.last_name {
            contact["last_name"] = json!(last_name);
        }
        contact["user_id"] = json!(user.id);
    }
    contact
}
