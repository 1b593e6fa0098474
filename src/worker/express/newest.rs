//! Of what a user types only the last counts: one query of a user is under way at a time, and of those that
//! wait for it the newest is begun.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, watch};

/// What users type now.
#[derive(Debug, Default)]
pub(super) struct Newest(Mutex<HashMap<i64, Weak<Line>>>);

#[derive(Debug)]
struct Line {
    /// When the newest was stored.
    newest: watch::Sender<i128>,
    running: Arc<AsyncMutex<()>>,
}

/// The turn of a user's query, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    line: Arc<Line>,
    stored: i128,
    _running: OwnedMutexGuard<()>,
}

impl Newest {
    /// Waits for the turn of a query that was stored at that time; `None` if a newer one comes before.
    pub(super) async fn turn(&self, user: i64, stored: i128) -> Option<Turn> {
        let line = self.line(user);
        line.newest.send_if_modified(|newest| {
            let is_newer = stored > *newest;
            if is_newer {
                *newest = stored;
            }
            is_newer
        });
        tokio::select! {
            biased;
            () = line.goes_beyond(stored) => None,
            running = line.running.clone().lock_owned() => Some(Turn { line, stored, _running: running }),
        }
    }

    fn line(&self, user: i64) -> Arc<Line> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = lines.get(&user).and_then(Weak::upgrade) {
            return line;
        }
        lines.retain(|_, line| line.strong_count() > 0);
        let line = Arc::new(Line {
            newest: watch::Sender::new(i128::MIN),
            running: Arc::default(),
        });
        lines.insert(user, Arc::downgrade(&line));
        line
    }
}

impl Line {
    async fn goes_beyond(&self, stored: i128) {
        let mut newest = self.newest.subscribe();
        // The sender is ours.
        let _ = newest.wait_for(|newest| *newest > stored).await;
    }
}

impl Turn {
    /// Returns once a newer query of the user came.
    pub(super) async fn is_over(&self) {
        self.line.goes_beyond(self.stored).await;
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::poll;

    use super::*;

    #[tokio::test]
    async fn of_the_queries_behind_one_that_is_under_way_the_newest_is_begun() {
        let newest = Newest::default();
        let first = newest.turn(5, 1).await.expect("nothing is under way");
        let (mut second, mut third) = (pin!(newest.turn(5, 2)), pin!(newest.turn(5, 3)));
        assert!(poll!(&mut second).is_pending());
        assert!(poll!(&mut third).is_pending());
        assert!(second.await.is_none(), "it was replaced");
        assert!(newest.turn(6, 1).await.is_some(), "another user's");
        first.is_over().await;
        drop(first);
        assert!(third.await.is_some());
        assert_eq!(newest.0.lock().expect("not poisoned").len(), 2);
        drop(newest.turn(7, 1).await);
        assert_eq!(newest.0.lock().expect("not poisoned").len(), 1);
    }

    #[tokio::test]
    async fn one_that_comes_again_behind_a_newer_one_is_not_begun() {
        let newest = Newest::default();
        let _later = newest.turn(5, 2).await.expect("nothing is under way");
        assert!(newest.turn(5, 1).await.is_none());
    }
}
