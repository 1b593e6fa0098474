//! Updates as `getUpdates` returns them, before anybody looks inside.

use bytes::Bytes;

use super::{ApiError, Envelope, scan};

/// One element of what `getUpdates` returned, undecoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawUpdate {
    /// Its `update_id`; `None` if it has none and so cannot be confirmed by itself.
    pub id: Option<i64>,
    /// Its bytes.
    pub bytes: Bytes,
}

impl RawUpdate {
    /// One that came by itself.
    #[must_use]
    pub fn new(bytes: Bytes) -> Self {
        let id = Envelope::peek(&bytes).map(|envelope| envelope.update_id);
        Self { id, bytes }
    }

    /// The elements of an answer, in their order. What is wrong inside of one is no concern of the others.
    ///
    /// # Errors
    ///
    /// [`ApiError::Decode`]: the answer is no array.
    pub fn split(answer: &Bytes) -> Result<Vec<Self>, ApiError> {
        let split: Result<Vec<_>, _> = scan::elements(answer)
            .map(|element| Ok(Self::new(answer.slice_ref(element?))))
            .collect();
        split.map_err(|scan::Malformed| ApiError::Decode {
            retry_after: None,
            status: 200,
            length: answer.len(),
        })
    }
}
