//! Opens the database session of an update and ends it. It is not the pool: a handler that asks
//! for no connection costs none.

use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use tower::{Layer, Service};

use crate::{
    DbSession, Error, Reply, Request, Result,
    db::{Database, Inbox, InboxKey},
    effects::Effects,
    fsm::FsmContext,
    journal::Journal,
    telegram::Update,
};

/// Inserts a [`DbSession`]; commits it if everything inside succeeded, else rolls it back. A commit
/// that fails is an error, so nothing is said that was not stored.
///
/// With the commit it stores what is left to do: the changes of dialogues, and the reply.
#[derive(Clone, Debug)]
pub struct DbSessionLayer {
    database: Database,
    inbox: Inbox,
}

impl DbSessionLayer {
    /// Sessions on connections of `database`, whose updates `inbox` knows.
    #[must_use]
    pub fn new(database: Database, inbox: Inbox) -> Self {
        Self { database, inbox }
    }
}

impl<S> Layer<S> for DbSessionLayer {
    type Service = DbSessionService<S>;

    fn layer(&self, inner: S) -> DbSessionService<S> {
        DbSessionService {
            inner,
            database: self.database.clone(),
            inbox: self.inbox.clone(),
        }
    }
}

/// The service of [`DbSessionLayer`].
#[derive(Clone, Debug)]
pub struct DbSessionService<S> {
    inner: S,
    database: Database,
    inbox: Inbox,
}

impl<S> Service<Request> for DbSessionService<S>
where
    S: Service<Request, Response = Reply, Error = Error>,
    S::Future: Send + 'static,
{
    type Response = Reply;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Reply>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let key = InboxKey::of(&request);
        let session = DbSession::new(self.database.clone(), key);
        request.extensions.insert(session.clone());
        let after = Handled {
            update: request.update.clone(),
            key,
            inbox: self.inbox.clone(),
            dialogues: request.extensions.get::<FsmContext>().cloned(),
            journal: Journal::of(&mut request),
        };
        let handled = self.inner.call(request);
        Box::pin(async move {
            let session = Ended(session);
            match handled.await {
                Ok(reply) => after.commit(&session.0, reply).await,
                Err(error) => match session.0.rollback().await {
                    Ok(true) => Err(Error::Repeated),
                    Ok(false) => Err(error),
                    // The first error is the one to report; the connection is closed all the same.
                    Err(second) => {
                        tracing::warn!(error = second.chain(), "the rollback failed");
                        Err(error)
                    }
                },
            }
        })
    }
}

/// An update after its handler.
struct Handled {
    update: Update,
    key: InboxKey,
    inbox: Inbox,
    dialogues: Option<FsmContext>,
    journal: Journal,
}

impl Handled {
    async fn commit(&self, session: &DbSession, reply: Reply) -> Result<Reply> {
        let is_owed = reply.is_owed(&self.update);
        let left = || {
            let changes = self.dialogues.as_ref().map(FsmContext::changes);
            let effects = Effects::new(changes.transpose()?.unwrap_or_default(), &reply);
            let is_done = effects.dialogues.is_empty() && !is_owed;
            (!is_done).then(|| effects.encode()).transpose()
        };
        if session.commit_with(left).await? {
            self.journal.stored();
            if is_owed {
                let (inbox, key) = (self.inbox.clone(), self.key);
                self.journal
                    .when_sent(move || async move { inbox.finish(key).await });
            }
        }
        Ok(reply)
    }
}

/// Ends the session when the future is dropped half-way, even if a task took a clone of it along.
struct Ended(DbSession);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

#[cfg(test)]
mod tests {
    use tower::{ServiceExt, service_fn};

    use super::*;
    use crate::testing::{database_config, says};

    fn layer() -> DbSessionLayer {
        let database = Database::new(&database_config());
        DbSessionLayer::new(database.clone(), Inbox::new(database))
    }

    #[tokio::test]
    async fn a_handler_that_asks_for_no_connection_needs_no_database() {
        let service = layer().layer(service_fn(|request: Request| async move {
            let _: DbSession = request.extension()?;
            Ok(Reply::text("x"))
        }));
        let reply = service
            .oneshot(says(1, "x"))
            .await
            .expect("no database is asked");
        assert_eq!(reply, Reply::text("x"));
    }

    #[tokio::test]
    async fn the_error_of_the_handler_is_the_one_that_is_reported() {
        let service = layer().layer(service_fn(|_| async { Err(Error::user("нет")) }));
        let error = service.oneshot(says(1, "x")).await.expect_err("refused");
        assert!(matches!(error, Error::User(text) if text == "нет"));
    }

    #[tokio::test]
    async fn a_session_ends_with_the_request_whoever_keeps_it() {
        let kept = std::sync::Arc::new(std::sync::Mutex::new(None));
        let keep = kept.clone();
        let keeping = layer().layer(service_fn(move |request: Request| {
            *keep.lock().expect("not poisoned") = request.extension::<DbSession>().ok();
            async { Ok(Reply::none()) }
        }));
        let reply = keeping.oneshot(says(1, "x")).await.expect("a reply");
        assert_eq!(reply, Reply::none());
        let session = kept.lock().expect("not poisoned").take().expect("kept");
        let error = session.conn().await.expect_err("it has ended");
        assert_eq!(error.to_string(), "the database session has ended");
    }
}
