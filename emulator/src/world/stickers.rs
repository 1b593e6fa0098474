//! Sets of stickers: who made them, and which files are in them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{State, changes::Key};
use crate::protocol::media::{Kind, Source, Upload};

/// A set.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StickerSet {
    pub(crate) name: String,
    pub(crate) title: String,
    /// `regular`, `mask` or `custom_emoji`.
    pub(crate) kind: String,
    /// The bot that made it; `None` for those that were there already.
    pub(crate) bot: Option<i64>,
    /// Whether emoji take the colour of the text around them.
    #[serde(default)]
    pub(crate) needs_repainting: bool,
    /// By their `file_id`s.
    pub(crate) stickers: Vec<String>,
    /// A `PhotoSize`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) thumbnail: Option<Value>,
}

/// All of them by their names in small letters.
pub(super) type StickerSets = BTreeMap<String, StickerSet>;

impl State {
    pub(crate) fn sticker_set(&self, name: &str) -> Option<&StickerSet> {
        self.sticker_sets.get(&name.to_ascii_lowercase())
    }

    /// The same, to change.
    pub(crate) fn sticker_set_mut(&mut self, name: &str) -> Option<&mut StickerSet> {
        let name = name.to_ascii_lowercase();
        let set = self.sticker_sets.get_mut(&name)?;
        self.changes.mark(Key::StickerSet(name));
        Some(set)
    }

    /// Puts a set into the world, or in the place of its former self.
    pub(crate) fn put_sticker_set(&mut self, set: StickerSet) {
        let name = set.name.to_ascii_lowercase();
        self.changes.mark(Key::StickerSet(name.clone()));
        self.sticker_sets.insert(name, set);
    }

    /// Its stickers are in no set from then on.
    pub(crate) fn delete_sticker_set(&mut self, name: &str) {
        let name = name.to_ascii_lowercase();
        let Some(set) = self.sticker_sets.remove(&name) else {
            return;
        };
        self.changes.mark(Key::StickerSet(name));
        for sticker in set.stickers {
            self.change_file(&sticker, |shown| {
                shown.remove("set_name");
            });
        }
    }

    /// The set that a sticker is in.
    pub(crate) fn set_of_sticker(&self, file_id: &str) -> Option<&StickerSet> {
        let name = self.files().get(file_id)?.shown["set_name"].as_str()?;
        self.sticker_set(name)
    }

    /// A new sticker of a set: an upload, or a file that is there already.
    pub(crate) fn add_sticker(
        &mut self,
        set: &StickerSet,
        source: Result<&Source, &str>,
        mut details: Map<String, Value>,
    ) -> Option<String> {
        details.insert("set_name".to_owned(), json!(set.name));
        details.insert("type".to_owned(), json!(set.kind));
        if set.kind == "custom_emoji" {
            let id = fastrand::u64(1 << 60..1 << 62).to_string();
            details.insert("custom_emoji_id".to_owned(), json!(id));
            if set.needs_repainting {
                details.insert("needs_repainting".to_owned(), json!(true));
            }
        }
        let shown = match source {
            Ok(source) => self.add_file(Kind::Sticker, source, details),
            Err(id) => self.copy_file(id, Kind::Sticker, details)?,
        };
        Some(shown["file_id"].as_str()?.to_owned())
    }

    /// A set that was made elsewhere, of one sticker for each emoji.
    pub(crate) fn import_sticker_set(
        &mut self,
        name: &str,
        title: &str,
        kind: &str,
        stickers: Vec<(String, Upload)>,
    ) -> Result<Value, String> {
        if self.sticker_set(name).is_some() {
            return Err(format!("the name {name} is taken"));
        }
        if !["regular", "mask", "custom_emoji"].contains(&kind) {
            return Err(format!("{kind} is no kind of stickers"));
        }
        let mut set = StickerSet {
            name: name.to_owned(),
            title: title.to_owned(),
            kind: kind.to_owned(),
            bot: None,
            needs_repainting: false,
            stickers: vec![],
            thumbnail: None,
        };
        for (emoji, upload) in stickers {
            let details = Map::from_iter([("emoji".to_owned(), json!(emoji))]);
            let added = self.add_sticker(&set, Ok(&Source::Upload(upload)), details);
            set.stickers.extend(added);
        }
        let shown = self.sticker_set_shown(&set);
        self.put_sticker_set(set);
        Ok(shown)
    }

    /// A `StickerSet`.
    pub(crate) fn sticker_set_shown(&self, set: &StickerSet) -> Value {
        let files = set.stickers.iter().filter_map(|id| self.files().get(id));
        let stickers: Vec<&Value> = files.map(|file| &file.shown).collect();
        let mut shown = json!({
            "name": set.name, "title": set.title, "sticker_type": set.kind, "stickers": stickers,
        });
        if let Some(thumbnail) = &set.thumbnail {
            shown["thumbnail"] = thumbnail.clone();
        }
        shown
    }
}
