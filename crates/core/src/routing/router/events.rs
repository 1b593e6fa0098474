//! Events of a router: what may happen inside of the service, by its names.

use std::sync::Arc;

use super::Router;
use crate::{Event, Handler, event::EventSpec, routing::filter};

/// # Events
impl Router {
    /// An event of the service's own, of the type `E`: `.event::<Remind, _>(remind)`. The handler gets it as
    /// [`Fired<E>`](crate::Fired). It has no fallback: an event that no route takes may be of another version of
    /// the bot, and waits for that.
    ///
    /// # Panics
    ///
    /// As [`on`](Router::on), and if the event's name is invalid: see [`Event::NAME`].
    #[track_caller]
    pub fn event<E: Event, Args: 'static>(mut self, handler: impl Handler<Args>) -> Self {
        self.add_event(EventSpec::of::<E>());
        self.on(filter::event::<E>(), handler)
    }

    /// Those that were registered by [`event`](Self::event), in that order.
    #[doc(hidden)]
    #[must_use]
    pub fn events(&self) -> &[EventSpec] {
        &self.events
    }

    /// Whether a route takes the events of that name.
    #[doc(hidden)]
    #[must_use]
    pub fn takes_event(&self, name: &str) -> bool {
        let inside = |nested: &Self| nested.takes_event(name);
        self.routes.iter().any(|entry| match &entry.nested {
            Some(nested) => inside(nested),
            None => entry.filter.names_event(name),
        })
    }

    /// It takes those of another router, too. Behind different gates there may be one twice.
    pub(super) fn take_events(&mut self, other: &Self) {
        other.events.iter().for_each(|spec| self.add_event(*spec));
    }

    fn add_event(&mut self, spec: EventSpec) {
        let is_it = |known: &EventSpec| known.name() == spec.name();
        if !self.events.iter().any(is_it) {
            Arc::make_mut(&mut self.events).push(spec);
        }
    }
}
