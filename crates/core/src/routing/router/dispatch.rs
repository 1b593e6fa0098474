//! Which route an update takes, and what that route is told.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::future::BoxFuture;
use tower::Service;

use super::{Entry, Router};
use crate::{
    Error, Reply, Request, Result,
    event::UnknownEvent,
    extract::CallbackPrefix,
    request::{CurrentState, MatchedRoute},
    routing::filter::{Facts, Known},
};

/// The route for an update.
struct Found<'a> {
    entry: &'a Entry,
    /// Whether it is taken since the sender is in a dialogue.
    is_of_dialogue: bool,
}

impl Router {
    /// The route for the request. Asks for the dialogue state once, and only if a route that is
    /// reached depends on it.
    async fn find(&self, request: &Request) -> Result<Option<Found<'_>>> {
        let facts = Facts::of(request);
        let mut asked: Option<Option<Arc<str>>> = None;
        for entry in self.routes.iter() {
            let known = match &asked {
                Some(state) => Known::Is(state.as_deref()),
                None => Known::NotYet,
            };
            let takes = match entry.filter.takes(&facts, known) {
                // Most routes, of which the rest need not be looked at.
                Some(false) => continue,
                gate => match entry.behind(gate, &facts, known) {
                    Some(takes) => takes,
                    None => {
                        let source: CurrentState = request.extension()?;
                        let state = asked.insert(source.0.state().await?);
                        let known = Known::Is(state.as_deref());
                        entry.takes(&facts, known) == Some(true)
                    }
                },
            };
            if takes {
                let is_of_dialogue = entry.filter.asks_for_state()
                    && entry.filter.takes(&facts, Known::Is(None)) != Some(true);
                return Ok(Some(Found {
                    entry,
                    is_of_dialogue,
                }));
            }
        }
        Ok(None)
    }

    /// Whether one of the routes takes it; `None` if that depends on the state, which is not known yet.
    fn takes(&self, facts: &Facts<'_>, known: Known<'_>) -> Option<bool> {
        // An event has no fallback: another route may be its own.
        if self.fallback.is_some() && facts.update().event().is_none() {
            return Some(true);
        }
        let mut is_sure = true;
        for entry in self.routes.iter() {
            match entry.takes(facts, known) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => is_sure = false,
            }
        }
        is_sure.then_some(false)
    }
}

impl Entry {
    /// Whether the route takes it.
    fn takes(&self, facts: &Facts<'_>, known: Known<'_>) -> Option<bool> {
        match self.filter.takes(facts, known) {
            Some(false) => Some(false),
            gate => self.behind(gate, facts, known),
        }
    }

    /// Whether it takes what its filter does not refuse: what is behind a gate does if a route there does.
    fn behind(&self, gate: Option<bool>, facts: &Facts<'_>, known: Known<'_>) -> Option<bool> {
        let Some(nested) = &self.nested else {
            return gate;
        };
        match nested.takes(facts, known) {
            Some(true) => gate,
            otherwise => otherwise,
        }
    }
}

impl Service<Request> for Router {
    type Response = Reply;
    type Error = Error;
    type Future = BoxFuture<'static, Result<Reply>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let router = self.clone();
        Box::pin(async move {
            let Some(Found {
                entry,
                is_of_dialogue,
            }) = router.find(&request).await?
            else {
                if let Some(event) = request.update.event() {
                    return Err(Error::other(UnknownEvent(event.name.clone())));
                }
                let is_for_another_bot = Facts::of(&request).is_for_another_bot();
                return match &router.fallback {
                    Some(fallback) if !is_for_another_bot => fallback.route.send(request).await,
                    _ => Ok(Reply::none()),
                };
            };
            if let Some(matched) = request.extensions.get::<MatchedRoute>() {
                matched.set(entry.name.clone(), is_of_dialogue);
            }
            let query = request.update.callback_query();
            if let Some(data) = query.and_then(|query| query.data.as_deref())
                && let Some(prefix) = entry.filter.callback_prefix(data)
            {
                let prefix = CallbackPrefix(prefix.clone());
                request.extensions.insert(prefix);
            }
            entry.route.send(request).await
        })
    }
}
