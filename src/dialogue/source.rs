//! Where the dialogues of an update are read: in the bucket. For unit tests of handlers, which have no servers,
//! they come along with the update, and nothing is ever written.

#[cfg(feature = "test")]
use std::{collections::HashMap, sync::Arc};

#[cfg(feature = "test")]
use super::record::Record;
use super::{
    KeyBuilder, NatsStorage,
    record::{Cause, Change, Entry},
    storage::{Advance, NotWritten},
};
use crate::Result;
use serde_json::value::RawValue;

/// Where dialogues are read and written.
#[derive(Clone)]
pub(super) enum Source {
    Bucket(NatsStorage),
    /// As a test holds them, by key. It takes the changes itself.
    #[cfg(feature = "test")]
    Held(Arc<HashMap<String, Record>>),
}

impl Source {
    pub(super) fn keys(&self) -> KeyBuilder {
        match self {
            Self::Bucket(storage) => storage.keys(),
            #[cfg(feature = "test")]
            Self::Held(_) => KeyBuilder::new().with_destiny(true),
        }
    }

    pub(super) async fn load(&self, key: &str) -> Result<Entry> {
        match self {
            Self::Bucket(storage) => storage.load(key).await,
            #[cfg(feature = "test")]
            Self::Held(records) => Ok(Entry {
                record: records.get(key).cloned(),
                ..Entry::default()
            }),
        }
    }

    /// See [`NatsStorage::home_of`].
    pub(super) async fn home_of(
        &self,
        bot: i64,
        chat: i64,
        message_id: Option<i64>,
    ) -> Result<i64> {
        match self {
            Self::Bucket(storage) => storage.home_of(bot, chat, message_id).await,
            #[cfg(feature = "test")]
            Self::Held(_) => Ok(chat),
        }
    }

    /// Changes a dialogue, on top of what was `read` of it only if it is the first effect of its update.
    pub(super) async fn change(
        &self,
        change: &Change,
        cause: &Cause,
        read: Entry,
        is_first: bool,
        journal: Option<Box<RawValue>>,
    ) -> Result<Advance, NotWritten> {
        match self {
            Self::Bucket(storage) if is_first => storage.begin(change, cause, read, journal).await,
            Self::Bucket(storage) => storage.advance(change, cause, read, journal).await,
            #[cfg(feature = "test")]
            Self::Held(_) => Err(NotWritten::Failed(crate::Error::message(
                "a dialogue without a bucket is not written",
            ))),
        }
    }
}
