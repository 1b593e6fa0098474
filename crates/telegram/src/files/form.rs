//! The body of a call with files, `multipart/form-data`: made of the same pieces for each try.

use std::{
    collections::VecDeque,
    fmt, io,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_util::StreamExt;
use http_body::{Body, Frame, SizeHint};
use serde_json::{Map, Value};

use super::{
    ByteStream, FileError, FileHash, FileStore, Upload, disk,
    upload::{Content, Digest},
};

/// How much is given to the connection at once.
const CHUNK: usize = 64 << 10;

/// A body ready to be sent, cheap to clone for another try.
#[derive(Clone)]
pub(crate) struct Form {
    boundary: Arc<str>,
    pieces: Arc<[Piece]>,
    store: Option<Arc<dyn FileStore>>,
    length: u64,
}

#[derive(Clone)]
enum Piece {
    Bytes(Bytes),
    File(Content, Digest),
}

/// How much of a body was sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress(Arc<AtomicU64>);

impl Form {
    /// The parameters, and of the call's files those with these numbers. They were read.
    pub(super) fn new(
        params: &Map<String, Value>,
        files: &[Upload],
        numbers: impl IntoIterator<Item = usize>,
        store: Option<Arc<dyn FileStore>>,
    ) -> Self {
        let boundary = format!("{:032x}", fastrand::u128(..));
        let mut head = String::new();
        for (name, value) in params {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Null => continue,
                other => other.to_string(),
            };
            let name = quoted(name);
            head += &format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n"
            );
        }
        let mut pieces = Vec::new();
        for number in numbers {
            let Some((upload, digest)) = files
                .get(number)
                .and_then(|upload| Some((upload, upload.digest()?)))
            else {
                continue;
            };
            let (name, media_type) = (quoted(upload.name()), quoted(upload.media_type()));
            head += &format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"file{number}\"; \
                 filename=\"{name}\"\r\nContent-Type: {media_type}\r\n\r\n"
            );
            pieces.push(Piece::Bytes(std::mem::take(&mut head).into()));
            pieces.push(Piece::File(upload.content().clone(), digest));
            head = "\r\n".into();
        }
        head += &format!("--{boundary}--\r\n");
        pieces.push(Piece::Bytes(head.into()));
        let length = pieces.iter().map(Piece::length).sum();
        Self {
            boundary: boundary.into(),
            pieces: pieces.into(),
            store,
            length,
        }
    }

    /// The header that says where its parts end.
    pub(crate) fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// The body of one try, and how much of it was sent.
    ///
    /// # Errors
    ///
    /// A file is gone, or cannot be had now.
    pub(crate) async fn open(&self) -> Result<(reqwest::Body, Progress), FileError> {
        let mut pieces = VecDeque::new();
        for piece in &*self.pieces {
            pieces.push_back(match piece {
                Piece::Bytes(bytes) | Piece::File(Content::Bytes(bytes), _) => {
                    Opened::Bytes(bytes.clone())
                }
                Piece::File(Content::Path(path), digest) => {
                    let unreadable = |source| FileError::Unreadable {
                        path: path.to_path_buf(),
                        source,
                    };
                    let (file, size) = disk::open(path).await.map_err(unreadable)?;
                    if size != digest.size {
                        let problem = "it has another size than when it was read";
                        return Err(unreadable(io::Error::other(problem)));
                    }
                    Opened::Stream(disk::stream(file))
                }
                Piece::File(Content::Stored, digest) => {
                    Opened::Stream(self.stored(digest.hash).await?)
                }
            });
        }
        let progress = Progress::default();
        let body = FormBody {
            pieces: Mutex::new(pieces),
            left: self.length,
            progress: progress.clone(),
        };
        Ok((reqwest::Body::wrap(body), progress))
    }

    async fn stored(&self, hash: FileHash) -> Result<ByteStream, FileError> {
        let store = self.store.as_ref().ok_or(FileError::Gone)?;
        let opened = store.open(hash).await.map_err(FileError::Store)?;
        opened.ok_or(FileError::Gone)
    }
}

impl Piece {
    fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(_, digest) => digest.size,
        }
    }
}

impl Progress {
    /// In bytes.
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A name as it may stand inside of quotation marks, whoever reads it.
fn quoted(name: &str) -> String {
    let mut quoted = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '"' => quoted.push('\''),
            c if c == '\\' || c.is_control() => quoted.push('_'),
            c => quoted.push(c),
        }
    }
    quoted
}

enum Opened {
    Bytes(Bytes),
    Stream(ByteStream),
}

/// The body of one try.
struct FormBody {
    /// The lock is never contended: it makes the streams `Sync`, which a body must be.
    pieces: Mutex<VecDeque<Opened>>,
    left: u64,
    progress: Progress,
}

impl FormBody {
    fn poll_bytes(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let poisoned = std::sync::PoisonError::into_inner;
        let pieces = self.pieces.get_mut().unwrap_or_else(poisoned);
        while let Some(piece) = pieces.front_mut() {
            match piece {
                Opened::Bytes(bytes) if !bytes.is_empty() => {
                    return Poll::Ready(Some(Ok(bytes.split_to(bytes.len().min(CHUNK)))));
                }
                Opened::Stream(stream) => {
                    if let Some(read) = ready!(stream.poll_next_unpin(cx)) {
                        return Poll::Ready(Some(read));
                    }
                }
                Opened::Bytes(_) => {}
            }
            pieces.pop_front();
        }
        Poll::Ready(None)
    }
}

impl Body for FormBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let bytes = match ready!(self.poll_bytes(cx)) {
            Some(Ok(bytes)) => bytes,
            Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            None => return Poll::Ready(None),
        };
        let length = bytes.len() as u64;
        self.left = self.left.saturating_sub(length);
        self.progress.0.fetch_add(length, Ordering::Relaxed);
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Form")
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_name_ends_its_quotation() {
        assert_eq!(super::quoted("a\"\\b\r\nКот.txt"), "a'_b__Кот.txt");
    }
}
