//! What people send besides texts: `chat.sends(photo().with_caption("Вид из окна"))`.
//!
//! The ids of files are always the same: that of a photo is `photo`, of its small size `photo-small`, of any other its kind.

use serde_json::{Value, json};

/// The content of a message, as the fields that Telegram gives it.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "it is sent by `Chat::sends`"]
pub struct Content(pub(super) Value);

/// Any message, by its fields: `json!({"venue": {…}})`.
impl From<Value> for Content {
    fn from(fields: Value) -> Self {
        Self(fields)
    }
}

impl Content {
    /// Writes this under it.
    pub fn with_caption(mut self, caption: &str) -> Self {
        self.0["caption"] = caption.into();
        self
    }
}

/// A photo in two sizes.
pub fn photo() -> Content {
    let size = |name: &str, width: u32, height: u32| {
        let mut size = file(name, json!({"width": width, "height": height}));
        size["file_size"] = (width * height / 8).into();
        size
    };
    let sizes = [size("photo-small", 90, 60), size("photo", 1280, 853)];
    Content(json!({"photo": sizes}))
}

/// A file of that name.
pub fn document(name: &str) -> Content {
    let fields =
        json!({"file_name": name, "mime_type": "application/octet-stream", "file_size": 1000});
    Content(json!({"document": file("document", fields)}))
}

/// A voice message of three seconds.
pub fn voice() -> Content {
    let fields = json!({"duration": 3, "mime_type": "audio/ogg", "file_size": 1000});
    Content(json!({"voice": file("voice", fields)}))
}

/// A piece of music of three minutes.
pub fn audio() -> Content {
    let fields = json!({"duration": 180, "mime_type": "audio/mpeg", "file_size": 1000});
    Content(json!({"audio": file("audio", fields)}))
}

/// A video of ten seconds.
pub fn video() -> Content {
    let fields = json!({"duration": 10, "width": 640, "height": 360, "file_size": 1000});
    Content(json!({"video": file("video", fields)}))
}

/// A round video of ten seconds.
pub fn video_note() -> Content {
    let fields = json!({"duration": 10, "length": 240, "file_size": 1000});
    Content(json!({"video_note": file("video_note", fields)}))
}

/// A picture that moves. It comes as a document, too, as from Telegram.
pub fn animation() -> Content {
    let fields = json!({"duration": 3, "width": 320, "height": 240, "file_size": 1000});
    let document = file(
        "animation",
        json!({"mime_type": "video/mp4", "file_size": 1000}),
    );
    Content(json!({"animation": file("animation", fields), "document": document}))
}

/// A sticker of that emoji.
pub fn sticker(emoji: &str) -> Content {
    let fields = json!({
        "type": "regular", "width": 512, "height": 512, "is_animated": false, "is_video": false, "emoji": emoji,
    });
    Content(json!({"sticker": file("sticker", fields)}))
}

/// The sender's own contact, as a button that asks for it sends it.
pub fn contact(phone_number: &str) -> Content {
    Content(json!({"contact": {"phone_number": phone_number}}))
}

/// A place.
pub fn location(latitude: f64, longitude: f64) -> Content {
    Content(json!({"location": {"latitude": latitude, "longitude": longitude}}))
}

/// A die that shows so many points.
pub fn dice(value: u8) -> Content {
    Content(json!({"dice": {"emoji": "🎲", "value": value}}))
}

fn file(name: &str, mut fields: Value) -> Value {
    fields["file_id"] = name.into();
    fields["file_unique_id"] = format!("{name}-unique").into();
    fields
}
