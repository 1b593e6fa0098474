//! What travels down the stack: one update, the bot it came to, and what the layers added.

use std::{
    any::type_name,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::future::BoxFuture;
use http::Extensions;
use serde::{Deserialize, Serialize};

use crate::{
    Error, Result,
    telegram::{Bot, Update},
};

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

/// How an update came from the queue. The worker inserts it into the extensions of every request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Where the update stands in the queue.
    pub position: Position,
    /// 1 when it comes for the first time; whoever got it before may have applied it.
    pub attempt: u64,
    /// Why it is not given to a handler any more.
    pub poison: Option<Poison>,
}

/// A place in the queue; later updates are greater, also after the queue was made anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position(
    /// When the queue was made, in milliseconds since 1970.
    pub i64,
    /// The sequence in it, from 1.
    pub u64,
);

/// An update that was begun too often without a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poison {
    /// How often it was delivered.
    pub deliveries: u64,
    /// What the last attempt said, if it could say anything.
    pub error: Option<String>,
}

impl fmt::Display for Poison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unknown = "no attempt left a word: its process ended, or stood still, each time";
        let (deliveries, last) = (self.deliveries, self.error.as_deref());
        let last = last.unwrap_or(unknown);
        write!(
            f,
            "it was delivered {deliveries} times without a result: {last}"
        )
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
pub struct MatchedRoute(Arc<Mutex<Option<Arc<str>>>>);

impl MatchedRoute {
    /// The route's filter, the innermost one of nested routers; `None` if no route was taken.
    #[must_use]
    pub fn get(&self) -> Option<Arc<str>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn set(&self, route: Arc<str>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(route);
    }
}
