//! The stream of dead letters for whoever looks at them: the side that reads and deletes.

use async_nats::jetstream::{
    message::StreamMessage,
    stream::{RawMessageError, RawMessageErrorKind, Stream},
};

use super::StoredLetter;
use crate::{Result, nats::Nats};

/// The dead letters of all bots that share a `nats.prefix`.
#[derive(Clone, Debug)]
pub struct LetterBox {
    nats: Nats,
    stream: Stream,
}

impl LetterBox {
    pub(super) fn new(nats: Nats, stream: Stream) -> Self {
        Self { nats, stream }
    }

    /// The letters under that prefix; `None` if no service has made the stream yet.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub async fn find(nats: &Nats, prefix: &str) -> Result<Option<Self>> {
        let stream = nats.find_stream(&format!("{prefix}_DEAD")).await?;
        Ok(stream.map(|stream| Self::new(nats.clone(), stream)))
    }

    /// How many letters there are, and the number of the last one ever stored.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub async fn count(&self) -> Result<(u64, u64)> {
        let info = self.nats.within(self.stream.get_info()).await?;
        Ok((info.state.messages, info.state.last_sequence))
    }

    /// The letter with that number.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub async fn get(&self, number: u64) -> Result<Option<StoredLetter>> {
        // The server takes 0 for "no number".
        if number == 0 {
            return Ok(None);
        }
        let got = async { absent_is_none(self.stream.get_raw_message(number).await) };
        Ok(self.nats.within(got).await?.map(StoredLetter::from))
    }

    /// The first letter whose number is above that one.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub async fn after(&self, number: u64) -> Result<Option<StoredLetter>> {
        let next = self
            .stream
            .get_first_raw_message_by_subject(">", number.saturating_add(1));
        let got = async { absent_is_none(next.await) };
        Ok(self.nats.within(got).await?.map(StoredLetter::from))
    }

    /// Up to `limit` letters whose numbers are above that one, the oldest first.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub async fn page(&self, mut after: u64, limit: usize) -> Result<Vec<StoredLetter>> {
        let mut letters = Vec::new();
        while letters.len() < limit
            && let Some(letter) = self.after(after).await?
        {
            after = letter.number;
            letters.push(letter);
        }
        Ok(letters)
    }

    /// Deletes a letter; says whether it was there.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub async fn delete(&self, number: u64) -> Result<bool> {
        if self.get(number).await?.is_none() {
            return Ok(false);
        }
        let deleted = self.nats.within(self.stream.delete_message(number)).await;
        // Somebody else may have been quicker.
        if deleted.is_err() && self.get(number).await?.is_none() {
            return Ok(false);
        }
        deleted
    }

    /// Deletes every letter whose number is not above that one; says how many.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub async fn purge(&self, last: u64) -> Result<u64> {
        let up_to = last.saturating_add(1);
        let purge = async { self.stream.purge().sequence(up_to).await };
        Ok(self.nats.within(purge).await?.purged)
    }
}

fn absent_is_none(
    got: Result<StreamMessage, RawMessageError>,
) -> Result<Option<StreamMessage>, RawMessageError> {
    match got {
        Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
        got => got.map(Some),
    }
}
