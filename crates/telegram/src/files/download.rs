//! A file that is fetched bit by bit: resumed where its connection breaks, and of the size that Telegram told.

use std::{
    fmt,
    future::Future,
    path::{Path, PathBuf},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, stream};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Response, StatusCode, header::CONTENT_RANGE};
use secrecy::ExposeSecret;
use serde::Deserialize;
use tokio::{fs, io::AsyncWriteExt, time::timeout};

use super::{ByteStream, FileError, disk, local};
use crate::{ApiError, Bot, Call, backoff::Backoff, chain, http::Http};

/// A file of Telegram's that is fetched: see [`Bot::download`]. It may take as long as it moves on.
pub struct Download {
    name: String,
    /// In bytes; unknown before the first answer where getFile did not tell.
    size: Option<u64>,
    received: u64,
    source: Source,
}

enum Source {
    Server(Box<Server>),
    /// Of a local Bot API server.
    Disk(ByteStream),
    Done,
}

struct Server {
    http: Http,
    /// As it stands in the URL.
    path: String,
    patience: Duration,
    tries_left: u32,
    backoff: Backoff,
    response: Option<Response>,
    /// Bytes to come that were received before.
    known: u64,
}

/// What getFile answers.
#[derive(Deserialize)]
struct Found {
    #[serde(default)]
    file_path: Option<String>,
    #[serde(default)]
    file_size: Option<u64>,
}

/// What stands in a path as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_')
    .remove(b'~');

impl Download {
    pub(crate) async fn find(bot: &Bot, file_id: &str) -> Result<Self, ApiError> {
        let call = Call::new("getFile").param("file_id", file_id);
        let found: Found = bot.call(call).await.map_err(|error| match error {
            ApiError::Api {
                code: 400,
                description,
                ..
            } if description.contains("file is too big") => FileError::TooBigToDownload.into(),
            other => other,
        })?;
        let missing = FileError::Local(std::io::Error::other("it has no path"));
        let told = PathBuf::from(found.file_path.ok_or(missing)?);
        let name = told.file_name().map(|name| name.to_string_lossy().into());
        let (size, source) = match told.is_absolute() {
            true => {
                let folder = bot.files_dir().ok_or(FileError::NoFolder)?.to_owned();
                let token = bot.http().token().clone();
                let locating = move || local::locate(&told, &folder, token.expose_secret());
                let located = tokio::task::spawn_blocking(locating).await;
                let path = located.map_err(|error| FileError::Local(error.into()))??;
                let (file, size) = disk::open(&path).await.map_err(FileError::Local)?;
                if let Some(told) = found.file_size.filter(|told| *told != size) {
                    let received = size;
                    return Err(FileError::Size {
                        size: told,
                        received,
                    }
                    .into());
                }
                (Some(size), Source::Disk(disk::stream(file)))
            }
            false => {
                let is_up = |part| part == std::path::Component::ParentDir;
                if told.components().any(is_up) {
                    return Err(FileError::Outside.into());
                }
                let path = utf8_percent_encode(&told.to_string_lossy(), PLAIN).to_string();
                (
                    found.file_size,
                    Source::Server(Box::new(Server::new(bot, path))),
                )
            }
        };
        Ok(Self {
            name: name.unwrap_or_default(),
            size,
            received: 0,
            source,
        })
    }

    /// The name that Telegram gave it, such as `file_7.jpg`: not the one its sender did.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its size in bytes, if Telegram told.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// The next bytes; `None` once all of them came.
    ///
    /// # Errors
    ///
    /// See [`ApiError`]. A connection that breaks is made again as often as a call is.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, ApiError> {
        let read = match &mut self.source {
            Source::Server(server) => server.chunk(self.received, &mut self.size).await?,
            Source::Disk(stream) => stream.next().await.transpose().map_err(FileError::Local)?,
            Source::Done => return Ok(None),
        };
        self.received += read.as_ref().map_or(0, |bytes| bytes.len() as u64);
        let received = self.received;
        match (&read, self.size) {
            (None, Some(size)) if received != size => {
                Err(FileError::Size { size, received }.into())
            }
            (Some(_), Some(size)) if received > size => {
                Err(FileError::Size { size, received }.into())
            }
            (None, _) => {
                self.source = Source::Done;
                Ok(None)
            }
            _ => Ok(read),
        }
    }

    /// All of it, if it has no more bytes than that.
    ///
    /// # Errors
    ///
    /// See [`chunk`](Self::chunk); [`FileError::Larger`], at once where Telegram told the size.
    pub async fn bytes(mut self, most: usize) -> Result<Bytes, ApiError> {
        let too_large = |size: u64| match size > most as u64 {
            true => Err(FileError::Larger { most: most as u64 }),
            false => Ok(()),
        };
        self.size.map_or(Ok(()), too_large)?;
        let mut bytes = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            too_large(self.received)?;
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.freeze())
    }

    /// Writes it to a new file at that path, or over the one that is there; gives its size. One that could not be
    /// fetched as a whole is removed.
    ///
    /// # Errors
    ///
    /// See [`chunk`](Self::chunk); [`FileError::Unwritten`].
    pub async fn save(mut self, path: impl AsRef<Path>) -> Result<u64, ApiError> {
        let path = path.as_ref();
        let mut file = fs::File::create(path).await.map_err(FileError::Unwritten)?;
        let saving = async {
            while let Some(chunk) = self.chunk().await? {
                file.write_all(&chunk).await.map_err(FileError::Unwritten)?;
            }
            file.flush().await.map_err(FileError::Unwritten)?;
            Ok(self.received)
        };
        let saved = saving.await;
        if saved.is_err() {
            let _ = fs::remove_file(path).await;
        }
        saved
    }

    /// The bytes as they come.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, ApiError>> + Send {
        stream::try_unfold(self, |mut download| async move {
            let chunk = download.chunk().await?;
            Ok(chunk.map(|chunk| (chunk, download)))
        })
    }
}

impl Server {
    fn new(bot: &Bot, path: String) -> Self {
        let (patience, tries_left) = bot.patience();
        Self {
            http: bot.http().clone(),
            path,
            patience,
            tries_left,
            backoff: Backoff::new(Duration::from_millis(300), Duration::from_secs(5)),
            response: None,
            known: 0,
        }
    }

    /// The next bytes behind those that were received, over as many connections as it takes.
    async fn chunk(
        &mut self,
        received: u64,
        size: &mut Option<u64>,
    ) -> Result<Option<Bytes>, ApiError> {
        loop {
            let error = match self.try_chunk(received, size).await {
                Ok(None) if size.is_some_and(|size| received < size) => {
                    let size = size.unwrap_or_default();
                    ApiError::from(FileError::Size { size, received })
                }
                Err(error) if error.is_transient() => error,
                read => return read,
            };
            self.response = None;
            let Some(left) = self.tries_left.checked_sub(1) else {
                return Err(error);
            };
            self.tries_left = left;
            let wait = error.retry_after().unwrap_or_else(|| self.backoff.next());
            tracing::warn!(
                event = "download_resumed",
                received,
                wait_ms = wait.as_millis(),
                error = chain(&error),
                "the fetching of a file broke off and goes on"
            );
            tokio::time::sleep(wait).await;
        }
    }

    async fn try_chunk(
        &mut self,
        received: u64,
        size: &mut Option<u64>,
    ) -> Result<Option<Bytes>, ApiError> {
        let patience = self.patience;
        let response = match &mut self.response {
            Some(response) => response,
            None => {
                let asked = self.http.get_file(&self.path, received).send();
                let response = in_time(patience, asked).await?;
                self.known = match response.status() {
                    StatusCode::OK => received,
                    StatusCode::PARTIAL_CONTENT if begins_at(&response) == Some(received) => 0,
                    StatusCode::PARTIAL_CONTENT => return Err(other_part(received)),
                    _ => return Err(self.refusal(response).await),
                };
                let whole = response.content_length().map(|rest| match self.known {
                    0 => received + rest,
                    _ => rest,
                });
                *size = size.or(whole);
                self.response.insert(response)
            }
        };
        loop {
            let Some(mut bytes) = in_time(patience, response.chunk()).await? else {
                return Ok(None);
            };
            let passed = self.known.min(bytes.len() as u64);
            self.known -= passed;
            let _ = bytes.split_to(usize::try_from(passed).unwrap_or_default());
            if !bytes.is_empty() {
                return Ok(Some(bytes));
            }
        }
    }

    /// What the server said in the place of bytes.
    async fn refusal(&self, response: Response) -> ApiError {
        let status = response.status().as_u16();
        let answer = timeout(self.patience, self.http.answer_of(response)).await;
        match answer {
            Ok(Err(error)) => error,
            Ok(Ok(result)) => ApiError::Decode {
                status,
                length: result.len(),
                retry_after: None,
            },
            Err(_) => ApiError::Silent(self.patience),
        }
    }
}

async fn in_time<T>(
    patience: Duration,
    request: impl Future<Output = reqwest::Result<T>>,
) -> Result<T, ApiError> {
    match timeout(patience, request).await {
        Ok(answered) => answered.map_err(ApiError::network),
        Err(_) => Err(ApiError::Silent(patience)),
    }
}

/// The first byte of `Content-Range: bytes 7-9/10`.
fn begins_at(response: &Response) -> Option<u64> {
    let range = response.headers().get(CONTENT_RANGE)?.to_str().ok()?;
    let (first, _) = range.strip_prefix("bytes ")?.split_once('-')?;
    first.parse().ok()
}

fn other_part(received: u64) -> ApiError {
    let problem = format!("it was to go on after {received} bytes, and does elsewhere");
    FileError::Local(std::io::Error::other(problem)).into()
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("name", &self.name)
            .field("size", &self.size)
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "download_tests.rs"]
mod tests;
