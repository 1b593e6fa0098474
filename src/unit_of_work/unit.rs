//! One update from its session to its receipt: looked up, handled, committed, its dialogues written.

use std::{sync::Arc, time::Duration};

use tokio::time::timeout;

use super::{DbSession, Inbox, InboxEntry, outbox::Outbox, transaction::NotCommitted};
use ostankino_core::internal::{answer, verdict};

use crate::{
    Error, Reply, Request, Result,
    db::{Database, classified},
    dead_letters::DeadLetters,
    dialogue::{Cause, Change, DialogueContext, Journaled, NatsStorage, NotWritten},
    events::Events,
    files::Files,
    jobs::JobStore,
    outcome::{Failure, Handled, Receipt, Recorded, Verdict},
    request::{Asker, CurrentState, Delivery, HandlerClock, UpdateKey},
    telegram::internal::Express,
    timers::{Table, Timing},
};

/// How long it may be uncertain whose an update is before the one who waits hears of it.
const UNCERTAIN: Duration = Duration::from_secs(2);

/// Where the parts of a unit are kept.
#[derive(Clone, Debug)]
pub(super) struct Stores {
    pub(super) database: Database,
    pub(super) inbox: Inbox,
    pub(super) dialogues: Option<NatsStorage>,
    pub(super) dead_letters: Option<DeadLetters>,
    pub(super) files: Option<Files>,
    pub(super) events: Option<Events>,
    pub(super) timers: Option<Timed>,
    pub(super) jobs: Option<JobStore>,
}

/// What there is to know of timers.
#[derive(Clone, Debug)]
pub(super) struct Timed {
    pub(super) timing: Timing,
    pub(super) table: Table,
}

/// An update on its way through the layer.
pub(super) struct UnitOfWork {
    pub(super) stores: Arc<Stores>,
    pub(super) asker: Asker,
    pub(super) key: UpdateKey,
    pub(super) delivery: Option<Delivery>,
    pub(super) cause: Cause,
    session: Session,
    pub(super) dialogues: Option<DialogueContext>,
}

impl UnitOfWork {
    /// Begins a unit: adds the session and the dialogues to the request.
    pub(super) fn of(request: &mut Request, stores: Arc<Stores>) -> Self {
        let key = UpdateKey::of(request);
        let delivery = request.extensions.get::<Delivery>().cloned();
        // The place of an express update is in another queue than those that dialogues hold.
        let of_queue = |_: &&Delivery| Express::of(request.update.kind).is_none();
        let cause = Cause::new(key.update_id, delivery.as_ref().filter(of_queue));
        let clock = HandlerClock::new();
        let timing = stores.timers.as_ref().map(|timers| timers.timing.clone());
        let session = DbSession::timed(stores.database.clone(), key, clock.clone(), timing);
        request.extensions.insert(clock);
        request.extensions.insert(session.clone());
        let dialogues = stores.dialogues.clone().map(|storage| {
            let context = DialogueContext::of(storage, &request.update, key.bot_id, cause);
            let state = CurrentState(Arc::new(context.clone()));
            request.extensions.insert(state);
            request.extensions.insert(context.clone());
            context
        });
        Self {
            asker: Asker::of(request),
            stores,
            key,
            delivery,
            cause,
            session: Session(session),
            dialogues,
        }
    }

    /// Brings the update to a result.
    pub(super) async fn run(
        self,
        handled: impl Future<Output = Result<Reply>>,
    ) -> Result<Handled, Failure> {
        if self.may_be_applied()
            && let Some(handled) = Box::pin(self.resume()).await?
        {
            return Ok(handled);
        }
        if let Some(poison) = self.poison() {
            return Err(Box::pin(self.set_aside(poison)).await);
        }
        if let Some(event) = self.asker.update.event()
            && let Some(timer) = event.timer
            && Box::pin(self.is_cancelled(timer))
                .await
                .map_err(Failure::retry)?
        {
            return Ok(Handled::default());
        }
        match handled.await {
            Ok(reply) => self.apply(reply).await,
            Err(error) => Box::pin(self.roll_back(classified(error))).await,
        }
    }

    /// Whether a timer was cancelled after its event had been published.
    async fn is_cancelled(&self, timer: i64) -> Result<bool> {
        let Some(timers) = &self.stores.timers else {
            return Ok(false);
        };
        let is_cancelled = timers.table.is_cancelled(timer).await?;
        if is_cancelled {
            tracing::info!(
                event = "timer_cancelled",
                timer,
                "the timer was cancelled meanwhile"
            );
        }
        Ok(is_cancelled)
    }

    /// Whether somebody else may have applied the update, or be about to.
    fn may_be_applied(&self) -> bool {
        self.delivery.as_ref().is_some_and(Delivery::may_be_applied)
    }

    /// The handler succeeded: commits its session, then writes its dialogues.
    async fn apply(&self, mut reply: Reply) -> Result<Handled, Failure> {
        let changes = match self.changes().await {
            Ok(changes) => changes,
            Err(error) => return Box::pin(self.roll_back(error)).await,
        };
        if reply.files_mut().next().is_some() {
            // On the heap: most replies have none.
            let kept = Box::pin(self.keep_files(&mut reply, !changes.is_empty())).await;
            if let Err(error) = kept {
                return Box::pin(self.roll_back(error)).await;
            }
        }
        let is_owed = reply.is_owed(&self.asker.update);
        let is_done = changes.is_empty() && !is_owed;
        let left = || (!is_done).then(|| Outbox::new(&changes, &reply).encode());
        let has_effects = !reply.effects().is_empty();
        let is_binding = reply.is_binding();
        let is_stored = match self.session.0.commit_with(|| left().transpose()).await {
            // Where a copy may be at work, the inbox decides between the two. What it has done besides is
            // known by the update: another run must not make something else of it.
            Ok(false) if is_binding || (!is_done && self.may_be_applied()) => {
                Box::pin(self.record(left().transpose())).await
            }
            stored => stored,
        };
        // On the heap is what most updates do not need: each would carry it along.
        match is_stored {
            Ok(false) if changes.is_empty() => Ok(reply.into()),
            Ok(false) => Box::pin(self.write(changes, reply)).await,
            Ok(true) => {
                if !changes.is_empty() {
                    Box::pin(self.write_all(&changes)).await?;
                }
                if has_effects {
                    Box::pin(self.bring_about(reply.take_effects())).await?;
                }
                let receipt = is_owed.then(|| self.receipt());
                Ok(Handled {
                    reply,
                    record: Recorded::applied(receipt),
                })
            }
            Err(NotCommitted::Duplicate) => Box::pin(self.finish_duplicate()).await,
            Err(NotCommitted::Unknown(error)) => Err(Failure::retry(error)),
            Err(NotCommitted::Failed(error)) => Box::pin(self.fail(error, true)).await,
        }
    }

    /// What the handler changed of its dialogues.
    async fn changes(&self) -> Result<Vec<Change>> {
        let Some(dialogues) = &self.dialogues else {
            return Ok(Vec::new());
        };
        if dialogues.is_duplicate() {
            return Err(Error::Aborted);
        }
        if self.may_be_applied() {
            Box::pin(dialogues.look()).await?;
        }
        dialogues.changes()
    }

    /// Reads the files that the reply sends. If it is stored, they are, too, before the commit: whoever sends
    /// it must find them.
    async fn keep_files(&self, reply: &mut Reply, has_changes: bool) -> Result<()> {
        let is_stored = has_changes
            || self.session.0.has_begun()
            || self.may_be_applied()
            || reply.is_binding();
        let Some(files) = &self.stores.files else {
            return Ok(());
        };
        for upload in reply.files_mut() {
            let read = files.read(upload).await;
            read.map_err(|error| Error::context("the reply cannot be sent", error))?;
            if is_stored {
                files.keep(upload).await?;
            }
        }
        Ok(())
    }

    /// Records in the inbox what a handler without a session left to do.
    async fn record(&self, left: Result<Option<Vec<u8>>>) -> Result<bool, NotCommitted> {
        let entry = InboxEntry {
            effects: left.map_err(NotCommitted::Failed)?,
            is_dead: false,
        };
        match self.stores.inbox.close(self.key, entry).await {
            Ok(true) => Ok(true),
            Ok(false) => Err(NotCommitted::Duplicate),
            Err(unknown) => Err(NotCommitted::Unknown(unknown)),
        }
    }

    /// Writes the dialogues of an update that changed no row: the first one tells all that is left.
    async fn write(&self, changes: Vec<Change>, reply: Reply) -> Result<Handled, Failure> {
        // On the heap: it is rare.
        if !self.is_owned() && !Box::pin(self.is_owned_soon()).await {
            let problem = "it is not certain that no other process has the update";
            return self.fail(Error::unavailable("NATS", problem), false).await;
        }
        let mut changes = changes.into_iter();
        while let Some(change) = changes.next() {
            let others = changes.as_slice();
            let is_done = others.is_empty() && !reply.is_owed(&self.asker.update);
            let left = (!is_done).then(|| Outbox::new(others, &reply).to_raw());
            let left = left.transpose()?;
            let journaled = match self.dialogues()?.write(&change, true, left).await {
                Ok(Some(journaled)) => journaled,
                Ok(None) => continue,
                Err(NotWritten::Duplicate) => return self.finish_duplicate().await,
                Err(NotWritten::Unknown(error)) => return Err(Failure::retry(error)),
                Err(NotWritten::Failed(error)) => return self.fail(error, false).await,
            };
            self.write_all(changes.as_slice()).await?;
            let receipt = (!is_done).then(|| self.receipt_of(journaled)).flatten();
            return Ok(Handled {
                reply,
                record: Recorded::applied(receipt),
            });
        }
        Ok(reply.into())
    }

    /// Writes dialogues of an update that is known as applied: they must follow.
    async fn write_all(&self, changes: &[Change]) -> Result<(), Failure> {
        for change in changes {
            match self.dialogues()?.write(change, false, None).await {
                // Where somebody else was faster, it is done.
                Ok(_) | Err(NotWritten::Duplicate) => {}
                Err(error) => return Err(Failure::retry(error.into_error())),
            }
        }
        Ok(())
    }

    /// Whether it is certain that no other process has the update: else nothing is done with it that
    /// the inbox does not know of.
    fn is_owned(&self) -> bool {
        let delivery = self.delivery.as_ref();
        delivery.is_none_or(|delivery| delivery.ownership.holds())
    }

    /// A process that stood still for a moment is certain again soon: no reason to apologise.
    async fn is_owned_soon(&self) -> bool {
        match &self.delivery {
            Some(delivery) => timeout(UNCERTAIN, delivery.ownership.until_held())
                .await
                .is_ok(),
            None => true,
        }
    }

    fn dialogues(&self) -> Result<&DialogueContext, Failure> {
        let missing = || Error::message("dialogues changed that are kept nowhere");
        Ok(self.dialogues.as_ref().ok_or_else(missing)?)
    }

    /// The handler failed: undoes what it did.
    async fn roll_back(&self, error: Error) -> Result<Handled, Failure> {
        let had_begun = self.undo().await;
        let is_duplicate = |dialogues: &DialogueContext| dialogues.is_duplicate();
        if self.dialogues.as_ref().is_some_and(is_duplicate) {
            return self.finish_duplicate().await;
        }
        self.fail(error, had_begun).await
    }

    /// Rolls the session back; says whether there was anything to undo, or may have been.
    pub(super) async fn undo(&self) -> bool {
        match self.session.0.rollback().await {
            Ok(had_begun) => had_begun,
            Err(error) => {
                tracing::warn!(
                    event = "rollback_failed",
                    error = error.chain(),
                    "the rollback failed"
                );
                true
            }
        }
    }

    /// The update failed. What is over is recorded with its answer before that is said, so that no
    /// copy is applied after all, out of its turn; if one was, that is what counts.
    async fn fail(&self, error: Error, had_begun: bool) -> Result<Handled, Failure> {
        let verdict = verdict(&self.asker, &error, self.delivery.as_ref());
        let mut failure = Failure::from(error);
        if verdict != Verdict::Answer {
            return Err(failure);
        }
        let may_be_applied = self.may_be_applied();
        let needs_no_row = match &failure.error {
            // What a handler refuses it refuses anyone.
            Error::User(_) => !had_begun,
            // Without a database nobody applies it.
            Error::Unavailable { service, .. } => *service == "PostgreSQL",
            _ => false,
        };
        let may_go_without = !may_be_applied && self.is_owned();
        if needs_no_row && may_go_without {
            return Err(failure);
        }
        let mut said = answer(&self.asker, &failure.error);
        if said.files_mut().next().is_some()
            && let Err(problem) = Box::pin(self.keep_files(&mut said, true)).await
        {
            let error = problem.chain();
            tracing::warn!(
                event = "apology_changed",
                error,
                "an apology goes without its files"
            );
            said = answer(&self.asker.in_plain_words(), &failure.error);
        }
        // Nothing came of the update.
        drop(said.take_effects());
        let is_owed = said.is_owed(&self.asker.update);
        let outbox = || Outbox::new(&[], &said).encode();
        let entry = InboxEntry {
            effects: is_owed.then(outbox).transpose()?,
            is_dead: false,
        };
        match self.stores.inbox.close(self.key, entry).await {
            Ok(true) => {
                failure.record = Recorded::applied(is_owed.then(|| self.receipt()));
                Err(failure)
            }
            Ok(false) => self.finish_duplicate().await,
            Err(away) if away.is_unavailable() && may_go_without => Err(failure),
            Err(unknown) => Err(Failure::retry(unknown)),
        }
    }

    /// Strikes the reply out of the inbox.
    pub(super) fn receipt(&self) -> Receipt {
        let (inbox, key) = (self.stores.inbox.clone(), self.key);
        Receipt::new(move || async move { inbox.finish(key).await })
    }

    /// Strikes the reply out of a dialogue.
    pub(super) fn receipt_of(&self, journaled: Journaled) -> Option<Receipt> {
        let storage = self.stores.dialogues.clone()?;
        let confirm = move || async move { storage.finish(journaled).await };
        Some(Receipt::new(confirm))
    }
}

/// Ends the session when the unit is dropped half-way, even if a task took a clone of it along.
struct Session(DbSession);

impl Drop for Session {
    fn drop(&mut self) {
        self.0.abandon();
    }
}
