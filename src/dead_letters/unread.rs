//! Sets an update aside that no handler was given, and has the log tell of it.

use super::{DeadLetters, Letter, command};
use crate::{Result, telegram::Envelope};

impl DeadLetters {
    /// Keeps an update for that reason; `of` is what is known of it.
    ///
    /// # Errors
    ///
    /// See [`store`](Self::store): the log has it, too.
    pub(crate) async fn set_aside(
        &self,
        letter: Letter,
        of: Option<Envelope<'_>>,
        reason: &str,
    ) -> Result<u64> {
        let update_id = of.map(|envelope| envelope.update_id);
        let user_id = of.and_then(|envelope| envelope.user_id);
        let stored = self.store(letter).await;
        match &stored {
            Ok(letter) => tracing::error!(
                event = "dead_letter",
                update_id,
                user_id,
                letter,
                show = command(*letter),
                error = reason,
                "an update was set aside as a dead letter"
            ),
            Err(error) => tracing::error!(
                event = "dead_letter_failed",
                update_id,
                user_id,
                error = error.chain(),
                "a dead letter was not stored"
            ),
        }
        stored
    }
}
