//! Updates that may have ended the process that had them: each is counted right before it begins, so
//! that one that ends every process becomes a dead letter.

use crate::{Result, dialogue::NatsStorage, request::Place};

/// From which time on an update is begun alone in its process, so that innocents stop being counted.
const ALONE: u32 = 2;

/// How often an update that was begun too often is set aside in good order: with its row in the
/// inbox, and the apology. If that ends the process, too, it is set aside unread.
const LAST_ATTEMPTS: u32 = 2;

/// The counts, beside the dialogues.
#[derive(Clone, Debug)]
pub(super) struct Suspects {
    storage: NatsStorage,
    bot: i64,
    max_deliveries: u32,
}

/// What is to be done with an update that may have ended a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Suspicion {
    /// It is handled as any other.
    None,
    /// It is handled while nothing else is.
    Alone,
    /// It is set aside, read by nobody but the layers. It was begun so often.
    Poison(u32),
    /// That ended the process, too: its bytes are not looked at any more.
    Deadly(u32),
}

impl Suspects {
    pub(super) fn new(storage: NatsStorage, bot: i64, max_deliveries: u32) -> Self {
        Self {
            storage,
            bot,
            max_deliveries,
        }
    }

    /// How often the update at that place was begun by an heir so far.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable): do not begin it.
    pub(super) async fn times(&self, place: Place) -> Result<u32> {
        let known = self.storage.value(&self.key(place)).await?;
        let text = known.as_deref().map(String::from_utf8_lossy);
        Ok(text.and_then(|text| text.parse().ok()).unwrap_or(0))
    }

    /// What is to be done with an update that begins for the `times`th time.
    pub(super) fn suspicion(&self, times: u32) -> Suspicion {
        suspicion(times, self.max_deliveries)
    }

    /// Records that the update at that place begins for the `times`th time.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable): do not begin it.
    pub(super) async fn begins(&self, place: Place, times: u32) -> Result<()> {
        let times = times.to_string().into();
        self.storage.put(&self.key(place), times).await
    }

    fn key(&self, place: Place) -> String {
        format!("{}.suspect.{place}", self.bot)
    }
}

/// An owner ended before these: so often it was begun since.
fn suspicion(begun: u32, max_deliveries: u32) -> Suspicion {
    match begun {
        begun if begun >= max_deliveries + LAST_ATTEMPTS => Suspicion::Deadly(begun),
        begun if begun >= max_deliveries => Suspicion::Poison(begun),
        begun if begun >= ALONE => Suspicion::Alone,
        _ => Suspicion::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_that_ends_every_process_is_left_alone_then_set_aside_then_not_even_read() {
        let each: Vec<_> = (1..=7).map(|begun| suspicion(begun, 5)).collect();
        assert_eq!(each[0], Suspicion::None);
        assert_eq!(each[1..4], [Suspicion::Alone; 3]);
        assert_eq!(each[4], Suspicion::Poison(5));
        assert_eq!(each[5], Suspicion::Poison(6));
        assert_eq!(each[6], Suspicion::Deadly(7));
    }
}
