//! The dialogues of one update: read when first asked for, changed in memory, written by the FSM
//! layer after the commit.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::future::BoxFuture;
use tokio::sync::OnceCell;

use super::{
    DEFAULT_DESTINY, NatsStorage, Place,
    storage::{Entry, Record},
};
use crate::{Result, request::StateSource};

/// The dialogues of the place an update belongs to, by destiny. A clone shares them.
#[derive(Clone)]
pub struct FsmContext(Arc<Inner>);

struct Inner {
    storage: NatsStorage,
    place: Place,
    slots: Mutex<Vec<Arc<Slot>>>,
}

/// One dialogue: what was read, and what is to be written.
pub(super) struct Slot {
    storage: NatsStorage,
    destiny: String,
    key: String,
    read: OnceCell<Entry>,
    change: Mutex<Option<Change>>,
}

/// What is to be written: a dialogue, or `None` to end it.
pub(super) type Change = Option<Record>;

impl FsmContext {
    /// The dialogues of `place`; nothing is read yet.
    #[must_use]
    pub fn new(storage: NatsStorage, place: Place) -> Self {
        Self(Arc::new(Inner {
            storage,
            place,
            slots: Mutex::default(),
        }))
    }

    /// The dialogue of that destiny.
    pub(super) fn slot(&self, destiny: &str) -> Result<Arc<Slot>> {
        let mut slots = lock(&self.0.slots);
        if let Some(slot) = slots.iter().find(|slot| slot.destiny == destiny) {
            return Ok(slot.clone());
        }
        let slot = Arc::new(Slot {
            key: self.0.storage.keys().build(&self.0.place, destiny)?,
            storage: self.0.storage.clone(),
            destiny: destiny.to_owned(),
            read: OnceCell::new(),
            change: Mutex::default(),
        });
        slots.push(slot.clone());
        Ok(slot)
    }

    /// Writes what was changed, each dialogue by compare-and-swap.
    ///
    /// # Errors
    ///
    /// See [`NatsStorage::store`]; dialogues after the first failure stay as they were.
    pub async fn apply(&self) -> Result<()> {
        let slots = lock(&self.0.slots).clone();
        for slot in slots {
            slot.apply().await?;
        }
        Ok(())
    }
}

impl Slot {
    async fn read(&self) -> Result<&Entry> {
        self.read
            .get_or_try_init(|| self.storage.load(&self.key))
            .await
    }

    /// The dialogue as the handler left it so far.
    pub(super) async fn record(&self) -> Result<Option<Record>> {
        if let Some(change) = &*lock(&self.change) {
            return Ok(change.clone());
        }
        Ok(self.read().await?.record.clone())
    }

    pub(super) fn change(&self, change: Change) {
        *lock(&self.change) = Some(change);
    }

    async fn apply(&self) -> Result<()> {
        let Some(change) = lock(&self.change).take() else {
            return Ok(());
        };
        let read = self.read().await?;
        if change.is_none() && read.record.is_none() {
            return Ok(());
        }
        self.storage
            .store(&self.key, change.as_ref(), read.revision)
            .await
    }
}

impl StateSource for FsmContext {
    fn state(&self) -> BoxFuture<'_, Result<Option<Arc<str>>>> {
        Box::pin(async {
            let record = self.slot(DEFAULT_DESTINY)?.record().await?;
            Ok(record.map(|record| record.state.into()))
        })
    }
}

impl fmt::Debug for FsmContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FsmContext")
            .field("place", &self.0.place)
            .finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
