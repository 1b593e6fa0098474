//! A window as it is drawn: a text or media, and buttons.

use ostankino::{
    Html, Reply,
    reply::{Button, InlineKeyboard, Media},
    telegram::internal::{Content, FileHash},
};
use serde::{Deserialize, Serialize};

use crate::{address::Entry, hash::fnv1a};

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

/// What Telegram takes, in UTF-16 units of what is shown: <https://core.telegram.org/bots/api#sendmessage>,
/// <https://core.telegram.org/bots/api#sendphoto>.
const LONGEST_TEXT: usize = 4_096;
const LONGEST_CAPTION: usize = 1_024;
const LARGEST_ALBUM: usize = 10;
/// As it was seen to take them.
const WIDEST_ROW: usize = 8;
const MOST_BUTTONS: usize = 100;

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

    /// What Telegram would not take of it, as in "the window order/Dish …".
    pub(crate) fn problem(&self) -> Option<String> {
        let text = self.text.plain();
        // White space around it is not sent.
        let length = text.trim().encode_utf16().count();
        let (most, what) = match self.kind() {
            Kind::Media => (LONGEST_CAPTION, " below media"),
            Kind::Text | Kind::Album => (LONGEST_TEXT, ""),
        };
        let rows = || self.keyboard.iter().map(Vec::len);
        let (widest, all): (usize, usize) = (rows().max().unwrap_or(0), rows().sum());
        Some(match () {
            () if length == 0 => "says nothing".to_owned(),
            () if length > most => {
                format!("has a text of {length} characters: the most is {most}{what}")
            }
            () if self.media.len() > LARGEST_ALBUM => format!(
                "shows {} media: an album has {LARGEST_ALBUM} at the most",
                self.media.len()
            ),
            () if widest > WIDEST_ROW => {
                format!("has a row of {widest} buttons: the most is {WIDEST_ROW}")
            }
            () if all > MOST_BUTTONS => {
                format!(
                    "has {all} buttons: the most is {MOST_BUTTONS}, so a list of more has pages"
                )
            }
            () => return None,
        })
    }

    /// Whether it has no buttons.
    pub(crate) fn is_bare(&self) -> bool {
        self.keyboard.iter().all(Vec::is_empty)
    }

    fn keyboard(&self) -> InlineKeyboard {
        let rows = self.keyboard.iter().filter(|row| !row.is_empty());
        rows.fold(InlineKeyboard::new(), |keyboard, row| {
            keyboard.row(row.iter().cloned())
        })
    }

    /// The album that it sends above the message with the buttons, if it has one.
    pub(crate) fn album(&self) -> Option<Reply> {
        let is_album = self.kind() == Kind::Album;
        is_album.then(|| Reply::album(self.media.iter().cloned()))
    }

    /// The call that sends the message with the buttons.
    pub(crate) fn send(&self) -> Reply {
        match &self.media[..] {
            [media] => {
                Reply::media(media.clone().caption(self.text.clone())).keyboard(self.keyboard())
            }
            _ => self.written(Reply::text(self.text.clone())),
        }
    }

    /// All that it sends.
    pub(crate) fn whole(&self) -> Reply {
        self.album().unwrap_or_default().and(self.send())
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
        let (nonce, serial) = (entry.nonce, entry.serial);
        fnv1a(format!("{nonce}.{serial}|{self:?}|{:?}", self.bytes()).bytes())
    }

    /// Of the media alone.
    pub(crate) fn hash_of_media(&self) -> u64 {
        fnv1a(format!("{:?}|{:?}", self.media, self.bytes()).bytes())
    }

    /// What is told of files that are bytes: of these no more is shown than how many they are.
    fn bytes(&self) -> Vec<FileHash> {
        let files = self.media.iter().flat_map(Media::files);
        let bytes = files.filter_map(|file| match file.content() {
            Content::Bytes(bytes) => Some(FileHash::of(bytes)),
            _ => None,
        });
        bytes.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(text: &str) -> Picture {
        Picture {
            text: Html::raw(text.into()),
            media: Vec::new(),
            keyboard: Vec::new(),
            has_preview: false,
        }
    }

    fn buttons(count: usize) -> Vec<Button> {
        (0..count)
            .map(|n| Button::new(n.to_string(), "~"))
            .collect()
    }

    #[test]
    fn what_telegram_would_not_take_is_told() {
        // What is shown counts, in UTF-16 units, and not the markup.
        assert_eq!(
            picture(&format!("<b>{}</b>\n", "😀".repeat(2_048))).problem(),
            None
        );
        let long = picture(&"😀".repeat(2_049)).problem();
        assert_eq!(
            long.as_deref(),
            Some("has a text of 4098 characters: the most is 4096")
        );
        let caption = Picture {
            media: vec![Media::photo("AAA")],
            ..picture(&"я".repeat(1_025))
        };
        let long = caption.problem().unwrap_or_default();
        assert!(long.ends_with("the most is 1024 below media"), "{long}");
        let album = Picture {
            media: vec![Media::photo("AAA"); 2],
            ..picture(&"я".repeat(1_025))
        };
        assert_eq!(album.problem(), None);
        assert_eq!(
            picture("<b> </b>").problem().as_deref(),
            Some("says nothing")
        );
    }

    #[test]
    fn buttons_are_counted() {
        let with = |keyboard: Vec<Vec<Button>>| Picture {
            keyboard,
            ..picture("а")
        };
        assert_eq!(with(vec![buttons(8); 12]).problem(), None);
        let wide = with(vec![buttons(9)]).problem().unwrap_or_default();
        assert!(wide.starts_with("has a row of 9 buttons"), "{wide}");
        let many = with(vec![buttons(1); 101]).problem().unwrap_or_default();
        assert!(many.starts_with("has 101 buttons"), "{many}");
    }
}
