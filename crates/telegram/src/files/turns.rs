//! One upload at a time of the same file: who comes meanwhile finds its id.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use super::SentAs;

type Lock = AsyncMutex<()>;

/// Which files are uploaded now.
#[derive(Debug, Default)]
pub(crate) struct Turns(Mutex<HashMap<SentAs, Weak<Lock>>>);

/// The turn to upload a file, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    file: SentAs,
    _guard: OwnedMutexGuard<()>,
}

impl Turns {
    /// Waits for the turn to upload; says whether another one had it before.
    pub(super) async fn take(&self, file: SentAs) -> (Turn, bool) {
        let lock = self.lock_of(file);
        let (guard, has_waited) = match lock.clone().try_lock_owned() {
            Ok(guard) => (guard, false),
            Err(_) => (lock.lock_owned().await, true),
        };
        let turn = Turn {
            file,
            _guard: guard,
        };
        (turn, has_waited)
    }

    fn lock_of(&self, file: SentAs) -> Arc<Lock> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lock) = turns.get(&file).and_then(Weak::upgrade) {
            return lock;
        }
        // No more than are under way, and those are few.
        turns.retain(|_, lock| lock.strong_count() > 0);
        let lock = Arc::new(Lock::default());
        turns.insert(file, Arc::downgrade(&lock));
        lock
    }
}

impl Turn {
    pub(super) fn is_of(&self, file: SentAs) -> bool {
        self.file == file
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;
    use crate::files::FileHash;

    #[tokio::test]
    async fn who_comes_while_a_file_is_uploaded_waits_and_knows_it() {
        let turns = Turns::default();
        let file = |bytes: &[u8]| SentAs {
            hash: FileHash::of(bytes),
            kind: "photo",
        };
        let (first, has_waited) = turns.take(file(b"a")).await;
        assert!(!has_waited && first.is_of(file(b"a")));
        assert!(!turns.take(file(b"b")).await.1, "another file");
        let mut second = pin!(turns.take(file(b"a")));
        assert!(futures_util::poll!(&mut second).is_pending());
        drop(first);
        let (second, has_waited) = second.await;
        assert!(has_waited);
        drop(second);
        assert!(!turns.take(file(b"a")).await.1, "nobody has it");
    }
}
