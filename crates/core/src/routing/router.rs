//! The router: an ordered list of routes, the first that matches gets the update.

use std::{
    collections::BTreeSet,
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::future::BoxFuture;
use tower::{Layer, Service};

use super::{
    Filter, Route,
    filter::{self, Match},
};
use crate::{
    Error, Handler, IntoError, Reply, Request, Result,
    extract::CallbackPrefix,
    request::{CurrentState, MatchedRoute},
    telegram::{Message, UpdateKind},
};

/// Routes in the order of their registration; the first that matches gets the update, the
/// fallback what no route takes.
///
/// ```
/// use ostankino_core::{Router, Text};
///
/// let router = Router::new()
///     .command("start", || async { "Здравствуйте!" })
///     .text(|text: Text| async move { ostankino_core::html::escape(&text).into_owned() });
/// # drop(router);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a router does nothing until an `App` is built with it"]
pub struct Router {
    routes: Arc<Vec<Entry>>,
    fallback: Option<Route>,
}

#[derive(Clone, Debug)]
struct Entry {
    filter: Filter,
    /// The filter in words, made once.
    name: Arc<str>,
    route: Route,
}

impl Default for Router {
    fn default() -> Self {
        Self::new()
    }
}

impl Router {
    /// A router without routes.
    pub fn new() -> Self {
        Self {
            routes: Arc::default(),
            fallback: None,
        }
    }

    /// Sends what `filter` takes to `handler`.
    ///
    /// # Panics
    ///
    /// If the filter can never match, or never here because an earlier one takes all it would.
    #[track_caller]
    pub fn route<H, Args>(self, filter: Filter, handler: H) -> Self
    where
        H: Handler<Args>,
        Args: 'static,
    {
        self.route_service(filter, Route::new(handler.into_service()))
    }

    /// [`route`](Self::route) for a tower service, such as a handler with layers of its own.
    ///
    /// # Panics
    ///
    /// As [`route`](Self::route).
    #[track_caller]
    pub fn route_service(mut self, filter: Filter, route: Route) -> Self {
        match filter {
            Filter::Command(name) => assert!(
                !name.is_empty()
                    && !name.contains(|c: char| c == '/' || c == '@' || c.is_whitespace()),
                "a command is registered without its slash: `start`, not {name:?}"
            ),
            Filter::Service(name) => assert!(
                Message::is_name_of_service(name),
                "no message of Telegram's has the field {name:?}"
            ),
            Filter::Kind(UpdateKind::Unknown) => {
                panic!("Telegram cannot be asked for unknown kinds")
            }
            _ => {}
        }
        if let Some(earlier) = self
            .routes
            .iter()
            .find(|earlier| earlier.filter.covers(filter))
        {
            panic!(
                "the route for `{filter}` is never reached: `{}` before it takes all",
                earlier.name
            );
        }
        let name = filter.to_string().into();
        Arc::make_mut(&mut self.routes).push(Entry {
            filter,
            name,
            route,
        });
        self
    }

    /// A message that begins with the command, given without its slash.
    ///
    /// # Panics
    ///
    /// As [`route`](Self::route); so do the methods below.
    #[track_caller]
    pub fn command<H: Handler<Args>, Args: 'static>(self, name: &'static str, handler: H) -> Self {
        self.route(Filter::Command(name), handler)
    }

    /// What the sender says, no command, while the dialogue is in that state. It may be a photo as
    /// well as a text, or what a button of the bot's keyboard asked for (people, a chat, data of a
    /// web app). Register it before [`text`](Self::text).
    #[track_caller]
    pub fn state<H: Handler<Args>, Args: 'static>(self, name: &'static str, handler: H) -> Self {
        self.route(Filter::State(name), handler)
    }

    /// A pressed button whose data begin with `prefix`.
    #[track_caller]
    pub fn callback<H: Handler<Args>, Args: 'static>(
        self,
        prefix: &'static str,
        handler: H,
    ) -> Self {
        self.route(Filter::Callback(prefix), handler)
    }

    /// What Telegram tells of a chat, by the name of its field: `pinned_message`,
    /// `new_chat_members`, `successful_payment`. No other route but one of the whole kind gets it.
    ///
    /// # Panics
    ///
    /// As [`route`](Self::route), and if no message has such a field.
    #[track_caller]
    pub fn service<H: Handler<Args>, Args: 'static>(self, name: &'static str, handler: H) -> Self {
        self.route(Filter::Service(name), handler)
    }

    /// A message with a text or a caption.
    #[track_caller]
    pub fn text<H: Handler<Args>, Args: 'static>(self, handler: H) -> Self {
        self.route(Filter::Text, handler)
    }

    /// A change of the bot's own membership: blocked, unblocked, added to a group.
    #[track_caller]
    pub fn my_chat_member<H: Handler<Args>, Args: 'static>(self, handler: H) -> Self {
        self.route(Filter::Kind(UpdateKind::MyChatMember), handler)
    }

    /// A change of another member of a chat.
    #[track_caller]
    pub fn chat_member<H: Handler<Args>, Args: 'static>(self, handler: H) -> Self {
        self.route(Filter::Kind(UpdateKind::ChatMember), handler)
    }

    /// Every update of a kind.
    #[track_caller]
    pub fn on<H: Handler<Args>, Args: 'static>(self, kind: UpdateKind, handler: H) -> Self {
        self.route(Filter::Kind(kind), handler)
    }

    /// What no route takes. It adds no kind to those Telegram is asked for.
    ///
    /// # Panics
    ///
    /// If there is a fallback already.
    #[track_caller]
    pub fn fallback<H: Handler<Args>, Args: 'static>(mut self, handler: H) -> Self {
        assert!(self.fallback.is_none(), "a router has one fallback");
        self.fallback = Some(Route::new(handler.into_service()));
        self
    }

    /// Appends the routes of `other`, and its fallback if there is none here.
    ///
    /// # Panics
    ///
    /// As [`route`](Self::route), and if both have a fallback.
    #[track_caller]
    pub fn merge(mut self, other: Self) -> Self {
        for entry in other.routes.iter() {
            self = self.route_service(entry.filter, entry.route.clone());
        }
        assert!(
            self.fallback.is_none() || other.fallback.is_none(),
            "both routers have a fallback"
        );
        self.fallback = self.fallback.or(other.fallback);
        self
    }

    /// Appends `inner` as a unit behind a gate: its routes, tried in its own order, take only
    /// updates that `gate` takes too. Layers and the fallback of `inner` stay inside.
    ///
    /// # Panics
    ///
    /// As [`route`](Self::route), and if a route of `inner` takes another kind of updates.
    #[track_caller]
    pub fn nest(self, gate: Filter, inner: Self) -> Self {
        if let Some(entry) = inner
            .routes
            .iter()
            .find(|entry| entry.filter.kind() != gate.kind())
        {
            panic!(
                "the route for `{}` is never reached behind the gate `{gate}`",
                entry.name
            );
        }
        self.route_service(gate, Route::new(inner))
    }

    /// Wraps every route registered so far, and the fallback, in a layer.
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route>,
        L::Service: Service<Request, Response = Reply> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Error: IntoError,
        <L::Service as Service<Request>>::Future: Send,
    {
        for Entry { route, .. } in Arc::make_mut(&mut self.routes) {
            *route = Route::new(layer.layer(route.clone()));
        }
        self.fallback = self.fallback.map(|route| Route::new(layer.layer(route)));
        self
    }

    /// The kinds of updates that the routes take.
    #[must_use]
    pub fn update_kinds(&self) -> BTreeSet<UpdateKind> {
        self.routes
            .iter()
            .map(|entry| entry.filter.kind())
            .collect()
    }

    /// The route for the request. Asks for the dialogue state once, and only if a route that is
    /// reached depends on it.
    async fn find(&self, request: &Request) -> Result<Option<Entry>> {
        let mut state = None;
        for entry in self.routes.iter() {
            let matches = match entry.filter.matches(request) {
                Match::Yes => true,
                Match::No => false,
                Match::IfState(name) => {
                    if state.is_none() {
                        let source: CurrentState = request.extension()?;
                        state = Some(source.0.state().await?);
                    }
                    state.as_ref().and_then(Option::as_deref) == Some(name)
                }
            };
            if matches {
                return Ok(Some(entry.clone()));
            }
        }
        Ok(None)
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
            let Some(Entry {
                filter,
                name,
                mut route,
            }) = router.find(&request).await?
            else {
                return match router.fallback {
                    Some(mut fallback) if !filter::is_for_another_bot(&request) => {
                        fallback.call(request).await
                    }
                    _ => Ok(Reply::none()),
                };
            };
            if let Some(matched) = request.extensions.get::<MatchedRoute>() {
                matched.set(name, matches!(filter, Filter::State(_)));
            }
            if let Filter::Callback(prefix) = filter {
                request.extensions.insert(CallbackPrefix(prefix));
            }
            route.call(request).await
        })
    }
}

#[cfg(test)]
mod tests;
