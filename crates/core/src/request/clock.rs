//! How long a handler has been at work. The clock stands still while the handler waits for its turn at
//! what it shares with others: a burst of updates is no fault of its handlers.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

/// The clock of one run of a handler. A clone shares it.
#[derive(Clone)]
pub struct HandlerClock(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    changed: Notify,
}

struct State {
    /// Of the time before it was stopped last.
    elapsed: Duration,
    since: Instant,
    /// How many wait for their turn.
    stopped: u32,
}

/// While this is there, the clock stands still.
#[derive(Debug)]
#[must_use]
pub struct Stopped<'a>(&'a HandlerClock);

impl Default for HandlerClock {
    fn default() -> Self {
        Self::new()
    }
}

impl HandlerClock {
    /// It runs.
    #[must_use]
    pub fn new() -> Self {
        let state = State {
            elapsed: Duration::ZERO,
            since: Instant::now(),
            stopped: 0,
        };
        Self(Arc::new(Shared {
            state: Mutex::new(state),
            changed: Notify::new(),
        }))
    }

    /// Stops the clock.
    pub fn stop(&self) -> Stopped<'_> {
        let mut state = self.lock();
        if state.stopped == 0 {
            let ran = state.since.elapsed();
            state.elapsed += ran;
        }
        state.stopped += 1;
        drop(state);
        self.0.changed.notify_waiters();
        Stopped(self)
    }

    /// Returns once the clock has run for so long.
    pub async fn has_run(&self, limit: Duration) {
        loop {
            let changed = self.0.changed.notified();
            let end = self.end(limit);
            match end {
                None => changed.await,
                Some(end) if end <= Instant::now() => return,
                Some(end) => tokio::select! {
                    () = sleep_until(end) => {}
                    () = changed => {}
                },
            }
        }
    }

    /// When it will have run for so long; `None` while it stands still.
    fn end(&self, limit: Duration) -> Option<Instant> {
        let state = self.lock();
        (state.stopped == 0).then(|| state.since + limit.saturating_sub(state.elapsed))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Stopped<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.stopped -= 1;
        if state.stopped == 0 {
            state.since = Instant::now();
        }
        drop(state);
        self.0.0.changed.notify_waiters();
    }
}

impl fmt::Debug for HandlerClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HandlerClock")
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn it_stands_still_while_somebody_waits() {
        let clock = HandlerClock::new();
        let begun = Instant::now();
        let waiting = async {
            advance(SECOND).await;
            let (first, second) = (clock.stop(), clock.stop());
            advance(20 * SECOND).await;
            drop(first);
            advance(20 * SECOND).await;
            drop(second);
        };
        tokio::join!(clock.has_run(3 * SECOND), waiting);
        assert_eq!(begun.elapsed(), 43 * SECOND);
    }
}
