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
    /// How long it may run, while somebody looks.
    limit: Option<Duration>,
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

/// A clock that may run for a while only; while this is there, that is so.
#[derive(Debug)]
#[must_use]
pub struct Limited(HandlerClock);

impl HandlerClock {
    /// It runs.
    #[must_use]
    pub fn new() -> Self {
        let state = State {
            elapsed: Duration::ZERO,
            since: Instant::now(),
            stopped: 0,
            limit: None,
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

    /// Sets how long it may run. Who is the first gets what waits for the end; for others somebody waits
    /// already, who heeds the limit that was set last.
    pub fn limit(self, limit: Duration) -> Option<Limited> {
        let before = self.lock().limit.replace(limit);
        self.0.changed.notify_waiters();
        before.is_none().then(|| Limited(self))
    }

    /// When its limit is reached, and the limit; `None` while it stands still.
    fn end(&self) -> Option<(Instant, Duration)> {
        let state = self.lock();
        let limit = state.limit.filter(|_| state.stopped == 0)?;
        Some((state.since + limit.saturating_sub(state.elapsed), limit))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Limited {
    /// Returns once the clock has run as long as it may: the limit.
    pub async fn run_out(self) -> Duration {
        let clock = &self.0;
        loop {
            let changed = clock.0.changed.notified();
            match clock.end() {
                None => changed.await,
                Some((end, limit)) if end <= Instant::now() => return limit,
                Some((end, _)) => tokio::select! {
                    () = sleep_until(end) => {}
                    () = changed => {}
                },
            }
        }
    }
}

impl Drop for Limited {
    fn drop(&mut self) {
        self.0.lock().limit = None;
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
        let limited = clock.clone().limit(3 * SECOND).expect("it is the first");
        let (limit, ()) = tokio::join!(limited.run_out(), waiting);
        assert_eq!(limit, 3 * SECOND);
        assert_eq!(begun.elapsed(), 43 * SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn the_limit_that_was_set_last_counts() {
        let clock = HandlerClock::new();
        let begun = Instant::now();
        let limited = clock.clone().limit(SECOND).expect("it is the first");
        let later = async {
            tokio::task::yield_now().await;
            assert!(clock.clone().limit(5 * SECOND).is_none());
        };
        let (limit, ()) = tokio::join!(limited.run_out(), later);
        assert_eq!((limit, begun.elapsed()), (5 * SECOND, 5 * SECOND));
        assert!(clock.limit(SECOND).is_some(), "nobody looks any more");
    }
}
