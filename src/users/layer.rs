//! Guarantees that whoever interacts with the bot is in the base of users before a handler runs.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::future::BoxFuture;
use tower::{Layer, Service};

use ostankino_core::texts::Locales;

use super::{Asks, UserTracker, tracker::Lookup};
use crate::{
    Error, Reply, Request, Result,
    request::UpdateKey,
    telegram::{UpdateKind, User},
};

/// Creates or refreshes the row of who wrote a message or pressed a button; creates the row, where
/// there is none, of anybody else whom a handler is given: as `User`, or as the member of a
/// `Membership`. It waits for the commit: every handler finds that row, and a failing handler does
/// not undo it.
///
/// Bots, and the accounts that stand in for channels and anonymous administrators, are not users to
/// mail: they have no row, and no handler gets them as `User`.
#[derive(Clone, Debug)]
pub struct TrackUserLayer {
    tracker: UserTracker,
}

impl TrackUserLayer {
    /// Users are recorded through `tracker`.
    #[must_use]
    pub fn new(tracker: UserTracker) -> Self {
        Self { tracker }
    }
}

impl<S> Layer<S> for TrackUserLayer {
    type Service = TrackUser<S>;

    fn layer(&self, inner: S) -> TrackUser<S> {
        TrackUser {
            inner,
            tracker: self.tracker.clone(),
        }
    }
}

/// The service of [`TrackUserLayer`].
#[derive(Clone, Debug)]
pub struct TrackUser<S> {
    inner: S,
    tracker: UserTracker,
}

impl<S> Service<Request> for TrackUser<S>
where
    S: Service<Request, Response = Reply, Error = Error> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Reply;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Reply>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let update = &request.update;
        let is_activity = matches!(update.kind, UpdateKind::Message | UpdateKind::CallbackQuery);
        // Of whose event it is nothing but the id is known.
        let is_known = update.event().is_some();
        let people = update.people().filter(|_| !is_known);
        let people: Vec<User> = people.cloned().collect();
        let is_private = update.is_private();
        let as_of = UpdateKey::of(&request);
        let tracker = self.tracker.clone();
        // A bot without texts asks for no language.
        let locales: Option<Locales> = request.extensions.get().cloned();
        let mut asks = locales.as_ref().map(|_| Asks::of(&request));
        let speaker = update.person().map(|user| user.id);
        // The service that was asked for readiness is the one to call: its clone stays behind.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        // Everything inside is called when this is polled: what is poison is never polled.
        Box::pin(async move {
            for user in people {
                let asked = asks.take_if(|_| Some(user.id) == speaker);
                let told = if is_activity {
                    tracker
                        .seen_and_tell(user, is_private, as_of, asked)
                        .await?
                } else {
                    tracker.named_and_tell(user, asked).await?
                };
                if let (Some(locales), Some(_)) = (&locales, asked) {
                    locales.tell(told);
                }
            }
            // Nobody was recorded: whoever speaks looks it up.
            if let (Some(locales), Some(asks)) = (&locales, asks) {
                locales.look_up_in(Arc::new(Lookup { tracker, asks }));
            }
            inner.call(request).await
        })
    }
}

#[cfg(test)]
mod tests {
    use tower::{ServiceExt, service_fn};

    use super::*;
    use crate::testing::{blocks, database_config, posts, says};

    async fn handle(tracker: UserTracker, request: Request) -> Result<Reply> {
        let inner = service_fn(|_: Request| async { Ok(Reply::text("handled")) });
        TrackUserLayer::new(tracker)
            .layer(inner)
            .oneshot(request)
            .await
    }

    #[tokio::test]
    async fn a_message_waits_for_its_users_row_and_fails_without_one() {
        let (tracker, driver) = UserTracker::new(&database_config());
        let mut driving = tokio::task::JoinSet::new();
        driving.spawn(driver.run());
        let error = handle(tracker, says(1, "x"))
            .await
            .expect_err("there is no database");
        assert!(error.is_unavailable(), "{error:?}");
    }

    #[tokio::test]
    async fn what_names_nobody_is_handled_without_tracking() {
        let (tracker, stopped) = UserTracker::new(&database_config());
        drop(stopped);
        let reply = handle(tracker.clone(), posts(1, "x")).await;
        assert_eq!(reply.expect("handled"), Reply::text("handled"));
        let error = handle(tracker, blocks(1)).await.expect_err("it names one");
        assert!(error.chain().contains("tracker has stopped"), "{error:?}");
    }

    #[tokio::test]
    async fn nothing_inside_is_called_before_it_is_polled() {
        let (tracker, _driver) = UserTracker::new(&database_config());
        let inner = service_fn(|_: Request| -> std::future::Ready<Result<Reply>> {
            panic!("it is called");
        });
        let mut service = TrackUserLayer::new(tracker).layer(inner);
        drop(service.call(blocks(1)));
    }

    #[tokio::test]
    async fn a_tracker_that_has_stopped_is_an_error_not_a_hang() {
        let (tracker, stopped) = UserTracker::new(&database_config());
        drop(stopped);
        let error = handle(tracker, says(1, "x"))
            .await
            .expect_err("it has stopped");
        assert!(error.chain().contains("tracker has stopped"), "{error:?}");
    }
}
