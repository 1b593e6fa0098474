//! A trap waits at a point of the protocol for the first process that comes by.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

use crate::point::Point;

/// What becomes of the process that steps into a trap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// It is killed, at once and for good.
    Kill,
    /// The connection that the message came over is closed: the process lives on without knowing.
    Cut,
    /// It stands still before the message goes on: by then another process has its work.
    Freeze,
    /// The message goes on late, after what is allowed to a handler; the process lives on.
    Delay,
}

/// Whom a trap waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Only {
    Anybody,
    /// That process.
    Process(usize),
    /// Whoever answers that update.
    Update(i64),
}

/// At most one trap is set at a time.
#[derive(Debug, Default)]
pub(crate) struct Traps(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    trap: Option<Trap>,
    passed: BTreeMap<Point, u32>,
}

#[derive(Debug)]
struct Trap {
    point: Point,
    action: Action,
    /// How many may pass before.
    skip: u32,
    only: Only,
    sprung: oneshot::Sender<usize>,
}

impl Traps {
    /// Sets a trap; what is returned resolves to the process that stepped into it.
    pub(crate) fn set(
        &self,
        point: Point,
        action: Action,
        skip: u32,
        only: Only,
    ) -> oneshot::Receiver<usize> {
        let (sprung, is_sprung) = oneshot::channel();
        self.lock().trap = Some(Trap {
            point,
            action,
            skip,
            only,
            sprung,
        });
        is_sprung
    }

    pub(crate) fn remove(&self) {
        self.lock().trap = None;
    }

    /// A process is at this point, with that update if one can tell: what is to be done?
    pub(crate) fn spring(
        &self,
        point: Point,
        process: usize,
        update: Option<i64>,
    ) -> Option<Action> {
        let mut state = self.lock();
        *state.passed.entry(point).or_default() += 1;
        let trap = state.trap.as_mut()?;
        let is_meant = match trap.only {
            Only::Anybody => true,
            Only::Process(only) => only == process,
            Only::Update(only) => Some(only) == update,
        };
        if trap.point != point || !is_meant {
            return None;
        }
        if trap.skip > 0 {
            trap.skip -= 1;
            return None;
        }
        let trap = state.trap.take()?;
        // Who set it may have given up waiting.
        let _ = trap.sprung.send(process);
        Some(trap.action)
    }

    /// How often processes came by each point.
    pub(crate) fn passed(&self) -> BTreeMap<Point, u32> {
        self.lock().passed.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
