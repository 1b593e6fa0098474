//! A window as it is drawn: a text or media, and buttons.

use ostankino::{
    Html, Reply,
    reply::{Button, InlineKeyboard, Media},
    telegram::internal::{Content, FileHash},
};
use serde::{Deserialize, Serialize};

use crate::address::Entry;

/// What a message holds, by which it is known what it can be edited to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    #[default]
    Text,
    /// A photo, a video, an animation or a document: each can be edited to any of them.
    Media,
    /// Several of them, and the text in a message of its own below.
    Album,
}

/// A window as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Picture {
    pub(crate) text: Html,
    /// Empty of a text, one of a message with media, more of an album.
    pub(crate) media: Vec<Media>,
    pub(crate) keyboard: Vec<Vec<Button>>,
    pub(crate) has_preview: bool,
}

impl Picture {
    pub(crate) fn kind(&self) -> Kind {
        match self.media.len() {
            0 => Kind::Text,
            1 => Kind::Media,
            _ => Kind::Album,
        }
    }

    fn keyboard(&self) -> InlineKeyboard {
        let rows = self.keyboard.iter().filter(|row| !row.is_empty());
        rows.fold(InlineKeyboard::new(), |keyboard, row| {
            keyboard.row(row.iter().cloned())
        })
    }

    /// The calls that send it; the last of them sends the message with the buttons.
    pub(crate) fn send(&self) -> Reply {
        match &self.media[..] {
            [] => self.written(Reply::text(self.text.clone())),
            [media] => {
                Reply::media(media.clone().caption(self.text.clone())).keyboard(self.keyboard())
            }
            album => Reply::album(album.iter().cloned())
                .and(self.written(Reply::text(self.text.clone()))),
        }
    }

    /// The call that edits a message of such a kind that it can be edited.
    pub(crate) fn edit(&self) -> Reply {
        match &self.media[..] {
            [media] => Reply::edit_media(media.clone().caption(self.text.clone()))
                .keyboard(self.keyboard()),
            _ => self.written(Reply::edit(self.text.clone())),
        }
    }

    fn written(&self, reply: Reply) -> Reply {
        let reply = match self.has_preview {
            true => reply,
            false => reply.no_preview(),
        };
        reply.keyboard(self.keyboard())
    }

    /// Of all that the user sees, if the picture was drawn for the entry of no stack.
    pub(crate) fn hash(&self, entry: Entry) -> u64 {
        let files = self.media.iter().flat_map(Media::files);
        // Of bytes no more is told there than how many they are.
        let bytes: Vec<_> = files
            .filter_map(|file| match file.content() {
                Content::Bytes(bytes) => Some(FileHash::of(bytes)),
                _ => None,
            })
            .collect();
        let (nonce, serial) = (entry.nonce, entry.serial);
        let seen = format!("{nonce}.{serial}|{self:?}|{bytes:?}");
        // FNV-1a: the same in every version of the program.
        seen.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    }
}
