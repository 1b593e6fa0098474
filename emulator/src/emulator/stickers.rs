//! Sets of stickers that are there already.

use bytes::Bytes;
use serde_json::Value;

use super::Emulator;
use crate::protocol::media::Upload;

impl Emulator {
    /// Adds a set of stickers that nobody here has made, each an emoji and a WebP; returns Telegram's `StickerSet`, in which
    /// are the ids. `kind` is `regular`, `mask` or `custom_emoji`.
    ///
    /// # Panics
    /// When the name is taken, or the kind is none.
    #[track_caller]
    pub fn sticker_set<B: Into<Bytes>>(
        &self,
        name: &str,
        title: &str,
        kind: &str,
        stickers: impl IntoIterator<Item = (&'static str, B)>,
    ) -> Value {
        let uploads = stickers.into_iter().map(|(emoji, bytes)| {
            let upload = Upload {
                name: "sticker.webp".to_owned(),
                mime_type: "image/webp".to_owned(),
                bytes: bytes.into(),
            };
            (emoji.to_owned(), upload)
        });
        let uploads = uploads.collect();
        let added = self
            .world
            .change(|state| state.import_sticker_set(name, title, kind, uploads));
        match added {
            Ok(set) => set,
            Err(why) => panic!("sticker_set: {why}"),
        }
    }
}
