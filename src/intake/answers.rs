//! Which answer of Telegram's is being stored. Whoever polls next gets the same updates again and cuts
//! them in the same place, so that its batches are those that are stored already.

use serde::{Deserialize, Serialize};

use crate::{Result, dialogue::NatsStorage, telegram::internal::RawUpdate};

/// The record beside the dialogues.
#[derive(Clone, Debug)]
pub(super) struct Answers {
    storage: NatsStorage,
    key: String,
}

/// The first and the last update of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Answer {
    first: i64,
    last: i64,
}

impl Answers {
    pub(super) fn new(storage: NatsStorage, bot: i64) -> Self {
        let key = format!("{bot}.answer");
        Self { storage, key }
    }

    /// The answer that was being stored last.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub(super) async fn last(&self) -> Result<Option<Answer>> {
        let stored = self.storage.value(&self.key).await?;
        // What cannot be read cuts nothing.
        Ok(stored.and_then(|stored| serde_json::from_slice(&stored).ok()))
    }

    /// Records that these updates are about to be stored.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub(super) async fn store(&self, answer: Answer) -> Result<()> {
        let json = serde_json::to_vec(&answer)?;
        self.storage.put(&self.key, json.into()).await
    }
}

impl Answer {
    /// The answer with these updates; `None` if none of them has an id.
    pub(super) fn of(updates: &[RawUpdate]) -> Option<Self> {
        let mut ids = updates.iter().filter_map(|update| update.id);
        let first = ids.next()?;
        let last = ids.next_back().unwrap_or(first);
        Some(Self { first, last })
    }

    /// How many of these updates are those of the answer: they begin and end as it does.
    pub(super) fn length_in(&self, updates: &[RawUpdate]) -> Option<usize> {
        let first = updates.iter().find_map(|update| update.id)?;
        let is_last = |update: &RawUpdate| update.id == Some(self.last);
        let last = updates.iter().position(is_last)?;
        (first == self.first).then_some(last + 1)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn updates(ids: &[i64]) -> Vec<RawUpdate> {
        let update = |id: &i64| RawUpdate {
            id: (*id > 0).then_some(*id),
            bytes: Bytes::new(),
        };
        ids.iter().map(update).collect()
    }

    #[test]
    fn an_answer_that_comes_again_is_cut_where_it_ended() {
        let answer = Answer::of(&updates(&[5, 0, 9, 7])).expect("it has ids");
        assert_eq!(answer.length_in(&updates(&[5, 0, 9, 7, 8])), Some(4));
        assert_eq!(answer.length_in(&updates(&[5, 9, 7])), Some(3));
        assert_eq!(answer.length_in(&updates(&[4, 5, 7])), None);
        assert_eq!(answer.length_in(&updates(&[5, 6])), None);
        assert_eq!(Answer::of(&updates(&[0])), None);
        let alone = Answer::of(&updates(&[5])).expect("it has one");
        assert_eq!(alone.length_in(&updates(&[5, 6])), Some(1));
    }
}
