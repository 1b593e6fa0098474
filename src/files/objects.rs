//! The bytes of files that wait to be sent: objects of a JetStream object store, by their hash.

use std::{
    io,
    time::{Duration, SystemTime},
};

use async_nats::jetstream::{
    object_store::{GetErrorKind, InfoErrorKind, Object, ObjectStore},
    stream::{Config as StreamConfig, DiscardPolicy, Stream},
};
use bytes::BytesMut;
use futures_util::{StreamExt, stream};
use tokio::{fs::File, io::AsyncReadExt, time::timeout};

use crate::{
    BoxError, Error, Result,
    config::Config,
    nats::{Nats, NatsError},
    queue::bytes,
    telegram::internal::{ByteStream, Content, Digest, FileHash},
};

/// How long an object may be needed by what refers to it last.
pub(crate) const NEEDED: Duration = Duration::from_secs(24 * 60 * 60);

/// How long the server keeps one: whoever refers to it in the first half need not store it again.
const KEPT: Duration = NEEDED.saturating_mul(2);

/// How much is read at once.
const CHUNK: usize = 128 << 10;

/// The object store `<prefix>_files`.
pub(crate) struct Objects {
    nats: Nats,
    store: ObjectStore,
    /// The name of its stream.
    stream: String,
    patience: Duration,
}

impl Objects {
    /// Opens the object store `<prefix>_files`, creating it if it is not there.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`]; [`NatsError`] in [`Error`] if it is somebody else's.
    pub(crate) async fn open_store(nats: &Nats, config: &Config) -> Result<Self> {
        let bucket = format!("{}_files", config.nats.prefix);
        let wanted = StreamConfig {
            name: format!("OBJ_{bucket}"),
            description: Some("Files that wait to be sent".into()),
            subjects: vec![format!("$O.{bucket}.C.>"), format!("$O.{bucket}.M.>")],
            // A full one refuses: the handler fails, and nothing is committed that could not be sent.
            discard: DiscardPolicy::New,
            max_age: KEPT,
            max_bytes: bytes(config.nats.files_max_mb),
            allow_rollup: true,
            allow_direct: true,
            ..StreamConfig::default()
        };
        let stream = nats.stream(wanted.clone()).await?;
        let kept = &stream.cached_info().config;
        if kept.subjects != wanted.subjects || kept.max_age != wanted.max_age {
            return Err(Error::context(
                "files cannot be kept",
                NatsError::fatal(
                    format!(
                        "the stream {} has other settings than they need",
                        wanted.name
                    ),
                    "choose another nats.prefix, or delete that stream if it is not in use",
                ),
            ));
        }
        if kept.max_bytes != wanted.max_bytes {
            Self::resize(nats, &stream, wanted.clone()).await?;
        }
        let store = nats.jetstream().get_object_store(bucket);
        Ok(Self {
            store: nats.within(Box::pin(store)).await?,
            nats: nats.clone(),
            stream: wanted.name,
            patience: config.nats.request_timeout(),
        })
    }

    /// Opens it if it is there.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`].
    #[cfg(feature = "cli")]
    pub(crate) async fn find(nats: &Nats, config: &Config) -> Result<Option<Self>> {
        let bucket = format!("{}_files", config.nats.prefix);
        let stream = format!("OBJ_{bucket}");
        if nats.find_stream(&stream).await?.is_none() {
            return Ok(None);
        }
        let store = nats.jetstream().get_object_store(bucket);
        Ok(Some(Self {
            store: nats.within(Box::pin(store)).await?,
            nats: nats.clone(),
            stream,
            patience: config.nats.request_timeout(),
        }))
    }

    async fn resize(nats: &Nats, stream: &Stream, wanted: StreamConfig) -> Result<()> {
        let config = StreamConfig {
            num_replicas: stream.cached_info().config.num_replicas,
            ..wanted
        };
        nats.within(nats.jetstream().update_stream(&config)).await?;
        // Should it be lost, it is recreated like this.
        nats.stream(config).await.map(drop)
    }

    /// Keeps bytes for as long as they may be needed from now on.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`]; an internal error if there is no room for them, or if their file cannot be read or
    /// has changed.
    pub(crate) async fn put(&self, digest: Digest, content: &Content) -> Result<()> {
        if self.is_kept(digest.hash).await? {
            return Ok(());
        }
        if let Content::Path(path) = content {
            let problem = || format!("a file to send cannot be read: {}", path.display());
            let there = tokio::fs::metadata(path).await;
            there.map_err(|error| Error::context(problem(), error))?;
        }
        let put = || self.put_now(digest, content);
        let kept = self
            .nats
            .within_store_for(&self.stream, self.limit(digest.size), put);
        match kept.await.map_err(full)? {
            size if size == digest.size => Ok(()),
            _ => Err(Error::message("a file to send changed while it was read")),
        }
    }

    async fn put_now(&self, digest: Digest, content: &Content) -> Result<u64, BoxError> {
        let name = digest.hash.to_string();
        let info = match content {
            Content::Bytes(bytes) => self.store.put(&*name, &mut &bytes[..]).await?,
            Content::Path(path) => self.store.put(&*name, &mut File::open(path).await?).await?,
            Content::Stored => return Err("its bytes are nowhere else".into()),
        };
        Ok(info.size as u64)
    }

    /// Whether an object is there, and stays as long as it may be needed.
    async fn is_kept(&self, hash: FileHash) -> Result<bool> {
        let name = hash.to_string();
        let ask = || async {
            match self.store.info(&name).await {
                Ok(info) => Ok(Some(info)),
                Err(error) if error.kind() == InfoErrorKind::NotFound => Ok(None),
                Err(error) => Err(error),
            }
        };
        let found = self.nats.within_store(&self.stream, ask).await?;
        let Some(modified) = found.and_then(|info| info.modified) else {
            return Ok(false);
        };
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let age = now
            .unwrap_or_default()
            .as_secs()
            .checked_add_signed(-modified.unix_timestamp());
        Ok(age.is_some_and(|age| age < NEEDED.as_secs()))
    }

    /// The bytes of an object; `None` if it is not there.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`].
    pub(crate) async fn open(&self, hash: FileHash) -> Result<Option<ByteStream>> {
        let name = hash.to_string();
        let get = || async {
            match self.store.get(&name).await {
                Ok(object) => Ok(Some(object)),
                Err(error) if error.kind() == GetErrorKind::NotFound => Ok(None),
                Err(error) => Err(error),
            }
        };
        let object = self.nats.within_store(&self.stream, get).await?;
        Ok(object.map(|object| read(object, self.patience)))
    }

    /// How long so many bytes may take: a request's time for each MiB.
    fn limit(&self, size: u64) -> Duration {
        let megabytes = u32::try_from(size >> 20).unwrap_or(u32::MAX);
        self.patience.saturating_mul(megabytes.saturating_add(2))
    }
}

/// A full store is no server that is away: it has room again when files grow old, in hours, and whoever
/// waits is told now. Of the refusal the client of NATS passes on the words alone.
fn full(error: Error) -> Error {
    let told = error.chain();
    match told.contains("maximum bytes exceeded") {
        true => Error::message(format!(
            "there is no room for a file to send, raise nats.files_max_mb: {told}"
        )),
        false => error,
    }
}

/// The bytes of an object as they come; the client compares their hash with the one it stored.
fn read(object: Object, patience: Duration) -> ByteStream {
    stream::try_unfold(object, move |mut object| async move {
        let mut bytes = BytesMut::with_capacity(CHUNK);
        let read = timeout(patience, object.read_buf(&mut bytes)).await;
        match read.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?? {
            0 => Ok(None),
            _ => Ok(Some((bytes.freeze(), object))),
        }
    })
    .boxed()
}
