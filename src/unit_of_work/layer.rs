//! The layer of the unit of work. It is not the pool: a handler that asks for no connection costs
//! none.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::future::BoxFuture;
use tower::{Layer, Service};

use super::{
    Inbox,
    unit::{Stores, Timed, UnitOfWork},
};
use crate::{
    Error, Reply, Request, Result,
    db::Database,
    dead_letters::DeadLetters,
    dialogue::NatsStorage,
    events::Events,
    files::Files,
    jobs::JobStore,
    outcome::{Failure, Handled},
    timers::{Table, Timing},
};

/// Gives handlers their [`DbSession`](super::DbSession) and their dialogues, and makes of what they
/// did one unit: it is applied as a whole or not at all, and once, however often the update comes.
///
/// If everything inside succeeded, the session is committed, together with what is left to do; then
/// the dialogues are written; then the reply leaves. If anything failed, the session is rolled back
/// and the dialogues are forgotten. A commit that fails is a failure, so nothing is said that was not
/// stored.
///
/// An update that may have come before is looked up first: what was applied is finished, not done
/// again. One that ended the process too often becomes a dead letter, before any handler code.
///
/// It stands outside of the time-out, which drops a handler and never a commit.
#[derive(Clone, Debug)]
pub struct DbSessionLayer(Stores);

impl DbSessionLayer {
    /// Sessions on connections of `database`; without dialogues.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self(Stores {
            inbox: Inbox::new(database.clone()),
            database,
            dialogues: None,
            dead_letters: None,
            files: None,
            events: None,
            timers: None,
            jobs: None,
        })
    }

    /// The layer for what is only looked at, with the same stores.
    #[cfg(feature = "admin")]
    pub(crate) fn looking(self) -> super::LookLayer {
        super::LookLayer(Arc::new(self.0))
    }

    /// Updates are known by `inbox`, which others share.
    #[must_use]
    pub fn with_inbox(mut self, inbox: Inbox) -> Self {
        self.0.inbox = inbox;
        self
    }

    /// Dialogues are kept in `storage`.
    #[must_use]
    pub fn with_dialogues(mut self, storage: NatsStorage) -> Self {
        self.0.dialogues = Some(storage);
        self
    }

    /// Files of stored replies are kept in `files`.
    #[must_use]
    pub(crate) fn with_files(mut self, files: Files) -> Self {
        self.0.files = Some(files);
        self
    }

    /// Events of replies go to `events`.
    #[must_use]
    pub(crate) fn with_events(mut self, events: Events) -> Self {
        self.0.events = Some(events);
        self
    }

    /// Timers are asked for by `timing`, and are looked up in `table`.
    #[must_use]
    pub(crate) fn with_timers(mut self, timing: Timing, table: Table) -> Self {
        self.0.timers = Some(Timed { timing, table });
        self
    }

    /// Jobs of replies go to `jobs`.
    #[must_use]
    pub(crate) fn with_jobs(mut self, jobs: JobStore) -> Self {
        self.0.jobs = Some(jobs);
        self
    }

    /// What cannot be handled is kept in `letters`.
    #[must_use]
    pub fn with_dead_letters(mut self, letters: DeadLetters) -> Self {
        self.0.dead_letters = Some(letters);
        self
    }
}

impl<S> Layer<S> for DbSessionLayer {
    type Service = DbSessionService<S>;

    fn layer(&self, inner: S) -> DbSessionService<S> {
        DbSessionService {
            inner,
            stores: Arc::new(self.0.clone()),
        }
    }
}

/// The service of [`DbSessionLayer`].
#[derive(Clone, Debug)]
pub struct DbSessionService<S> {
    inner: S,
    stores: Arc<Stores>,
}

impl<S> Service<Request> for DbSessionService<S>
where
    S: Service<Request, Response = Reply, Error = Error>,
    S::Future: Send + 'static,
{
    type Response = Handled;
    type Error = Failure;
    type Future = BoxFuture<'static, Result<Handled, Failure>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        self.inner.poll_ready(cx).map_err(Failure::from)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let unit = UnitOfWork::of(&mut request, self.stores.clone());
        // Nothing happens before it is polled.
        let handled = self.inner.call(request);
        Box::pin(async move { unit.run(handled).await })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tower::{ServiceExt, service_fn};

    use super::*;
    use crate::{
        DbSession,
        testing::{database_config, says},
    };

    fn layer() -> DbSessionLayer {
        DbSessionLayer::new(Database::new(&database_config()))
    }

    #[tokio::test]
    async fn a_handler_that_asks_for_no_connection_needs_no_database() {
        let service = layer().layer(service_fn(|request: Request| async move {
            let _: DbSession = request.extension()?;
            Ok(Reply::text("x"))
        }));
        let handled = service.oneshot(says(1, "x")).await;
        assert_eq!(
            handled.expect("no database is asked").reply,
            Reply::text("x")
        );
    }

    #[tokio::test]
    async fn the_error_of_the_handler_is_the_one_that_is_reported() {
        let service = layer().layer(service_fn(|_| async { Err(Error::user("нет")) }));
        let failure = service.oneshot(says(1, "x")).await.expect_err("refused");
        assert!(matches!(failure.error, Error::User(text) if text == "нет"));
    }

    #[tokio::test]
    async fn a_session_ends_with_the_request_whoever_keeps_it() {
        let kept = Arc::new(Mutex::new(None));
        let keep = kept.clone();
        let keeping = layer().layer(service_fn(move |request: Request| {
            *keep.lock().expect("not poisoned") = request.extension::<DbSession>().ok();
            async { Ok(Reply::none()) }
        }));
        let handled = keeping.oneshot(says(1, "x")).await.expect("a reply");
        assert_eq!(handled.reply, Reply::none());
        let session = kept.lock().expect("not poisoned").take().expect("kept");
        let error = session.conn().await.expect_err("it has ended");
        assert_eq!(error.to_string(), "the database session has ended");
    }
}
