//! Files: their contents, kept once, and the ids by which messages and the bot name them.

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{State, changes::Key};
use crate::protocol::media::{Kind, Source, Upload, dimensions, type_of};

/// All files there are.
#[derive(Debug, Default)]
pub(crate) struct Files {
    by_id: BTreeMap<String, File>,
    /// Ids by `file_path`.
    by_path: HashMap<String, String>,
    contents: BTreeMap<usize, Content>,
    /// Of the next path, and of the next content: those of forgotten ones are not used again.
    next_path: usize,
    next_content: usize,
}

/// What is in a file.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Bytes(Bytes),
    /// It is whatever is at this URL.
    Url(String),
}

/// A file as one id names it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct File {
    pub(crate) kind: Kind,
    pub(crate) unique_id: String,
    /// Its `file_path`.
    pub(crate) path: String,
    /// In bytes; unknown of what was never fetched.
    pub(crate) size: Option<usize>,
    /// What a message shows of it: the object of its kind, and of a photo the array of sizes.
    pub(crate) shown: Value,
    pub(super) content: usize,
}

/// The bounds into which Telegram scales photos, by the longer side.
const PHOTO_BOUNDS: [u32; 4] = [90, 320, 800, 1280];

impl Files {
    pub(crate) fn get(&self, file_id: &str) -> Option<&File> {
        self.by_id.get(file_id)
    }

    /// What is in the file with this `file_path`.
    pub(crate) fn at(&self, path: &str) -> Option<&Content> {
        let file = self.by_id.get(self.by_path.get(path)?)?;
        self.contents.get(&file.content)
    }

    /// What messages show of each.
    pub(crate) fn shown(&self) -> impl Iterator<Item = &Value> {
        self.by_id.values().map(|file| &file.shown)
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &String> {
        self.by_id.keys()
    }

    /// The numbers of all contents.
    pub(super) fn contents(&self) -> impl Iterator<Item = usize> {
        self.contents.keys().copied()
    }

    pub(super) fn content(&self, number: usize) -> Option<&Content> {
        self.contents.get(&number)
    }

    /// Puts back a file that was saved.
    pub(super) fn restore(&mut self, id: String, file: File) {
        let number = file.path.rsplit_once("file_").map_or("", |(_, rest)| rest);
        let digits = number.split('.').next().unwrap_or(number);
        let number: usize = digits.parse().unwrap_or(0);
        self.next_path = self.next_path.max(number + 1);
        self.by_path.insert(file.path.clone(), id.clone());
        self.by_id.insert(id, file);
    }

    /// Puts back what is in files.
    pub(super) fn restore_content(&mut self, number: usize, content: Content) {
        self.next_content = self.next_content.max(number + 1);
        self.contents.insert(number, content);
    }

    /// Puts new files into the world, one for each of `shapes` (the fields each size is shown with), and shows them all.
    fn add(&mut self, kind: Kind, source: &Source, shapes: Vec<Map<String, Value>>) -> Vec<Value> {
        let (content, size) = match source {
            Source::Upload(upload) => (
                Content::Bytes(upload.bytes.clone()),
                Some(upload.bytes.len()),
            ),
            Source::Url(url) => (Content::Url(url.clone()), None),
        };
        let number = self.next_content;
        self.next_content += 1;
        self.contents.insert(number, content);
        self.add_of_content((number, size), kind, &ending(kind, source), shapes)
    }

    /// The same of what is there already, with its size.
    fn add_of_content(
        &mut self,
        (content, size): (usize, Option<usize>),
        kind: Kind,
        ending: &str,
        shapes: Vec<Map<String, Value>>,
    ) -> Vec<Value> {
        let mut files = Vec::new();
        for mut shown in shapes {
            let random = |length| {
                (0..length)
                    .map(|_| fastrand::alphanumeric())
                    .collect::<String>()
            };
            let (id, unique_id) = (
                kind.prefix().to_owned() + &random(61),
                "AQAD".to_owned() + &random(12),
            );
            let path = format!("{}/file_{}{ending}", kind.folder(), self.next_path);
            self.next_path += 1;
            shown.insert("file_id".to_owned(), json!(id));
            shown.insert("file_unique_id".to_owned(), json!(unique_id));
            if let Some(size) = size {
                shown.insert("file_size".to_owned(), json!(size));
            }
            let shown = Value::Object(shown);
            files.push((
                id,
                File {
                    kind,
                    unique_id,
                    path,
                    size,
                    shown,
                    content,
                },
            ));
        }
        let shown: Vec<Value> = files.iter().map(|(_, file)| file.shown.clone()).collect();
        for (id, mut file) in files {
            if kind == Kind::Photo {
                // Any size's id sends the whole photo again.
                file.shown = json!(shown);
            }
            self.by_path.insert(file.path.clone(), id.clone());
            self.by_id.insert(id, file);
        }
        shown
    }
}

impl State {
    /// Puts files into the world, as [`Files::add`].
    fn add_files(
        &mut self,
        kind: Kind,
        source: &Source,
        shapes: Vec<Map<String, Value>>,
    ) -> Vec<Value> {
        let shown = self.files.add(kind, source, shapes);
        self.changes.mark(Key::Content(self.files.next_content - 1));
        for one in &shown {
            if let Some(id) = one["file_id"].as_str() {
                self.changes.mark(Key::File(id.to_owned()));
            }
        }
        shown
    }

    /// A file with the content of another, of this kind, and what is shown of it changed by `details`; `None` when there is no
    /// such other file of that kind.
    pub(super) fn copy_file(
        &mut self,
        id: &str,
        kind: Kind,
        details: Map<String, Value>,
    ) -> Option<Value> {
        let File {
            shown,
            content,
            size,
            path,
            ..
        } = self.files.get(id).filter(|file| file.kind == kind)?;
        let (content, size) = (*content, *size);
        let ending = path
            .rsplit_once('.')
            .map_or(String::new(), |(_, own)| format!(".{own}"));
        let mut shape = shown.as_object()?.clone();
        shape.extend(details);
        let copies = self
            .files
            .add_of_content((content, size), kind, &ending, vec![shape]);
        let copy = copies.into_iter().next()?;
        self.changes
            .mark(Key::File(copy["file_id"].as_str()?.to_owned()));
        Some(copy)
    }

    /// Changes what messages to come show of a file, if it is there.
    pub(crate) fn change_file(&mut self, id: &str, change: impl FnOnce(&mut Map<String, Value>)) {
        if let Some(file) = self.files.by_id.get_mut(id)
            && let Some(shown) = file.shown.as_object_mut()
        {
            change(shown);
            self.changes.mark(Key::File(id.to_owned()));
        }
    }

    /// Forgets all files, and the sets of stickers among them.
    pub(super) fn forget_files(&mut self) {
        let (next_path, next_content) = (self.files.next_path, self.files.next_content);
        let forgotten = std::mem::take(&mut self.files);
        (self.files.next_path, self.files.next_content) = (next_path, next_content);
        for id in forgotten.by_id.into_keys() {
            self.changes.mark(Key::File(id));
        }
        for number in forgotten.contents.into_keys() {
            self.changes.mark(Key::Content(number));
        }
        for name in std::mem::take(&mut self.sticker_sets).into_keys() {
            self.changes.mark(Key::StickerSet(name));
        }
    }

    /// All files.
    pub(crate) fn files(&self) -> &Files {
        &self.files
    }

    /// Puts a new file into the world and returns what a message shows of it. `details` are the sender's words on it, such
    /// as `duration`; what can be read from the file itself is not asked of them.
    pub(crate) fn add_file(
        &mut self,
        kind: Kind,
        source: &Source,
        details: Map<String, Value>,
    ) -> Value {
        let picture = match source {
            Source::Upload(upload) => dimensions(&upload.bytes),
            Source::Url(_) => None,
        };
        if kind == Kind::Photo {
            let (width, height) = picture.unwrap_or((PHOTO_BOUNDS[2], PHOTO_BOUNDS[2]));
            let shapes = photo_sizes(width, height);
            return Value::Array(self.add_files(kind, source, shapes));
        }
        let mut shown = defaults(kind, picture);
        let (name, mime_type) = described(source);
        if matches!(
            kind,
            Kind::Document | Kind::Video | Kind::Audio | Kind::Animation
        ) {
            shown.insert("file_name".to_owned(), json!(name));
        }
        if matches!(
            kind,
            Kind::Document | Kind::Video | Kind::Audio | Kind::Animation | Kind::Voice
        ) {
            shown.insert("mime_type".to_owned(), json!(mime_type));
        }
        if kind == Kind::Sticker {
            shown.insert("is_animated".to_owned(), json!(name.ends_with(".tgs")));
            shown.insert("is_video".to_owned(), json!(name.ends_with(".webm")));
        }
        shown.extend(details);
        self.add_files(kind, source, vec![shown]).remove(0)
    }
}

/// The sizes of a photo, smallest first; the last is the photo itself.
fn photo_sizes(width: u32, height: u32) -> Vec<Map<String, Value>> {
    let longer = width.max(height);
    let scaled = PHOTO_BOUNDS
        .into_iter()
        .filter(|bound| *bound < longer)
        .map(|bound| {
            let scale = |side: u32| (u64::from(side) * u64::from(bound) / u64::from(longer)).max(1);
            (scale(width), scale(height))
        });
    let sizes = scaled.chain([(u64::from(width), u64::from(height))]);
    sizes
        .map(|(width, height)| fields(&json!({"width": width, "height": height})))
        .collect()
}

/// The fields every file of a kind has, with what the picture's header tells.
fn defaults(kind: Kind, picture: Option<(u32, u32)>) -> Map<String, Value> {
    let (width, height) = picture.unwrap_or((0, 0));
    fields(&match kind {
        Kind::Video | Kind::Animation => json!({"width": width, "height": height, "duration": 0}),
        Kind::Audio | Kind::Voice => json!({"duration": 0}),
        Kind::VideoNote => json!({"length": 240, "duration": 0}),
        Kind::Sticker => {
            let (width, height) = picture.unwrap_or((512, 512));
            json!({"width": width, "height": height, "type": "regular", "is_animated": false, "is_video": false})
        }
        Kind::Thumbnail => {
            let (width, height) = picture.unwrap_or((PHOTO_BOUNDS[1], PHOTO_BOUNDS[1]));
            json!({"width": width, "height": height})
        }
        Kind::Photo | Kind::Document => json!({}),
    })
}

/// The file's name and MIME type.
fn described(source: &Source) -> (String, String) {
    match source {
        Source::Upload(Upload {
            name, mime_type, ..
        }) => {
            let said = !mime_type.is_empty() && mime_type != "application/octet-stream";
            let mime_type = if said { mime_type } else { type_of(name) };
            (name.clone(), mime_type.to_owned())
        }
        Source::Url(url) => {
            let path = url.split(['?', '#']).next().unwrap_or(url);
            let name = path
                .rsplit('/')
                .find(|part| !part.is_empty())
                .unwrap_or(path);
            (name.to_owned(), type_of(name).to_owned())
        }
    }
}

/// What the `file_path` ends with.
fn ending(kind: Kind, source: &Source) -> String {
    let (name, _) = described(source);
    let own = name.rsplit_once('.').map(|(_, ending)| ending);
    let own =
        own.filter(|own| own.len() <= 8 && own.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    match (own, kind) {
        (Some(own), _) => format!(".{own}"),
        (None, Kind::Photo | Kind::Thumbnail) => ".jpg".to_owned(),
        (None, Kind::Voice) => ".oga".to_owned(),
        (None, _) => String::new(),
    }
}

fn fields(object: &Value) -> Map<String, Value> {
    object.as_object().cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photos_are_scaled_by_their_longer_side() {
        let sizes = photo_sizes(400, 2000);
        let widths: Vec<_> = sizes.iter().map(|size| size["width"].clone()).collect();
        assert_eq!(widths, [18, 64, 160, 256, 400]);
        assert_eq!(photo_sizes(10, 10).len(), 1);
    }
}
