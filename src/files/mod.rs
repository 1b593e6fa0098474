//! Files to send: their bytes in NATS from before the commit until they are sent, their ids in PostgreSQL from
//! then on.

mod objects;
mod sent;

use std::{
    fmt,
    sync::{Arc, Weak},
};

use futures_util::future::BoxFuture;

pub(crate) use self::objects::{NEEDED, Objects};
use self::sent::SentFiles;
use crate::{
    BoxError, Error, Result,
    db::Database,
    telegram::{
        FileError, Upload,
        internal::{ByteStream, FileHash, FileIds, FileStore, SentAs},
    },
};

/// The files of one bot, of all of its processes. A clone shares them.
#[derive(Clone)]
pub(crate) struct Files(Arc<Inner>);

struct Inner {
    objects: Objects,
    sent: SentFiles,
    /// How many bytes of a file may be sent.
    most: u64,
}

impl Files {
    /// Those of a bot whose server takes `most` bytes of one.
    pub(crate) fn new(objects: Objects, database: Database, bot_id: i64, most: u64) -> Self {
        let sent = SentFiles { database, bot_id };
        Self(Arc::new(Inner {
            objects,
            sent,
            most,
        }))
    }

    /// What a bot sends files by. It ends with the last handle of this.
    pub(crate) fn store(&self) -> Weak<dyn FileStore> {
        let store: Arc<dyn FileStore> = self.0.clone();
        Arc::downgrade(&store)
    }

    /// Reads an upload, unless that was done.
    ///
    /// # Errors
    ///
    /// [`FileError`]: it cannot be read, is empty or too large.
    pub(crate) async fn read(&self, upload: &mut Upload) -> Result<(), FileError> {
        upload.read(self.0.most).await.map(drop)
    }

    /// Keeps the bytes of an upload that was read, for whoever sends it. Done at once if they are kept already.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] without NATS; an internal error if they cannot be read or find no room.
    pub(crate) async fn keep(&self, upload: &mut Upload) -> Result<()> {
        let unread = || Error::message("a file to send was not read before it was stored");
        let digest = upload.digest().ok_or_else(unread)?;
        self.0.objects.put(digest, upload.content()).await?;
        upload.is_stored();
        Ok(())
    }

    /// Forgets up to `limit` ids that were not used for a long time; says how many.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] without a database.
    pub(crate) async fn purge(&self, limit: u32) -> Result<usize> {
        self.0.sent.purge(limit).await
    }
}

impl FileStore for Inner {
    fn open(&self, hash: FileHash) -> BoxFuture<'_, Result<Option<ByteStream>, BoxError>> {
        Box::pin(async move { Ok(self.objects.open(hash).await?) })
    }

    fn known(&self, file: SentAs) -> BoxFuture<'_, Option<String>> {
        Box::pin(async move { told(self.sent.find(file).await).flatten() })
    }

    fn remember(&self, file: SentAs, ids: FileIds) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            told(self.sent.remember(file, ids).await);
        })
    }

    fn forget(&self, file: SentAs, file_id: String) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            told(self.sent.forget(file, &file_id).await);
        })
    }
}

/// Without the database a file is uploaded though it need not be.
fn told<T>(asked: Result<T>) -> Option<T> {
    asked
        .inspect_err(|error| {
            tracing::warn!(
                event = "file_ids_away",
                error = error.chain(),
                "it is not known which files Telegram has: they are uploaded"
            );
        })
        .ok()
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Files")
    }
}
