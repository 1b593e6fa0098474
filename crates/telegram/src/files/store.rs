//! Where a bot has the bytes of files that wait to be sent, and the ids of those that were: the service's,
//! shared by all of its processes.

use std::io;

use bytes::Bytes;
use futures_util::{future::BoxFuture, stream::BoxStream};

use super::FileHash;
use crate::BoxError;

/// Bytes as they come.
pub type ByteStream = BoxStream<'static, io::Result<Bytes>>;

/// A file as Telegram knows it once it was sent: its bytes with what was fixed together with them, and the kind of
/// media it was sent as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SentAs {
    /// The hash of the bytes and of what Telegram keeps with them, such as the name of a document.
    pub hash: FileHash,
    /// `photo`, `document`, …: the field of the message it is in.
    pub kind: &'static str,
}

/// The ids of a file that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileIds {
    /// By which this bot sends it again.
    pub file_id: String,
    /// The same for all bots; nothing can be sent by it.
    pub file_unique_id: String,
}

/// The service's side of uploads. What it cannot tell or keep costs an upload, and no more: only
/// [`open`](Self::open) fails.
pub trait FileStore: Send + Sync + 'static {
    /// The bytes with that hash; `None` if the store has them no more.
    ///
    /// # Errors
    ///
    /// The store does not answer.
    fn open(&self, hash: FileHash) -> BoxFuture<'_, Result<Option<ByteStream>, BoxError>>;

    /// The id of a file that was sent so before.
    fn known(&self, file: SentAs) -> BoxFuture<'_, Option<String>>;

    /// A file was sent so.
    fn remember(&self, file: SentAs, ids: FileIds) -> BoxFuture<'_, ()>;

    /// Telegram does not know the id any more.
    fn forget(&self, file: SentAs, file_id: String) -> BoxFuture<'_, ()>;
}
