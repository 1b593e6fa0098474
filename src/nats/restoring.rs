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
        let is_news = self.stores.note_lost(name);
        let made = self.make(store).await;
        // Told in any case: what took too long may be there all the same, and then nobody would know who made it.
        if is_news {
            tracing::error!(
                event = "store_lost",
                stream = name,
                lost,
                "the server lost a stream of ours with all that it held: it is recreated, empty"
            );
        }
        made.map(|()| true)
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

    /// Whether a store that does not answer never did. One of several copies has each in files of its own: it is silent
    /// until another leader is chosen, for seconds.
    fn is_useless(&self, name: &str, info: &stream::Info) -> bool {
        let copies = info.cluster.as_ref().map(|cluster| &cluster.replicas);
        let is_alone = copies.is_none_or(Vec::is_empty);
        is_alone && self.stores.is_unused(name, info, self.timeout)
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

#[cfg(test)]
mod tests {
    use std::{
        env,
        sync::atomic::{AtomicUsize, Ordering},
    };

    use async_nats::jetstream::stream::Config;

    use super::*;
    use crate::{Error, config::NatsConfig};

    #[expect(
        clippy::disallowed_methods,
        reason = "tests read the environment that `make test` prepares"
    )]
    async fn nats() -> Nats {
        let urls = env::var("OSTANKINO__NATS__URLS");
        let config = NatsConfig {
            urls: urls.expect("the tests are run by `make test`").into(),
            ..NatsConfig::default()
        };
        Nats::connect(&config).await.expect("it answers")
    }

    fn config() -> Config {
        let name = format!("restoring_{:016x}", fastrand::u64(..));
        Config {
            subjects: vec![format!("{name}.>")],
            name,
            ..Config::default()
        }
    }

    #[tokio::test]
    async fn a_request_to_a_store_that_another_process_recreated_is_made_again() {
        let (nats, config) = (nats().await, config());
        nats.stream(config.clone()).await.expect("created");
        let made = AtomicUsize::new(0);
        let request = || async {
            if made.fetch_add(1, Ordering::Relaxed) > 0 {
                return Ok(());
            }
            let jetstream = nats.jetstream();
            jetstream.delete_stream(&config.name).await?;
            jetstream.create_stream(config.clone()).await?;
            Err(Error::message("no such stream"))
        };
        let done = nats.within_store(&config.name, request).await;
        done.expect("it was made again");
        assert_eq!(made.load(Ordering::Relaxed), 2);
        let deleted = nats.jetstream().delete_stream(&config.name).await;
        deleted.expect("deleted");
    }

    #[tokio::test]
    async fn a_request_that_fails_for_another_reason_is_not_made_again() {
        let (nats, config) = (nats().await, config());
        nats.stream(config.clone()).await.expect("created");
        let made = AtomicUsize::new(0);
        let request = || async {
            made.fetch_add(1, Ordering::Relaxed);
            Err::<(), _>(Error::message("it is refused"))
        };
        let refused = nats.within_store(&config.name, request).await;
        refused.expect_err("it was not made again");
        assert_eq!(made.load(Ordering::Relaxed), 1);
        let deleted = nats.jetstream().delete_stream(&config.name).await;
        deleted.expect("deleted");
    }
}
