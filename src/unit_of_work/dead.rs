//! Keeps an update that was begun too often without a result away from handlers: it becomes a dead
//! letter, and whoever waits for an answer gets the apology.

use super::{InboxEntry, unit::UnitOfWork};
use crate::{
    Error,
    dead_letters::{BEGUN_TOO_OFTEN, Letter, command},
    outcome::{Failure, Handled, Recorded, Verdict},
    request::Poison,
    telegram::internal::Express,
};

impl UnitOfWork {
    pub(super) fn poison(&self) -> Option<Poison> {
        self.delivery.as_ref()?.poison.clone()
    }

    /// First the letter is stored, then the inbox records it, so that no owner that wakes up late
    /// applies the update any more.
    pub(super) async fn set_aside(&self, poison: Poison) -> Failure {
        let error = Error::message(poison.to_string());
        match self.keep(poison.error).await {
            Ok(letter) => {
                tracing::error!(
                    event = "dead_letter",
                    letter,
                    show = command(letter),
                    error = error.chain(),
                    error_kind = "poison",
                    "the update is set aside as a dead letter"
                );
                Failure {
                    error,
                    verdict: Some(Verdict::DeadLetter),
                    record: Recorded::applied(None),
                }
            }
            Err(problem) => Failure::retry(problem),
        }
    }

    /// A letter was written before. It may be of another copy, and be taken out meanwhile: this one
    /// is kept, too, and nothing is said.
    pub(super) async fn keep_again(&self) -> Result<Handled, Failure> {
        let kept = self.keep(self.poison().and_then(|poison| poison.error));
        kept.await.map_err(Failure::retry)?;
        Ok(Handled::before())
    }

    async fn keep(&self, error: Option<String>) -> Result<u64, Error> {
        let missing = || Error::message("there is no place for dead letters");
        let dead_letters = self.stores.dead_letters.as_ref().ok_or_else(missing)?;
        let delivery = self.delivery.as_ref();
        let number = dead_letters
            .store(Letter {
                update: self.asker.update.raw().clone(),
                reason: BEGUN_TOO_OFTEN.into(),
                deliveries: self.poison().map(|poison| u64::from(poison.attempts)),
                error,
                queued_as: delivery
                    .filter(|_| Express::of(self.asker.update.kind).is_none())
                    .map(|delivery| delivery.place.to_string()),
            })
            .await?;
        let entry = InboxEntry {
            effects: None,
            is_dead: true,
        };
        self.stores.inbox.close(self.key, entry).await?;
        Ok(number)
    }
}
