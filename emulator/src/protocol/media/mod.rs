//! Files as messages carry them: their kinds, and what is sent of each.

mod name;
mod picture;
pub(crate) mod stored;
mod types;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub(crate) use self::{name::clean, picture::dimensions, types::type_of};

/// What a file is sent as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    Photo,
    Document,
    Video,
    Audio,
    Voice,
    Animation,
    Sticker,
    VideoNote,
    Thumbnail,
}

impl Kind {
    /// Those one sends; thumbnails only come with others.
    pub(crate) const ALL: [Self; 8] = [
        Self::Photo,
        Self::Document,
        Self::Video,
        Self::Audio,
        Self::Voice,
        Self::Animation,
        Self::Sticker,
        Self::VideoNote,
    ];

    /// The kind a message's field, and a type of `InputMedia`, names.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.field() == name)
    }

    /// The message's field it is in, which is also the parameter it is sent by.
    pub(crate) fn field(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::Document => "document",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Voice => "voice",
            Self::Animation => "animation",
            Self::Sticker => "sticker",
            Self::VideoNote => "video_note",
            Self::Thumbnail => "thumbnail",
        }
    }

    /// The folder of its `file_path`.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Photo => "photos",
            Self::Document => "documents",
            Self::Video => "videos",
            Self::Audio => "music",
            Self::Voice => "voice",
            Self::Animation => "animations",
            Self::Sticker => "stickers",
            Self::VideoNote => "video_notes",
            Self::Thumbnail => "thumbnails",
        }
    }

    /// How its ids begin, as on the real server.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Photo => "AgACAgIAAxk",
            Self::Document => "BQACAgIAAxk",
            Self::Video => "BAACAgIAAxk",
            Self::Audio => "CQACAgIAAxk",
            Self::Voice => "AwACAgIAAxk",
            Self::Animation => "CgACAgIAAxk",
            Self::Sticker => "CAACAgIAAxk",
            Self::VideoNote => "DQACAgIAAxk",
            Self::Thumbnail => "AAMCAgADGQE",
        }
    }

    /// Its name in errors.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Photo => "Photo",
            Self::Document => "Document",
            Self::Video => "Video",
            Self::Audio => "Audio",
            Self::Voice => "VoiceNote",
            Self::Animation => "Animation",
            Self::Sticker => "Sticker",
            Self::VideoNote => "VideoNote",
            Self::Thumbnail => "Thumbnail",
        }
    }

    /// Whether it is a document to Telegram, which can be sent by the id of any other such.
    pub(crate) fn is_document(self) -> bool {
        !matches!(self, Self::Photo | Self::Thumbnail)
    }

    /// Whether a caption goes with it.
    pub(crate) fn has_caption(self) -> bool {
        !matches!(self, Self::Sticker | Self::VideoNote | Self::Thumbnail)
    }
}

/// A file that came with a request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Upload {
    pub(crate) name: String,
    /// As the sender says; empty when it says nothing.
    pub(crate) mime_type: String,
    pub(crate) bytes: Bytes,
}

/// Where a new file comes from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    Upload(Upload),
    /// Never fetched: the file is whatever is there.
    Url(String),
}

/// The message's fields: animations are documents as well, for bots that know no animations.
pub(crate) fn fields(kind: Kind, shown: Value) -> Map<String, Value> {
    let mut fields = Map::new();
    if kind == Kind::Animation {
        let mut document = shown.clone();
        if let Some(document) = document.as_object_mut() {
            for field in ["width", "height", "duration"] {
                document.remove(field);
            }
        }
        fields.insert("document".to_owned(), document);
    }
    fields.insert(kind.field().to_owned(), shown);
    fields
}
