//! Whose update it is that was posted: every bot of the process has a path of its own at the one port.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use super::receiver::Receiver;
use crate::intake::Hook;

/// The receivers of all bots, by their paths; a clone shares them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Receivers(Arc<RwLock<HashMap<String, Option<Arc<Receiver>>>>>);

/// To whom a path leads.
pub(super) enum Found {
    Receiver(Arc<Receiver>),
    /// The bot does not take updates in this process now.
    Away,
    /// There is no such bot.
    Nobody,
}

impl Receivers {
    /// That of a bot alone.
    pub(crate) fn alone(receiver: Receiver) -> Self {
        let receivers = Self::default();
        receivers.set(receiver);
        receivers
    }

    /// There is to be one there: until then updates are left to other processes.
    pub(crate) fn expect(&self, hook: &Hook) {
        self.write().insert(hook.path().to_owned(), None);
    }

    /// There is none there any more.
    pub(crate) fn forget(&self, hook: &Hook) {
        self.write().remove(hook.path());
    }

    /// This one takes what comes for its bot from now on.
    pub(crate) fn set(&self, receiver: Receiver) {
        let path = receiver.hook().path().to_owned();
        self.write().insert(path, Some(receiver.into()));
    }

    pub(super) fn at(&self, path: &str) -> Found {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        // All are as long.
        let length = known.keys().next().map_or(0, String::len);
        let end = path.len().checked_sub(length).and_then(|at| path.get(at..));
        match end.and_then(|end| known.get(end)) {
            Some(Some(receiver)) => Found::Receiver(receiver.clone()),
            Some(None) => Found::Away,
            None => Found::Nobody,
        }
    }

    /// Whatever was dropped is told in time, though nothing comes.
    pub(super) fn rest(&self) {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known
            .values()
            .flatten()
            .for_each(|receiver| receiver.rest());
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, HashMap<String, Option<Arc<Receiver>>>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}
