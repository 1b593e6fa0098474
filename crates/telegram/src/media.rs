//! Files that messages carry.

use std::ops::Deref;

use super::{lenient::Lenient, object::objects};

/// A photo, in several sizes: never none.
#[derive(Clone, Debug, PartialEq)]
pub struct Photo(Vec<PhotoSize>);

impl Photo {
    /// The size with the most pixels.
    #[must_use]
    pub fn largest(&self) -> &PhotoSize {
        let largest = self
            .0
            .iter()
            .max_by_key(|size| size.width.saturating_mul(size.height));
        largest.expect("a photo without a size is none")
    }
}

impl Deref for Photo {
    type Target = [PhotoSize];

    fn deref(&self) -> &[PhotoSize] {
        &self.0
    }
}

impl Lenient for Photo {
    fn read(json: &[u8]) -> Option<Self> {
        let sizes = Vec::read(json).filter(|sizes: &Vec<_>| !sizes.is_empty());
        sizes.map(Self)
    }
}

objects! {
    /// One size of a photo, or a thumbnail.
    pub struct PhotoSize {
        /// By which it is downloaded or sent again.
        pub file_id: String => required,
        /// The same for all bots and for ever, but of no use for a download.
        pub file_unique_id: String,
        /// Width in pixels.
        pub width: i64,
        /// Height in pixels.
        pub height: i64,
        /// Size in bytes.
        pub file_size: Option<i64>,
    }

    /// A file of any kind.
    pub struct Document {
        /// By which it is downloaded or sent again.
        pub file_id: String => required,
        /// The same for all bots and for ever, but of no use for a download.
        pub file_unique_id: String,
        /// The name that the sender gave it.
        pub file_name: Option<String>,
        /// The type that the sender gave it.
        pub mime_type: Option<String>,
        /// Size in bytes.
        pub file_size: Option<i64>,
        /// A small picture of it.
        pub thumbnail: Option<PhotoSize>,
    }

    /// A video.
    pub struct Video {
        /// By which it is downloaded or sent again.
        pub file_id: String => required,
        /// The same for all bots and for ever, but of no use for a download.
        pub file_unique_id: String,
        /// Width in pixels.
        pub width: i64,
        /// Height in pixels.
        pub height: i64,
        /// How long it is, in seconds.
        pub duration: i64,
        /// The name that the sender gave it.
        pub file_name: Option<String>,
        /// The type that the sender gave it.
        pub mime_type: Option<String>,
        /// Size in bytes.
        pub file_size: Option<i64>,
        /// A small picture of it.
        pub thumbnail: Option<PhotoSize>,
    }

    /// A GIF, or a video without sound.
    pub struct Animation {
        /// By which it is downloaded or sent again.
        pub file_id: String => required,
        /// The same for all bots and for ever, but of no use for a download.
        pub file_unique_id: String,
        /// Width in pixels.
        pub width: i64,
        /// Height in pixels.
        pub height: i64,
        /// How long it is, in seconds.
        pub duration: i64,
        /// The name that the sender gave it.
        pub file_name: Option<String>,
        /// The type that the sender gave it.
        pub mime_type: Option<String>,
        /// Size in bytes.
        pub file_size: Option<i64>,
        /// A small picture of it.
        pub thumbnail: Option<PhotoSize>,
    }

    /// A piece of music.
    pub struct Audio {
        /// By which it is downloaded or sent again.
        pub file_id: String => required,
        /// The same for all bots and for ever, but of no use for a download.
        pub file_unique_id: String,
        /// How long it is, in seconds.
        pub duration: i64,
        /// Who plays it.
        pub performer: Option<String>,
        /// What it is called.
        pub title: Option<String>,
        /// The name that the sender gave it.
        pub file_name: Option<String>,
        /// The type that the sender gave it.
        pub mime_type: Option<String>,
        /// Size in bytes.
        pub file_size: Option<i64>,
        /// The cover of its album.
        pub thumbnail: Option<PhotoSize>,
    }

    /// A voice message.
    pub struct Voice {
        /// By which it is downloaded or sent again.
        pub file_id: String => required,
        /// The same for all bots and for ever, but of no use for a download.
        pub file_unique_id: String,
        /// How long it is, in seconds.
        pub duration: i64,
        /// The type that the sender gave it.
        pub mime_type: Option<String>,
        /// Size in bytes.
        pub file_size: Option<i64>,
    }

    /// A round video.
    pub struct VideoNote {
        /// By which it is downloaded or sent again.
        pub file_id: String => required,
        /// The same for all bots and for ever, but of no use for a download.
        pub file_unique_id: String,
        /// Width and height in pixels.
        pub length: i64,
        /// How long it is, in seconds.
        pub duration: i64,
        /// Size in bytes.
        pub file_size: Option<i64>,
        /// A small picture of it.
        pub thumbnail: Option<PhotoSize>,
    }

    /// A sticker.
    pub struct Sticker {
        /// By which it is downloaded or sent again.
        pub file_id: String => required,
        /// The same for all bots and for ever, but of no use for a download.
        pub file_unique_id: String,
        /// `regular`, `mask` or `custom_emoji`.
        pub kind: String as "type",
        /// Width in pixels.
        pub width: i64,
        /// Height in pixels.
        pub height: i64,
        /// Whether it is an animation of Telegram's own format.
        pub is_animated: bool,
        /// Whether it is a video.
        pub is_video: bool,
        /// The emoji that it stands for.
        pub emoji: Option<String>,
        /// The set that it is of.
        pub set_name: Option<String>,
        /// The id of a custom emoji.
        pub custom_emoji_id: Option<String>,
        /// Size in bytes.
        pub file_size: Option<i64>,
    }
}
