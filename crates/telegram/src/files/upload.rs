//! A file to send, as data: what a call takes along until it is made.

use std::{
    borrow::Cow,
    fmt, fs,
    io::{self, Read},
    panic::resume_unwind,
    path::{Path, PathBuf},
    pin::pin,
    sync::Arc,
};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

use crate::BoxError;

use super::{
    FileError, FileHash,
    hash::Hasher,
    media_type::{ending, media_type},
};

/// The most bytes of a file that are held in memory. It is what Telegram takes as a photo, too.
pub(super) const MOST_IN_MEMORY: u64 = 10 << 20;

/// The most bytes of a file that a Bot API server takes: <https://core.telegram.org/bots/api#sending-files>, or
/// <https://core.telegram.org/bots/api#using-a-local-bot-api-server> if it is one of one's own, whose files are in a folder.
pub(crate) fn most_sent(files_dir: Option<&Path>) -> u64 {
    match files_dir {
        None => 50 << 20,
        Some(_) => 2000 << 20,
    }
}

/// A file to send. It goes into any parameter that takes files, by [`Call::file`](crate::Call::file) or, inside of
/// another parameter, by [`Call::attach`](crate::Call::attach).
///
/// ```
/// use ostankino_telegram::{Call, Upload};
///
/// let cat = Upload::bytes(&b"\xff\xd8..."[..], "image/jpeg").named("cat.jpg");
/// let call = Call::new("sendPhoto").file("photo", cat).param("caption", "Кот");
/// assert_eq!(call.params()["photo"], "attach://file0");
/// ```
///
/// The same bytes are uploaded once: what goes out a second time as the same kind of media goes by its `file_id`.
#[derive(Clone, PartialEq, Eq)]
pub struct Upload {
    content: Content,
    name: Cow<'static, str>,
    media_type: Cow<'static, str>,
    /// Known once it was read.
    digest: Option<Digest>,
}

/// Where the bytes are.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// Here.
    Bytes(Bytes),
    /// In a file that is read when it is due, and again for each try if it is too large to be held.
    Path(Arc<Path>),
    /// In the store of files.
    Stored,
}

/// What is known of bytes once they were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest {
    /// Their hash.
    pub hash: FileHash,
    /// How many there are.
    pub size: u64,
}

impl Upload {
    /// Bytes, at most 10 MB, of a media type such as `image/jpeg`. Cloned bytes are shared, not copied.
    #[must_use]
    pub fn bytes(bytes: impl Into<Bytes>, media_type: impl Into<Cow<'static, str>>) -> Self {
        let media_type = media_type.into();
        Self {
            content: Content::Bytes(bytes.into()),
            name: format!("file{}", ending(&media_type)).into(),
            media_type,
            digest: None,
        }
    }

    /// The file at that path, at most 50 MB, or 2000 MB where a Bot API server of one's own has
    /// [`files_dir`](crate::Settings::files_dir). It is read when the reply is stored, or sent if nothing is stored with it: from
    /// then on it may be changed or deleted.
    #[must_use]
    pub fn path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_else(|| "file".into());
        Self {
            content: Content::Path(path.into()),
            media_type: media_type(&name).into(),
            name: name.into(),
            digest: None,
        }
    }

    /// Bytes that come as a stream, at most 10 MB, collected here and now: those of another server, or of a
    /// [`Download`](crate::Download).
    ///
    /// ```
    /// use ostankino_telegram::{ApiError, Bot, Upload};
    ///
    /// /// A file that somebody sent, to be sent on as another kind of media.
    /// async fn again(bot: &Bot, file_id: &str) -> Result<Upload, ApiError> {
    ///     let bytes = bot.download(file_id).await?.into_stream();
    ///     Ok(Upload::stream(bytes, "image/jpeg").await?)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`FileError::Broken`] with the error of the stream; [`FileError::TooLargeToHold`].
    pub async fn stream<E: Into<BoxError>>(
        stream: impl Stream<Item = Result<Bytes, E>>,
        media_type: impl Into<Cow<'static, str>>,
    ) -> Result<Self, FileError> {
        let mut stream = pin!(stream);
        let mut bytes = BytesMut::new();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|error| FileError::Broken(error.into()))?;
            let size = (bytes.len() + chunk.len()) as u64;
            if size > MOST_IN_MEMORY {
                let most = MOST_IN_MEMORY;
                return Err(FileError::TooLargeToHold { size, most });
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Self::bytes(bytes, media_type))
    }

    /// Under that name, by whose ending Telegram tells what it is.
    #[must_use]
    pub fn named(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.name = name.into();
        self
    }

    /// The name under which it is sent.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its media type.
    #[must_use]
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// Reads it, unless that was done: what is small is held from here on. A server that takes `most` bytes is to have it.
    ///
    /// # Errors
    ///
    /// [`FileError`]: it cannot be read, is empty or too large.
    #[doc(hidden)]
    pub async fn read(&mut self, most: u64) -> Result<Digest, FileError> {
        if let Some(digest) = self.digest {
            return Ok(digest);
        }
        let content = self.content.clone();
        // Disks are slow, and so is hashing.
        let read = tokio::task::spawn_blocking(move || content.read(most)).await;
        let (content, digest) = match read {
            Ok(read) => read?,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                // The process ends.
                Err(cancelled) => return Err(FileError::Store(cancelled.into())),
            },
        };
        self.content = content;
        self.digest = Some(digest);
        Ok(digest)
    }

    /// What it was read as.
    #[doc(hidden)]
    #[must_use]
    pub fn digest(&self) -> Option<Digest> {
        self.digest
    }

    /// Where its bytes are.
    #[doc(hidden)]
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// The store has it: what is not held is taken from there.
    #[doc(hidden)]
    pub fn is_stored(&mut self) {
        if let Content::Path(_) = self.content {
            self.content = Content::Stored;
        }
    }
}

impl Content {
    fn read(self, most: u64) -> Result<(Self, Digest), FileError> {
        let (content, digest) = match self {
            Self::Bytes(bytes) => {
                let size = bytes.len() as u64;
                if size > MOST_IN_MEMORY {
                    let most = MOST_IN_MEMORY;
                    return Err(FileError::TooLargeToHold { size, most });
                }
                let hash = FileHash::of(&bytes);
                (Self::Bytes(bytes), Digest { hash, size })
            }
            Self::Path(path) => read_path(&path, most).map_err(|error| match error.downcast() {
                Ok(too_large) => too_large,
                Err(source) => FileError::Unreadable {
                    path: path.to_path_buf(),
                    source,
                },
            })?,
            // Of what was stored the digest is known.
            Self::Stored => return Err(FileError::Gone),
        };
        match digest.size {
            0 => Err(FileError::Empty),
            _ => Ok((content, digest)),
        }
    }
}

/// Reads a file: into memory if it is small enough, else for its hash only.
fn read_path(path: &Arc<Path>, most: u64) -> io::Result<(Content, Digest)> {
    let mut file = fs::File::open(path)?;
    let size = file.metadata()?.len();
    if size > most {
        return Err(io::Error::other(FileError::TooLargeToSend { size, most }));
    }
    if size <= MOST_IN_MEMORY {
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
        file.take(MOST_IN_MEMORY + 1).read_to_end(&mut bytes)?;
        let (hash, size) = (FileHash::of(&bytes), bytes.len() as u64);
        if size > MOST_IN_MEMORY {
            return Err(io::Error::other("it grows while it is read"));
        }
        return Ok((Content::Bytes(bytes.into()), Digest { hash, size }));
    }
    let (mut hasher, mut buffer, mut size) = (Hasher::new(), vec![0; 64 << 10], 0);
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            length => {
                hasher.update(&buffer[..length]);
                size += length as u64;
            }
        }
    }
    let hash = hasher.finish();
    Ok((Content::Path(path.clone()), Digest { hash, size }))
}

/// An upload as it is stored: its bytes are elsewhere, under their hash.
#[derive(Serialize, Deserialize)]
struct Record<'a> {
    #[serde(rename = "h")]
    hash: FileHash,
    #[serde(rename = "s")]
    size: u64,
    #[serde(rename = "n")]
    name: Cow<'a, str>,
    #[serde(rename = "t")]
    media_type: Cow<'a, str>,
}

impl Serialize for Upload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let unread = || ser::Error::custom("a file to send was not read before it was stored");
        let Digest { hash, size } = self.digest.ok_or_else(unread)?;
        let record = Record {
            hash,
            size,
            name: (&*self.name).into(),
            media_type: (&*self.media_type).into(),
        };
        record.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Upload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Record {
            hash,
            size,
            name,
            media_type,
        } = Record::deserialize(deserializer)?;
        Ok(Self {
            content: Content::Stored,
            name: name.into_owned().into(),
            media_type: media_type.into_owned().into(),
            digest: Some(Digest { hash, size }),
        })
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("name", &self.name)
            .field("media_type", &self.media_type)
            .field("content", &self.content)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Path(path) => path.fmt(f),
            Self::Stored => f.write_str("Stored"),
        }
    }
}

#[cfg(test)]
#[path = "upload_tests.rs"]
mod tests;
