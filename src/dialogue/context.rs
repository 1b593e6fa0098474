//! The dialogues of one update: read when first asked for, changed in memory, written by the session
//! layer after the commit.

#[cfg(feature = "test")]
use std::collections::HashMap;
use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::future::BoxFuture;
use serde_json::value::RawValue;
use tokio::sync::OnceCell;

use super::{
    Cause, DEFAULT_DESTINY, NatsStorage, Scope,
    record::{Change, Entry, Record},
    source::Source,
    storage::{Advance, Journaled, NotWritten, left},
};
use crate::{
    Error, Result,
    request::StateSource,
    telegram::{ChatKind, Update, UpdateKind, internal::Express},
};

/// The maximum size of a dialogue, state and data together, in bytes of JSON.
const MAX_DIALOGUE: usize = 64 * 1024;

/// The dialogues of the scope an update belongs to, by destiny. A clone shares them.
#[derive(Clone)]
pub struct DialogueContext(Arc<Inner>);

struct Inner {
    source: Source,
    scope: Scope,
    /// The newest message known of the chat, if that is a supergroup, which may have moved.
    supergroup: Option<Option<i64>>,
    /// The scope, once the chat's id is resolved.
    home: OnceCell<Scope>,
    cause: Cause,
    /// The kind of the update, if such updates come past the user's others: they change no dialogue.
    express: Option<UpdateKind>,
    slots: Mutex<Vec<Arc<Slot>>>,
    /// What a dialogue told of the update, if it was applied before.
    duplicate: Arc<Mutex<Option<Duplicate>>>,
}

/// A dialogue told that the update was applied before, and what that left to do.
#[derive(Debug, Default)]
pub(crate) struct Duplicate {
    /// The outbox as it was stored, and how to record that it is done; `None` if nothing is left.
    pub(crate) left: Option<(Box<RawValue>, Journaled)>,
}

/// One dialogue: what was read, and what is to be written.
pub(super) struct Slot {
    source: Source,
    cause: Cause,
    destiny: String,
    key: String,
    read: OnceCell<Entry>,
    change: Mutex<Option<Option<Record>>>,
    duplicate: Arc<Mutex<Option<Duplicate>>>,
}

impl DialogueContext {
    /// The dialogues of `scope`, for the update `cause`; nothing is read yet.
    #[must_use]
    pub fn new(storage: NatsStorage, scope: Scope, cause: Cause) -> Self {
        Self::with(Source::Bucket(storage), scope, None, cause, None)
    }

    /// The dialogues of the scope of an update to that bot. Those of a supergroup are kept where
    /// they began, if it was a group then.
    pub(crate) fn of(storage: NatsStorage, update: &Update, bot: i64, cause: Cause) -> Self {
        let chat = update.chat();
        let supergroup = chat.filter(|chat| chat.kind == ChatKind::Supergroup);
        let supergroup = supergroup.map(|_| update.message_id());
        let (source, express) = (Source::Bucket(storage), express(update));
        Self::with(source, Scope::of(update, bot), supergroup, cause, express)
    }

    /// The dialogues of the scope of an update to that bot, for unit tests of handlers: what was `held`, by key.
    /// What becomes of it is in [`changes`](Self::changes); nothing is written.
    #[cfg(feature = "test")]
    #[must_use]
    pub fn unconnected(held: Arc<HashMap<String, Record>>, update: &Update, bot: i64) -> Self {
        let cause = Cause::new(update.id, None);
        let (source, scope) = (Source::Held(held), Scope::of(update, bot));
        Self::with(source, scope, None, cause, express(update))
    }

    fn with(
        source: Source,
        scope: Scope,
        supergroup: Option<Option<i64>>,
        cause: Cause,
        express: Option<UpdateKind>,
    ) -> Self {
        Self(Arc::new(Inner {
            source,
            scope,
            supergroup,
            home: OnceCell::new(),
            cause,
            express,
            slots: Mutex::default(),
            duplicate: Arc::default(),
        }))
    }

    /// The dialogue of that destiny.
    pub(super) async fn slot(&self, destiny: &str) -> Result<Arc<Slot>> {
        self.0.home.get_or_try_init(|| self.resolve()).await?;
        self.further_slot(destiny)
    }

    /// The scope with the id under which the chat's dialogues are kept.
    async fn resolve(&self) -> Result<Scope> {
        let scope = self.0.scope.clone();
        let (Some(message_id), Some(chat)) = (self.0.supergroup, scope.chat) else {
            return Ok(scope);
        };
        let home = self.0.source.home_of(scope.bot, chat, message_id).await?;
        Ok(Scope {
            chat: Some(home),
            ..scope
        })
    }

    /// Another dialogue, once one was asked for.
    pub(super) fn further_slot(&self, destiny: &str) -> Result<Arc<Slot>> {
        let scope = self.0.home.get().unwrap_or(&self.0.scope);
        let mut slots = lock(&self.0.slots);
        if let Some(slot) = slots.iter().find(|slot| slot.destiny == destiny) {
            return Ok(slot.clone());
        }
        let slot = Arc::new(Slot {
            key: self.0.source.keys().build(scope, destiny)?,
            source: self.0.source.clone(),
            cause: self.0.cause,
            destiny: destiny.to_owned(),
            read: OnceCell::new(),
            change: Mutex::default(),
            duplicate: self.0.duplicate.clone(),
        });
        slots.push(slot.clone());
        Ok(slot)
    }

    /// What was changed so far, by key. Nothing is read or written for it.
    ///
    /// # Errors
    ///
    /// A dialogue became larger than 64 KiB; or the update is one of those that change none.
    pub fn changes(&self) -> Result<Vec<Change>> {
        let slots = lock(&self.0.slots).clone();
        let changed = slots.iter().filter_map(|slot| slot.change_to_write());
        let mut changes: Vec<Change> = changed.collect::<Result<_>>()?;
        if let (Some(kind), false) = (self.0.express, changes.is_empty()) {
            return Err(unchanged_by(kind));
        }
        changes.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        Ok(changes)
    }

    /// Reads what was changed unread: whether the update was applied before is known after it.
    ///
    /// # Errors
    ///
    /// [`Error::Aborted`] if it was; [`Error::Unavailable`].
    pub(crate) async fn look(&self) -> Result<()> {
        let slots = lock(&self.0.slots).clone();
        for slot in slots {
            if lock(&slot.change).is_some() {
                slot.read().await?;
            }
        }
        Ok(())
    }

    /// Writes a change, with what is left to do after it; `None` if it changes nothing. The first
    /// effect of an update is written only on top of what its handler read.
    ///
    /// # Errors
    ///
    /// [`NotWritten`].
    pub(crate) async fn write(
        &self,
        change: &Change,
        is_first: bool,
        journal: Option<Box<RawValue>>,
    ) -> Result<Option<Journaled>, NotWritten> {
        let slots = lock(&self.0.slots).clone();
        let slot = slots.iter().find(|slot| slot.key == change.key);
        let unknown = || Error::message("a dialogue that nobody asked for");
        let slot = slot.ok_or_else(|| NotWritten::Failed(unknown()))?;
        let read = match slot.read().await {
            Ok(read) => read.clone(),
            Err(Error::Aborted) => return Err(NotWritten::Duplicate),
            Err(error) => return Err(NotWritten::Failed(error)),
        };
        if change.record.is_none() && read.record.is_none() {
            return Ok(None);
        }
        let (source, cause) = (&self.0.source, &self.0.cause);
        let changed = source.change(change, cause, read, is_first, journal);
        match changed.await? {
            Advance::Done(journaled) => Ok(Some(journaled)),
            Advance::AlreadyApplied(entry) => {
                slot.is_duplicate(&entry);
                Err(NotWritten::Duplicate)
            }
        }
    }

    /// Whether a dialogue told that the update was applied before.
    pub(crate) fn is_duplicate(&self) -> bool {
        lock(&self.0.duplicate).is_some()
    }

    /// What the update left to do when it was applied before, if a dialogue told so.
    pub(crate) fn duplicate(&self) -> Option<Duplicate> {
        lock(&self.0.duplicate).take()
    }
}

impl Slot {
    async fn read(&self) -> Result<&Entry> {
        let read = || async {
            let entry = self.source.load(&self.key).await?;
            if entry.has_applied(&self.cause) {
                self.is_duplicate(&entry);
                return Err(Error::Aborted);
            }
            Ok(entry)
        };
        self.read.get_or_try_init(read).await
    }

    /// The dialogue as the handler left it so far.
    pub(super) async fn record(&self) -> Result<Option<Record>> {
        // Read in any case: it tells an update that was applied before.
        let read = self.read().await?;
        if let Some(change) = &*lock(&self.change) {
            return Ok(change.clone());
        }
        Ok(read.record.clone())
    }

    pub(super) fn change(&self, record: Option<Record>) {
        *lock(&self.change) = Some(record);
    }

    fn change_to_write(&self) -> Option<Result<Change>> {
        let record = lock(&self.change).clone()?;
        let length = record
            .as_ref()
            .map_or(0, |record| record.state.len() + record.data.get().len());
        if length > MAX_DIALOGUE {
            let problem = format!("a dialogue takes {length} bytes, the most is {MAX_DIALOGUE}");
            return Some(Err(Error::message(problem)));
        }
        let key = self.key.clone();
        Some(Ok(Change { key, record }))
    }

    /// Keeps what the dialogue tells of an update that was applied before.
    fn is_duplicate(&self, entry: &Entry) {
        let left = left(&self.key, entry, &self.cause);
        let mut known = lock(&self.duplicate);
        if known.as_ref().is_none_or(|known| known.left.is_none()) {
            *known = Some(Duplicate { left });
        }
    }
}

impl StateSource for DialogueContext {
    fn state(&self) -> BoxFuture<'_, Result<Option<Arc<str>>>> {
        Box::pin(async {
            let record = self.slot(DEFAULT_DESTINY).await?.record().await?;
            Ok(record.map(|record| record.state.into()))
        })
    }
}

impl fmt::Debug for DialogueContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DialogueContext")
            .field("scope", &self.0.scope)
            .finish_non_exhaustive()
    }
}

/// The kind of an update that comes past the others of its user.
fn express(update: &Update) -> Option<UpdateKind> {
    Express::of(update.kind).map(|_| update.kind)
}

/// A dialogue moves forward by the places of updates in the user's queue, and these have none in it.
fn unchanged_by(kind: UpdateKind) -> Error {
    let later = match Express::of(kind) {
        Some(Express::Inline) => "chosen_inline_result",
        _ => "successful_payment",
    };
    let kind = kind.as_str();
    Error::message(format!(
        "a {kind} changes no dialogue, since it is handled past the messages of its user: keep what it tells \
         in the database, or change the dialogue when {later} comes, or by an event of the reply"
    ))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
