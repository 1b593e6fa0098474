//! Waiting for the world to change, with a deadline and an explanation when it does not.

use std::{panic::Location, pin::pin, time::Duration};

use tokio::{
    task::yield_now,
    time::{Instant, timeout_at},
};

use super::World;

/// Runs `probe` now and after each change of the world until it finds something; `None` past the deadline, which is looked at
/// first: a probe that changes the world wakes itself each time.
pub(crate) async fn within<T>(
    world: &World,
    deadline: Duration,
    mut probe: impl FnMut() -> Option<T>,
) -> Option<T> {
    let end = Instant::now() + deadline;
    loop {
        let mut changed = pin!(world.shared.changed.notified());
        // Enlisted before looking, or a change between the look and the wait would be missed.
        changed.as_mut().enable();
        if let Some(found) = probe() {
            return Some(found);
        }
        if Instant::now() >= end {
            return None;
        }
        if timeout_at(end, changed).await.is_err() {
            return probe();
        }
        // However fast the world changes, others have their turn.
        yield_now().await;
    }
}

/// As [`within`] the world's own deadline, but panics, naming what was expected, where, and what happened instead.
pub(crate) async fn expect<T>(
    world: &World,
    at: &'static Location<'static>,
    what: impl FnOnce() -> String,
    probe: impl FnMut() -> Option<T>,
) -> T {
    match within(world, world.deadline, probe).await {
        Some(found) => found,
        None => panic!(
            "{at}: {} did not come within {:?}\n{}",
            what(),
            world.deadline,
            world.journal()
        ),
    }
}
