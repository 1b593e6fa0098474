//! Finishes an update that was applied before, by whomever: what it left to do is done, and nothing
//! is done again.

use super::{outbox::Outbox, unit::UnitOfWork};
use crate::{
    Reply,
    dialogue::NotWritten,
    outcome::{Failure, Handled, Recorded},
};

impl UnitOfWork {
    /// Finishes the update if the inbox knows it.
    pub(super) async fn resume(&self) -> Result<Option<Handled>, Failure> {
        let found = self.stores.inbox.find(self.key).await;
        let Some(entry) = found.map_err(Failure::retry)? else {
            return Ok(None);
        };
        if entry.is_dead {
            return self.keep_again().await.map(Some);
        }
        tracing::info!(
            event = "duplicate",
            is_finished = entry.effects.is_none(),
            "the update came again: it is not handled a second time"
        );
        let Some(left) = entry.effects else {
            return Ok(Some(Handled::before()));
        };
        let reply = self.finish(Outbox::decode(&left)?).await?;
        Ok(Some(Handled {
            reply,
            record: Recorded::applied(Some(self.receipt())),
        }))
    }

    /// Finishes an update of which the commit or a dialogue told that it is applied.
    pub(super) async fn finish_duplicate(&self) -> Result<Handled, Failure> {
        if let Some(handled) = self.resume().await? {
            return Ok(handled);
        }
        tracing::info!(
            event = "duplicate",
            "the update came again: its dialogue has it applied"
        );
        let told = self.dialogues.as_ref().and_then(|it| it.duplicate());
        let Some((left, journaled)) = told.and_then(|told| told.left) else {
            return Ok(Handled::before());
        };
        let reply = self.finish(Outbox::decode(left.get().as_bytes())?).await?;
        Ok(Handled {
            reply,
            record: Recorded::applied(self.receipt_of(journaled)),
        })
    }

    /// Changes the dialogues and does what is to be done besides; gives the reply.
    async fn finish(&self, outbox: Outbox<'_>) -> Result<Reply, Failure> {
        if let Some(storage) = &self.stores.dialogues {
            for change in &*outbox.dialogues {
                let read = storage.load(&change.key).await.map_err(Failure::retry)?;
                // Where it has the update applied, it was changed before.
                let advanced = storage.advance(change, &self.cause, read, None).await;
                let _ = advanced.map_err(|error: NotWritten| Failure::retry(error.into_error()))?;
            }
        }
        self.bring_about(outbox.effects.into_owned()).await?;
        Ok(Reply::of(outbox.calls.into_owned()))
    }
}
