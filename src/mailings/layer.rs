//! Gives handlers the data of a mailing's button as they were made, and notes who pressed it.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::future::{BoxFuture, Either};
use tower::{Layer, Service};

use super::clicks::Click;
use crate::{DbSession, Error, Reply, Request, Result, telegram::Content};

/// Takes off what tells of the mailing, before a route is looked for. It stands within the session, in which the press is noted.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct MailingClickLayer;

impl MailingClickLayer {
    /// The layer.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl<S> Layer<S> for MailingClickLayer {
    type Service = MailingClick<S>;

    fn layer(&self, inner: S) -> MailingClick<S> {
        MailingClick { inner }
    }
}

/// The service of [`MailingClickLayer`].
#[derive(Clone, Debug)]
pub struct MailingClick<S> {
    inner: S,
}

impl<S> Service<Request> for MailingClick<S>
where
    S: Service<Request, Response = Reply, Error = Error> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Reply;
    type Error = Error;
    type Future = Either<S::Future, BoxFuture<'static, Result<Reply>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let Content::CallbackQuery(query) = &mut request.update.content else {
            return Either::Left(self.inner.call(request));
        };
        let Some(click) = query.data.as_deref().and_then(Click::decode) else {
            return Either::Left(self.inner.call(request));
        };
        let (mailing, button, user) = (click.mailing, click.button, query.from.id);
        let data = click.data.to_owned();
        Arc::make_mut(query).data = Some(data);
        // The service that was asked for readiness is the one to call: its clone stays behind.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        Either::Right(Box::pin(async move {
            let session: DbSession = request.extension()?;
            Click::record(mailing, button, user, &session).await?;
            inner.call(request).await
        }))
    }
}
