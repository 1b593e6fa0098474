//! What travels down the stack: one update, the bot it came to, and what the layers added.

mod asker;
mod clock;
mod delivery;
mod key;

use std::{
    any::type_name,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::future::BoxFuture;
use http::Extensions;

use crate::{
    Error, Result,
    telegram::{Bot, Update},
};

#[doc(hidden)]
pub use asker::Asker;
#[doc(hidden)]
pub use clock::{HandlerClock, Limited, Stopped};
pub use delivery::{Delivery, Ownership, Place, Poison};
pub use key::UpdateKey;

/// One update on its way to a handler.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Request {
    /// The update.
    pub update: Update,
    /// The client of the bot that got it.
    pub bot: Bot,
    /// What the layers added, by type.
    pub extensions: Extensions,
}

impl Request {
    /// A request without extensions.
    #[must_use]
    pub fn new(update: Update, bot: Bot) -> Self {
        Self {
            update,
            bot,
            extensions: Extensions::new(),
        }
    }

    /// The extension of type `T`.
    ///
    /// # Errors
    ///
    /// [`Error::MissingExtension`] if no layer inserted one.
    pub fn extension<T: Clone + Send + Sync + 'static>(&self) -> Result<T> {
        self.extensions
            .get()
            .cloned()
            .ok_or(Error::MissingExtension(type_name::<T>()))
    }
}

/// Tells a router the name of the sender's dialogue state. The layer that keeps dialogues inserts
/// a [`CurrentState`]; the router asks only when a route depends on the answer.
pub trait StateSource: Send + Sync {
    /// The name of the state; `None` outside of any dialogue.
    fn state(&self) -> BoxFuture<'_, Result<Option<Arc<str>>>>;
}

/// The extension through which a router reads the dialogue state.
#[derive(Clone)]
pub struct CurrentState(pub Arc<dyn StateSource>);

impl fmt::Debug for CurrentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CurrentState")
    }
}

/// Where the router writes which route it took, for the one record logged per update.
#[derive(Clone, Debug, Default)]
pub struct MatchedRoute(Arc<Mutex<Matched>>);

#[derive(Clone, Debug, Default)]
struct Matched {
    name: Option<Arc<str>>,
    is_of_dialogue: bool,
}

impl MatchedRoute {
    /// The route's filter, the innermost one of nested routers; `None` if no route was taken.
    #[must_use]
    pub fn get(&self) -> Option<Arc<str>> {
        self.lock().name.clone()
    }

    /// Whether a route was taken since the sender is in a dialogue.
    #[doc(hidden)]
    #[must_use]
    pub fn is_of_dialogue(&self) -> bool {
        self.lock().is_of_dialogue
    }

    #[doc(hidden)]
    pub fn set(&self, route: Arc<str>, is_of_dialogue: bool) {
        let mut matched = self.lock();
        matched.name = Some(route);
        matched.is_of_dialogue |= is_of_dialogue;
    }

    fn lock(&self) -> MutexGuard<'_, Matched> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
