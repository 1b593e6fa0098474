//! Ends the process when a handler keeps its thread far beyond every time-out: a time-out drops only
//! what gives way. Whoever owns its partition next counts the update, which becomes a dead letter if it
//! does that every time.

use std::{
    fmt,
    future::poll_fn,
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use crate::telemetry;

/// More threads than any runtime has; those beyond share places, which hides a fault at the worst.
const THREADS: usize = 256;

/// How often it looks.
const LOOK: Duration = Duration::from_millis(500);

/// Those that watch now, by their limits: all workers of a process have the same threads.
static WATCHING: Mutex<Vec<(Duration, Weak<Watched>)>> = Mutex::new(Vec::new());

/// Since when each thread has been in the same step of an update. A clone shares it.
#[derive(Clone)]
pub(super) struct Watchdog(Arc<Watched>);

struct Watched {
    begun: Instant,
    /// In milliseconds after `begun`, and 1; 0 where nothing is under way.
    since: [AtomicU64; THREADS],
}

thread_local! {
    static PLACE: usize = {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        NEXT.fetch_add(1, Ordering::Relaxed) % THREADS
    };
}

impl Watchdog {
    /// Begins to watch, unless somebody watches already: no step may take longer than `limit`.
    pub(super) fn start(limit: Duration) -> Self {
        let mut watching = WATCHING.lock().unwrap_or_else(PoisonError::into_inner);
        watching.retain(|(_, watched)| watched.strong_count() > 0);
        let known = watching.iter().find(|(known, _)| *known == limit);
        if let Some(watched) = known.and_then(|(_, watched)| watched.upgrade()) {
            return Self(watched);
        }
        let watchdog = Self::new();
        watching.push((limit, Arc::downgrade(&watchdog.0)));
        let watched = Arc::downgrade(&watchdog.0);
        let watch = move || {
            while let Some(watched) = watched.upgrade() {
                if let Some(taken) = watched.longest()
                    && taken > limit
                {
                    tracing::error!(
                        event = "handler_blocks",
                        taken_ms = taken.as_millis(),
                        "a handler keeps its thread and cannot be cut short: the process ends at once"
                    );
                    telemetry::close();
                    std::process::abort();
                }
                drop(watched);
                std::thread::sleep(LOOK);
            }
        };
        let thread = std::thread::Builder::new().name("watchdog".into());
        if let Err(error) = thread.spawn(watch) {
            tracing::warn!(event = "watchdog_missing", %error, "nobody watches for handlers that keep their thread");
        }
        watchdog
    }

    fn new() -> Self {
        Self(Arc::new(Watched {
            begun: Instant::now(),
            since: [const { AtomicU64::new(0) }; THREADS],
        }))
    }

    /// Runs a future, and knows of each of its steps. It must not panic.
    pub(super) async fn watch<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        poll_fn(|cx| {
            let place = &self.0.since[PLACE.with(|place| *place)];
            place.store(self.0.now(), Ordering::Relaxed);
            let polled = future.as_mut().poll(cx);
            place.store(0, Ordering::Relaxed);
            polled
        })
        .await
    }
}

impl Watched {
    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX - 1) + 1
    }

    /// How long the longest step has taken so far.
    fn longest(&self) -> Option<Duration> {
        let since = self.since.iter().map(|place| place.load(Ordering::Relaxed));
        let oldest = since.filter(|since| *since > 0).min()?;
        Some(Duration::from_millis(self.now().saturating_sub(oldest)))
    }
}

impl fmt::Debug for Watchdog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watchdog")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_knows_of_a_step_while_it_lasts() {
        let watchdog = Watchdog::new();
        assert_eq!(watchdog.0.longest(), None);
        let during = watchdog.watch(async { watchdog.0.longest() }).await;
        assert!(during.is_some());
        assert_eq!(watchdog.0.longest(), None);
    }
}
