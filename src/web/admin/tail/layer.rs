//! The layer that tells of each update that ended. While nobody looks it costs a look at a flag.

use std::{
    convert::Infallible,
    task::{Context, Poll},
    time::Instant,
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Either},
};
use jiff::Timestamp;
use tower::{Layer, Service};

use super::{Tail, line::Line};
use crate::{Request, outcome::Conclusion, request::MatchedRoute};

/// Stands within [`TraceLayer`](crate::layers::TraceLayer), which notes the route.
#[derive(Clone, Debug)]
pub(crate) struct TailLayer(pub(crate) Tail);

/// The service of [`TailLayer`].
#[derive(Clone, Debug)]
pub(crate) struct Told<S> {
    inner: S,
    tail: Tail,
}

impl<S> Layer<S> for TailLayer {
    type Service = Told<S>;

    fn layer(&self, inner: S) -> Told<S> {
        let tail = self.0.clone();
        Told { inner, tail }
    }
}

impl<S> Service<Request> for Told<S>
where
    S: Service<Request, Response = Conclusion, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Conclusion;
    type Error = Infallible;
    type Future = Either<S::Future, BoxFuture<'static, Result<Conclusion, Infallible>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if !self.tail.is_wanted() {
            return Either::Left(self.inner.call(request));
        }
        let update = &request.update;
        let mut line = Line {
            update: update.id,
            kind: update.kind.as_str().to_owned(),
            user: update.user_id(),
            chat: update.chat_id(),
            chars: update.text().map(|text| text.chars().count()),
            ..Line::default()
        };
        let matched = request.extensions.get::<MatchedRoute>().cloned();
        let (tail, begun) = (self.tail.clone(), Instant::now());
        let handled = self.inner.call(request);
        let told = async move {
            let Ok(conclusion) = handled.await;
            let route = matched.and_then(|matched| matched.get());
            line.at = Timestamp::now().as_millisecond();
            line.route = route.map(|route| route.to_string());
            line.outcome = conclusion.outcome.as_str().to_owned();
            line.ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
            tail.tell(line);
            Ok(conclusion)
        };
        Either::Right(told.boxed())
    }
}
