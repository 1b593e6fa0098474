//! A trap waits at a point of the protocol for the first process that comes by.

use std::sync::{Mutex, PoisonError};

use tokio::sync::oneshot;

use crate::point::Point;

/// What becomes of the process that steps into a trap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// It is killed, at once and for good.
    Kill,
    /// The connection that the message came over is closed: the process lives on without knowing.
    Cut,
}

/// At most one trap is set at a time.
#[derive(Debug, Default)]
pub(crate) struct Traps(Mutex<Option<Trap>>);

#[derive(Debug)]
struct Trap {
    point: Point,
    action: Action,
    /// How many may pass before.
    skip: u32,
    sprung: oneshot::Sender<()>,
}

impl Traps {
    /// Sets a trap; what is returned resolves when somebody stepped into it.
    pub(crate) fn set(&self, point: Point, action: Action, skip: u32) -> oneshot::Receiver<()> {
        let (sprung, is_sprung) = oneshot::channel();
        *self.lock() = Some(Trap {
            point,
            action,
            skip,
            sprung,
        });
        is_sprung
    }

    pub(crate) fn remove(&self) {
        *self.lock() = None;
    }

    /// Somebody is at this point: what is to be done?
    pub(crate) fn spring(&self, point: Point) -> Option<Action> {
        let mut set = self.lock();
        let trap = set.as_mut().filter(|trap| trap.point == point)?;
        if trap.skip > 0 {
            trap.skip -= 1;
            return None;
        }
        let trap = set.take()?;
        // Who set it may have given up waiting.
        let _ = trap.sprung.send(());
        Some(trap.action)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Trap>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
