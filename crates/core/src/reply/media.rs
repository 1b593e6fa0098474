//! Replies that send files, alone and as albums.

use serde_json::{Map, Value};

use super::{File, Reply, checks::Checked, mistake::Mistake};
use crate::{
    Html,
    telegram::{Call, Upload},
};

/// How many items an album has: <https://core.telegram.org/bots/api#sendmediagroup>.
const ALBUM: std::ops::RangeInclusive<usize> = 2..=10;

/// Each sends one file to the chat of the update. What stands below it is its
/// [`caption`](Reply::caption).
impl Reply {
    /// Sends a photo.
    #[track_caller]
    pub fn photo(photo: impl Into<File>) -> Self {
        Self::of_file("sendPhoto", "photo", photo.into())
    }

    /// Sends a video.
    #[track_caller]
    pub fn video(video: impl Into<File>) -> Self {
        Self::of_file("sendVideo", "video", video.into())
    }

    /// Sends an animation: a GIF, or a video without sound.
    #[track_caller]
    pub fn animation(animation: impl Into<File>) -> Self {
        Self::of_file("sendAnimation", "animation", animation.into())
    }

    /// Sends music: MP3 or M4A.
    #[track_caller]
    pub fn audio(audio: impl Into<File>) -> Self {
        Self::of_file("sendAudio", "audio", audio.into())
    }

    /// Sends a voice message: OGG with OPUS, MP3 or M4A.
    #[track_caller]
    pub fn voice(voice: impl Into<File>) -> Self {
        Self::of_file("sendVoice", "voice", voice.into())
    }

    /// Sends a round video, which Telegram does not take by its URL.
    #[track_caller]
    pub fn video_note(note: impl Into<File>) -> Self {
        Self::of_file("sendVideoNote", "video_note", note.into())
    }

    /// Sends a file as it is.
    #[track_caller]
    pub fn document(document: impl Into<File>) -> Self {
        Self::of_file("sendDocument", "document", document.into())
    }

    /// Sends a sticker: WEBP, TGS or WEBM.
    #[track_caller]
    pub fn sticker(sticker: impl Into<File>) -> Self {
        Self::of_file("sendSticker", "sticker", sticker.into())
    }

    /// Sends a live photo: the video and the photo that it begins with, neither by its URL.
    #[track_caller]
    pub fn live_photo(video: impl Into<File>, photo: impl Into<File>) -> Self {
        let photo = photo.into();
        Self::of_file("sendLivePhoto", "live_photo", video.into()).file("photo", photo)
    }

    /// Sets a parameter of the last call that is a file, such as `thumbnail` or `cover`.
    ///
    /// ```
    /// use ostankino_core::{Reply, telegram::Upload};
    ///
    /// let video = Reply::video(Upload::path("film.mp4")).file("cover", Upload::path("cover.jpg"));
    /// assert_eq!(video.calls()[0].files().len(), 2);
    /// ```
    #[track_caller]
    pub fn file(mut self, name: &str, file: impl Into<File>) -> Self {
        let file = file.into();
        let problem = file.check();
        match self.calls.pop() {
            Some(call) => self.calls.push(file.put_into(call, name)),
            None => return self.checked(Err("there is no call to set a file of".into())),
        }
        self.checked(problem)
    }

    /// Sends two to ten photos and videos, or documents, or audio files, as one album.
    /// [`caption`](Self::caption) sets that of the first, which shows below the album.
    #[track_caller]
    pub fn album(items: impl IntoIterator<Item = Media>) -> Self {
        let items: Vec<_> = items.into_iter().collect();
        let problem = Media::check_album(&items);
        let mistake = items.iter().find_map(|item| item.mistake.clone());
        let mut call = Call::new("sendMediaGroup");
        let items = items.into_iter().map(|item| item.into_value(&mut call));
        let items: Vec<_> = items.collect();
        Self::call(call.param("media", items))
            .mistaken(mistake)
            .checked(problem)
    }

    /// Puts other media into the message whose button was pressed; its buttons go, unless new ones
    /// follow.
    #[track_caller]
    pub fn edit_media(media: Media) -> Self {
        let (mut call, mistake) = (Call::new("editMessageMedia"), media.mistake.clone());
        let media = media.into_value(&mut call);
        Self::call(call.param("media", media)).mistaken(mistake)
    }

    /// Sends by itself what else is an item of an album, or what a message is edited to.
    pub fn media(media: Media) -> Self {
        let method = match media.kind {
            "photo" => "sendPhoto",
            "video" => "sendVideo",
            "animation" => "sendAnimation",
            "audio" => "sendAudio",
            "live_photo" => "sendLivePhoto",
            _ => "sendDocument",
        };
        let parameter = |field: &str| match field {
            "media" => media.kind.to_owned(),
            field => field.to_owned(),
        };
        let fields = media.item.iter().filter(|(field, _)| *field != "type");
        let call = fields.fold(Call::new(method), |call, (field, value)| {
            call.param(&parameter(field), value.clone())
        });
        let call = media.files.iter().fold(call, |call, (field, upload)| {
            call.file(&parameter(field), upload.clone())
        });
        Self::call(call).mistaken(media.mistake)
    }

    #[track_caller]
    fn of_file(method: &'static str, name: &str, file: File) -> Self {
        let problem = file.check();
        Self::call(file.put_into(Call::new(method), name)).checked(problem)
    }
}

/// An item of an [album](Reply::album), or what a message is [edited](Reply::edit_media) to.
///
/// ```
/// use ostankino_core::{Reply, reply::Media, telegram::Upload};
///
/// let album = Reply::album([
///     Media::photo(Upload::path("before.jpg")).caption("До"),
///     Media::photo("https://example.org/2.jpg").caption("После").spoiler(),
/// ]);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "an item does nothing until it is in a reply"]
pub struct Media {
    kind: &'static str,
    item: Map<String, Value>,
    /// What goes along, by the names of its fields.
    files: Vec<(String, Upload)>,
    mistake: Option<Mistake>,
}

impl Media {
    /// A photo.
    #[track_caller]
    pub fn photo(photo: impl Into<File>) -> Self {
        Self::of("photo", photo.into())
    }

    /// A video.
    #[track_caller]
    pub fn video(video: impl Into<File>) -> Self {
        Self::of("video", video.into())
    }

    /// An animation; no album takes it.
    #[track_caller]
    pub fn animation(animation: impl Into<File>) -> Self {
        Self::of("animation", animation.into())
    }

    /// Music.
    #[track_caller]
    pub fn audio(audio: impl Into<File>) -> Self {
        Self::of("audio", audio.into())
    }

    /// A file as it is.
    #[track_caller]
    pub fn document(document: impl Into<File>) -> Self {
        Self::of("document", document.into())
    }

    /// A live photo: the video and the photo that it begins with.
    #[track_caller]
    pub fn live_photo(video: impl Into<File>, photo: impl Into<File>) -> Self {
        let photo = photo.into();
        Self::of("live_photo", video.into()).file("photo", photo)
    }

    /// Sets a field that is a file, such as `thumbnail` or `cover`.
    #[track_caller]
    pub fn file(mut self, name: &str, file: impl Into<File>) -> Self {
        let file = file.into();
        let problem = file.check();
        match file {
            File::Id(text) | File::Url(text) => self = self.param(name, text),
            File::Upload(upload) => self.files.push((name.into(), upload)),
        }
        self.checked(problem)
    }

    /// What stands below it: up to 1,024 UTF-16 units.
    pub fn caption(self, caption: impl Into<Html>) -> Self {
        self.param("caption", caption.into())
            .param("parse_mode", "HTML")
    }

    /// Covers a photo, a video or an animation until it is tapped.
    #[track_caller]
    pub fn spoiler(self) -> Self {
        let problem = match self.kind {
            "audio" | "document" => Err(format!("its {} cannot be covered", self.kind)),
            _ => Ok(()),
        };
        self.param("has_spoiler", true).checked(problem)
    }

    /// Sets any other field, such as `supports_streaming` or `title`:
    /// <https://core.telegram.org/bots/api#inputmedia>.
    pub fn param(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.item.insert(name.into(), value.into());
        self
    }

    #[track_caller]
    fn of(kind: &'static str, file: File) -> Self {
        let media = Self {
            kind,
            item: Map::new(),
            files: Vec::new(),
            mistake: None,
        };
        media.param("type", kind).file("media", file)
    }

    /// The files that go along.
    #[doc(hidden)]
    pub fn files(&self) -> impl Iterator<Item = &Upload> {
        self.files.iter().map(|(_, upload)| upload)
    }

    /// The item in a call, which takes its files along.
    fn into_value(mut self, call: &mut Call) -> Value {
        for (name, upload) in self.files {
            self.item.insert(name, call.attach(upload).into());
        }
        self.item.into()
    }

    #[track_caller]
    fn checked(mut self, problem: Checked) -> Self {
        if let Err(problem) = problem {
            self.mistake.get_or_insert(Mistake::here(problem));
        }
        self
    }

    fn check_album(items: &[Self]) -> Checked {
        if !ALBUM.contains(&items.len()) {
            return Err(format!("an album has 2 to 10 items, not {}", items.len()));
        }
        let is_seen = |item: &Self| ["photo", "video", "live_photo"].contains(&item.kind);
        let first = &items[0];
        let fits = |item: &Self| match first.kind {
            "animation" => false,
            "audio" | "document" => item.kind == first.kind,
            _ => is_seen(item),
        };
        match items.iter().find(|item| !fits(item)) {
            Some(item) => Err(format!(
                "an album that begins with a {} takes no {}",
                first.kind, item.kind
            )),
            None => Ok(()),
        }
    }
}
