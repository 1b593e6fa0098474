//! A store of ours that the server lost is recreated, empty, by the processes that run: nobody waits for
//! what never comes back. So is one that takes nothing since it was created.

use std::time::Duration;

use async_nats::{datetime::DateTime, jetstream::stream};
use futures_util::future::join_all;
use tokio::time::sleep;

use super::{Nats, stores::Store};
use crate::Result;

/// For how long a stream must be gone before it is recreated. A single nats-server forgets a stream that
/// somebody deletes before it removes the consumers and the files, milliseconds later, and takes the files
/// of one that is created under the same name meanwhile: that one lists as sound and stores nothing.
const GONE: Duration = Duration::from_secs(1);

impl Nats {
    /// Looks whether the server has all stores that were opened, and recreates what it lost; says
    /// whether there was anything.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub(crate) async fn restore_all(&self) -> Result<bool> {
        let names = self.stores.names();
        let restored = join_all(names.iter().map(|name| self.restore(name))).await;
        let mut lost = false;
        for restored in restored {
            lost |= restored?;
        }
        Ok(lost)
    }

    /// Recreates a store of ours, given by the name of its stream, if the server has it no more; says
    /// whether it was lost since this process looked last, whoever recreated it.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub(crate) async fn restore(&self, name: &str) -> Result<bool> {
        match self.stores.created(name) {
            Some(known) => self.mend(name, known, false).await,
            None => Ok(false),
        }
    }

    /// The same of a store that did not take what was written: it is replaced, too, if nothing was ever
    /// stored in it.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub(crate) async fn restore_writable(&self, name: &str) -> Result<bool> {
        match self.stores.created(name) {
            Some(known) => self.mend(name, known, true).await,
            None => Ok(false),
        }
    }

    /// Sees to it that there is a store that is of use, after a request to the one that was created at
    /// `known` failed; says whether it is another one by now.
    pub(super) async fn mend(&self, name: &str, known: DateTime, was_silent: bool) -> Result<bool> {
        let Some(found) = self.find_stream(name).await? else {
            return self.recreate(name).await;
        };
        let info = found.cached_info();
        if was_silent && self.is_useless(name, info) {
            return self.replace(name).await;
        }
        self.stores.saw(name, info.created);
        Ok(info.created != known)
    }

    async fn recreate(&self, name: &str) -> Result<bool> {
        let Some(store) = self.stores.find(name) else {
            return Ok(false);
        };
        sleep(GONE).await;
        let _one_by_one = self.stores.one_by_one().await;
        if let Some(found) = self.find_stream(name).await? {
            self.stores.saw(name, found.cached_info().created);
            return Ok(true);
        }
        let lost = store.description().to_owned();
        self.make(store).await?;
        tracing::error!(
            event = "store_lost",
            stream = name,
            lost,
            "the server lost a stream of ours with all that it held: it was recreated, empty"
        );
        Ok(true)
    }

    async fn replace(&self, name: &str) -> Result<bool> {
        let _one_by_one = self.stores.one_by_one().await;
        let found = self.find_stream(name).await?;
        let is_useless = found.is_some_and(|found| self.is_useless(name, found.cached_info()));
        let Some(store) = self.stores.find(name).filter(|_| is_useless) else {
            // Somebody was faster, or it was slow and no more.
            return Ok(true);
        };
        let deleting = self.jetstream.delete_stream(name);
        self.within(Box::pin(deleting)).await?;
        self.stores.replaced(name);
        self.make(store).await?;
        tracing::error!(
            event = "store_useless",
            stream = name,
            "a stream of ours stored nothing since it was created: it was deleted and recreated"
        );
        Ok(true)
    }

    /// Whether a store that does not answer never did.
    fn is_useless(&self, name: &str, info: &stream::Info) -> bool {
        self.stores.is_unused(name, info, self.timeout)
    }

    async fn make(&self, store: Store) -> Result<()> {
        match &store {
            Store::Stream(config) => {
                let stream = self.create_stream(*config.clone()).await?;
                self.stores.register(store, stream.cached_info(), true);
            }
            Store::Bucket(config) => {
                let bucket = self.create_bucket(*config.clone()).await?;
                let info = bucket.stream.cached_info();
                self.stores.register(store, info, true);
            }
        }
        Ok(())
    }
}
