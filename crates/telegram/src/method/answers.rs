//! Answers that `frankenstein` would not take as Telegram gives them.

use serde::{Deserialize, Serialize};

use crate::types::{PhotoSize, Sticker, StickerType};

/// A set of stickers: <https://core.telegram.org/bots/api#stickerset>.
///
/// That of `frankenstein` requires a field which Telegram no longer documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StickerSet {
    /// Its name, as in links.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What its stickers are.
    pub sticker_type: StickerType,
    /// All of them.
    pub stickers: Vec<Sticker>,
    /// Its picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<PhotoSize>,
}

/// What a Web App's query became: <https://core.telegram.org/bots/api#sentwebappmessage>.
///
/// That of `frankenstein` requires the id, which is there only under an inline keyboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentWebAppMessage {
    /// The sent message, if it has an inline keyboard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inline_message_id: Option<String>,
}
