//! The router: an ordered list of routes, the first that matches gets the update.

mod actions;
mod describe;
mod dispatch;
mod events;
mod jobs;
mod menu;
mod needs;
mod shorthands;
#[cfg(test)]
mod tests;
mod typed;

use std::{collections::BTreeSet, sync::Arc};

use tower::{Layer, Service};

use super::{Filter, Route};
use crate::{
    Handler, IntoError, Reply, Request, action::Action, event::EventSpec, job::JobSpec,
    telegram::UpdateKind,
};

use self::needs::NamedNeeds;
pub use self::{
    describe::{Description, RouteInfo},
    menu::InMenu,
};

/// Routes in the order of their registration; the first that matches gets the update, the
/// fallback what no route takes.
///
/// ```
/// use ostankino_core::{Reply, Router, Text, filter::{forwarded, photo, private}};
///
/// let router = Router::new()
///     .command("start", || async { "Здравствуйте!" })
///     .on(private() & photo() & !forwarded(), || async { "Красиво!" })
///     .text(|Text(text): Text| async move { text });
/// # drop(router);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a router does nothing until an `App` is built with it"]
pub struct Router {
    routes: Arc<Vec<Entry>>,
    jobs: Arc<Vec<JobSpec>>,
    actions: Arc<Vec<Action>>,
    events: Arc<Vec<EventSpec>>,
    fallback: Option<Fallback>,
    menu: Arc<Vec<InMenu>>,
    /// The command whose route was added last, if that was the last route.
    last_command: Option<Arc<str>>,
}

#[derive(Clone, Debug)]
struct Fallback {
    route: Route,
    needs: NamedNeeds,
}

#[derive(Clone, Debug)]
struct Entry {
    filter: Filter,
    /// The filter in words, made once.
    name: Arc<str>,
    route: Route,
    /// The router behind this gate.
    nested: Option<Router>,
    needs: NamedNeeds,
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
            jobs: Arc::default(),
            actions: Arc::default(),
            events: Arc::default(),
            fallback: None,
            menu: Arc::default(),
            last_command: None,
        }
    }

    /// Sends what `filter` takes to `handler`. A filter is made by the functions of
    /// [`filter`](mod@crate::filter), or is a kind of updates.
    ///
    /// # Panics
    ///
    /// If the filter can never match, or never here because an earlier one takes all it would.
    #[track_caller]
    pub fn on<Args: 'static>(self, filter: impl Into<Filter>, handler: impl Handler<Args>) -> Self {
        let filter = filter.into().for_route();
        let name: Arc<str> = filter.to_string().into();
        self.with(Entry {
            needs: needs::of(&handler, &name),
            route: Route::new(handler.into_service()),
            filter,
            name,
            nested: None,
        })
    }

    /// [`on`](Self::on) for a tower service.
    ///
    /// # Panics
    ///
    /// As [`on`](Self::on).
    #[track_caller]
    pub fn route_service(self, filter: impl Into<Filter>, route: Route) -> Self {
        let filter = filter.into().for_route();
        self.with(Entry {
            name: filter.to_string().into(),
            filter,
            route,
            nested: None,
            needs: NamedNeeds::new(),
        })
    }

    #[track_caller]
    fn with(mut self, entry: Entry) -> Self {
        // What no route behind a gate takes goes on.
        let is_whole = |earlier: &Entry| {
            let nested = earlier.nested.as_ref();
            nested.is_none_or(|nested| nested.fallback.is_some())
        };
        let covers = |earlier: &&Entry| is_whole(earlier) && earlier.filter.covers(&entry.filter);
        if let Some(earlier) = self.routes.iter().find(covers) {
            panic!(
                "the route for `{}` is never reached: `{}` before it takes all",
                entry.name, earlier.name
            );
        }
        Arc::make_mut(&mut self.routes).push(entry);
        self.last_command = None;
        self
    }

    /// What no route takes. It adds no kind to those Telegram is asked for.
    ///
    /// # Panics
    ///
    /// If there is a fallback already.
    #[track_caller]
    pub fn fallback<Args: 'static>(mut self, handler: impl Handler<Args>) -> Self {
        assert!(self.fallback.is_none(), "a router has one fallback");
        self.fallback = Some(Fallback {
            needs: needs::of(&handler, &describe::ANYTHING_ELSE.into()),
            route: Route::new(handler.into_service()),
        });
        self
    }

    /// Appends the routes of `other`, and its fallback if there is none here.
    ///
    /// # Panics
    ///
    /// As [`on`](Self::on), and if both have a fallback.
    #[track_caller]
    pub fn merge(mut self, other: Self) -> Self {
        self.take_actions(&other);
        self.take_events(&other);
        for entry in other.routes.iter() {
            self = self.with(entry.clone());
        }
        self.take_jobs(&other);
        self.take_menu(&other);
        assert!(
            self.fallback.is_none() || other.fallback.is_none(),
            "both routers have a fallback"
        );
        self.fallback = self.fallback.or(other.fallback);
        self
    }

    /// Appends `inner` as a unit behind a gate: its routes, tried in its own order, take only
    /// updates that `gate` takes too, and what none of them takes goes on to the next route, unless
    /// `inner` has a fallback. Layers and the fallback of `inner` stay inside. A gate that
    /// names no kind, such as `private()`, is about the kinds of the routes inside.
    ///
    /// # Panics
    ///
    /// As [`on`](Self::on), and if a route of `inner` takes none of the gate's kinds of updates.
    #[track_caller]
    pub fn nest(mut self, gate: impl Into<Filter>, inner: Self) -> Self {
        self.take_jobs(&inner);
        self.take_actions(&inner);
        self.take_events(&inner);
        self.take_menu(&inner);
        let gate = gate.into().for_gate(&inner.update_kinds()).for_route();
        let is_reached = |entry: &Entry| entry.filter.shares_kind_with(&gate);
        if let Some(entry) = inner.routes.iter().find(|entry| !is_reached(entry)) {
            panic!(
                "the route for `{}` is never reached behind the gate `{gate}`",
                entry.name
            );
        }
        self.with(Entry {
            name: gate.to_string().into(),
            filter: gate,
            route: Route::new(inner.clone()),
            needs: inner.all_needs().cloned().collect(),
            nested: Some(inner),
        })
    }

    /// Wraps every route registered so far, and the fallback, in a layer.
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + 'static,
        L::Service: Service<Request, Response = Reply, Error: IntoError, Future: Send>
            + Clone
            + Send
            + Sync
            + 'static,
    {
        let wrap = |route: &mut Route, needs: &mut NamedNeeds| {
            *route = Route::new(layer.layer(route.clone()));
            needs.retain(|(_, need)| !need.is_met_within::<L>());
        };
        for Entry { route, needs, .. } in Arc::make_mut(&mut self.routes) {
            wrap(route, needs);
        }
        if let Some(Fallback { route, needs }) = &mut self.fallback {
            wrap(route, needs);
        }
        self
    }

    /// The kinds of updates that the routes take: what Telegram is to be asked for.
    #[must_use]
    pub fn update_kinds(&self) -> BTreeSet<UpdateKind> {
        self.routes.iter().flat_map(Entry::update_kinds).collect()
    }
}

impl Entry {
    /// Of a gate those that something inside takes.
    fn update_kinds(&self) -> BTreeSet<UpdateKind> {
        let kinds = self.filter.kinds();
        match &self.nested {
            Some(nested) if nested.fallback.is_none() => &kinds & &nested.update_kinds(),
            _ => kinds,
        }
    }
}
