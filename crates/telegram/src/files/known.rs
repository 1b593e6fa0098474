//! Which files of a call Telegram could be given by their ids, and which ids its answer tells.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{FileHash, FileIds, SentAs};
use crate::Call;

/// How a parameter names a file that the call takes along; its number follows.
pub(crate) const ATTACHED: &str = "attach://file";

/// Methods that send one file, and the parameter it is in, which is also the field of the message.
const METHODS: [(&str, &str); 8] = [
    ("sendPhoto", "photo"),
    ("sendDocument", "document"),
    ("sendVideo", "video"),
    ("sendAnimation", "animation"),
    ("sendAudio", "audio"),
    ("sendVoice", "voice"),
    ("sendVideoNote", "video_note"),
    ("sendSticker", "sticker"),
];

/// What else Telegram keeps with a file when it is uploaded, and passes over when it is sent by its id.
const KEPT: [&str; 9] = [
    "duration",
    "width",
    "height",
    "length",
    "title",
    "performer",
    "supports_streaming",
    "disable_content_type_detection",
    "emoji",
];

/// Kinds that keep no name.
const NAMELESS: [&str; 4] = ["photo", "voice", "video_note", "sticker"];

/// A file of a call that may go by its id.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Slot {
    /// The number of the file in the call.
    pub(super) file: usize,
    pub(super) sent_as: SentAs,
    place: Place,
}

/// Where in the parameters it is named.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    Param(&'static str),
    /// In `media`, or in that one of an album.
    Media(Option<usize>),
}

/// The files of a call that may go by their ids. All of its files are read by now.
pub(super) fn slots(call: &Call) -> Vec<Slot> {
    let params = call.params();
    let single = METHODS.iter().find(|(method, _)| call.is(method));
    if let Some(&(_, kind)) = single {
        return slot(call, params, kind, kind, Place::Param(kind))
            .into_iter()
            .collect();
    }
    let of_item = |item: &Value, place| {
        let item = item.as_object()?;
        let named = item.get("type")?.as_str()?;
        let (_, kind) = METHODS.iter().find(|(_, kind)| *kind == named)?;
        slot(call, item, "media", kind, place)
    };
    match params.get("media") {
        Some(Value::Array(album)) if call.is("sendMediaGroup") => {
            let numbered = album.iter().enumerate();
            let slots = numbered.map(|(n, item)| of_item(item, Place::Media(Some(n))));
            slots.flatten().collect()
        }
        Some(item) if call.is("editMessageMedia") => {
            of_item(item, Place::Media(None)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn slot(
    call: &Call,
    object: &Map<String, Value>,
    name: &str,
    kind: &'static str,
    place: Place,
) -> Option<Slot> {
    let file = attached(object.get(name)?)?;
    let upload = call.files().get(file)?;
    let bytes = upload.digest()?.hash;
    let mut kept: BTreeMap<&str, Value> = KEPT
        .into_iter()
        .filter_map(|name| Some((name, object.get(name)?.clone())))
        .collect();
    if !NAMELESS.contains(&kind) {
        kept.insert("name", upload.name().into());
    }
    if let Some(thumbnail) = object.get("thumbnail").and_then(attached) {
        let hash = call.files().get(thumbnail)?.digest()?.hash;
        kept.insert("thumbnail", hash.to_string().into());
    }
    let hash = match kept.is_empty() {
        true => bytes,
        false => {
            let kept = serde_json::to_vec(&kept).expect("a map of JSON values is JSON");
            FileHash::of(&[bytes.as_bytes().as_slice(), &kept].concat())
        }
    };
    Some(Slot {
        file,
        sent_as: SentAs { hash, kind },
        place,
    })
}

/// The number of the file that a value stands for.
pub(super) fn attached(value: &Value) -> Option<usize> {
    value.as_str()?.strip_prefix(ATTACHED)?.parse().ok()
}

impl Slot {
    /// Has Telegram take what it knows. A thumbnail does not go along, since it is kept with the file: gives its number.
    pub(super) fn fill(&self, params: &mut Map<String, Value>, file_id: &str) -> Option<usize> {
        let (object, name) = match self.place {
            Place::Param(name) => (Some(params), name),
            Place::Media(number) => {
                let media = params.get_mut("media");
                let item = media.and_then(|media| match number {
                    Some(number) => media.get_mut(number),
                    None => Some(media),
                });
                (item.and_then(Value::as_object_mut), "media")
            }
        };
        let object = object?;
        object.insert(name.into(), file_id.into());
        attached(&object.remove("thumbnail")?)
    }

    /// The ids that the answer tells of it: a message, or an album of them.
    pub(super) fn ids(&self, answer: &Value) -> Option<FileIds> {
        let message = match self.place {
            Place::Media(Some(number)) => answer.get(number)?,
            _ => answer,
        };
        let file = message.get(self.sent_as.kind)?;
        // Of a photo there are several sizes; the last is the largest.
        let file = file.as_array().map_or(Some(file), |sizes| sizes.last())?;
        let text = |name| Some(file.get(name)?.as_str()?.to_owned());
        Some(FileIds {
            file_id: text("file_id")?,
            file_unique_id: text("file_unique_id")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Upload;

    async fn read(mut call: Call) -> Call {
        for file in call.files_mut() {
            file.read(u64::MAX).await.expect("it has bytes");
        }
        call
    }

    fn text(name: &'static str) -> Upload {
        Upload::bytes(&b"abc"[..], "text/plain").named(name)
    }

    #[tokio::test]
    async fn of_a_photo_only_the_bytes_matter_and_of_a_document_its_name_too() {
        let sent_as = async |call| slots(&read(call).await)[0].sent_as;
        let photo = sent_as(Call::new("sendPhoto").file("photo", text("a.jpg"))).await;
        assert_eq!(
            (photo.hash, photo.kind),
            (FileHash::of(b"abc"), "photo"),
            "the name is not kept"
        );
        let document = |name| Call::new("sendDocument").file("document", text(name));
        let plain = sent_as(document("a.txt")).await;
        assert_eq!(
            sent_as(document("a.txt").param("caption", "x")).await,
            plain
        );
        assert_ne!(sent_as(document("b.txt")).await, plain);
        let mut pictured = document("a.txt");
        let thumbnail = pictured.attach(text("t.jpg"));
        assert_ne!(sent_as(pictured.param("thumbnail", thumbnail)).await, plain);
        let song = |title| {
            Call::new("sendAudio")
                .file("audio", text("a.mp3"))
                .param("title", title)
        };
        assert_ne!(sent_as(song("a")).await, sent_as(song("b")).await);
    }

    #[tokio::test]
    async fn each_part_of_an_album_has_its_ids() {
        let mut call = Call::new("sendMediaGroup");
        let (photo, video) = (call.attach(text("a.jpg")), call.attach(text("b.mp4")));
        let media = json!([
            {"type": "photo", "media": "known"},
            {"type": "photo", "media": photo},
            {"type": "video", "media": video, "thumbnail": "attach://file1", "caption": "attach://file0"},
        ]);
        let call = read(call.param("media", media)).await;
        let slots = slots(&call);
        assert_eq!(
            slots.iter().map(|slot| slot.file).collect::<Vec<_>>(),
            [0, 1]
        );
        let answer = json!([{}, {"photo": [
            {"file_id": "s", "file_unique_id": "u"}, {"file_id": "l", "file_unique_id": "v"},
        ]}, {"animation": {"file_id": "x", "file_unique_id": "y"}}]);
        let ids = slots[0].ids(&answer).expect("a photo");
        assert_eq!((&*ids.file_id, &*ids.file_unique_id), ("l", "v"));
        assert_eq!(slots[1].ids(&answer), None, "it became something else");

        let mut params = call.params().clone();
        assert_eq!(slots[1].fill(&mut params, "id"), Some(1));
        assert_eq!(
            params["media"][2],
            json!({"type": "video", "media": "id", "caption": "attach://file0"})
        );
    }

    #[tokio::test]
    async fn what_is_always_uploaded_has_no_slot() {
        let call = read(Call::new("setChatPhoto").file("photo", text("a.jpg"))).await;
        assert_eq!(slots(&call), []);
    }
}
