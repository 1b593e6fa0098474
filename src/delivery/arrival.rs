//! What the queue says of a message: where it stands, and how often it was delivered. Nothing is made
//! up: an update whose place is not known is not handled, since it could be taken for another one.

use async_nats::jetstream::Message;

use crate::{Error, Result, request::Position};

/// An update as it came from the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arrival {
    pub(super) position: Position,
    /// How often it was delivered, from 1.
    pub(super) deliveries: u64,
}

impl Arrival {
    /// Reads what the subject of the acknowledgement tells; `epoch` is the number of the queue.
    ///
    /// # Errors
    ///
    /// It tells something else: an account mapping or a gateway changed it.
    pub(super) fn read(message: &Message, epoch: i64) -> Result<Self> {
        let info = message.info().map_err(|error| {
            Error::context(
                "the message has no subject of JetStream to acknowledge",
                error,
            )
        })?;
        let deliveries = u64::try_from(info.delivered).unwrap_or_default();
        if info.stream_sequence == 0 || deliveries == 0 {
            let problem = "the message counts its place or its deliveries as 0";
            return Err(Error::message(problem));
        }
        Ok(Self {
            position: Position(epoch, info.stream_sequence),
            deliveries,
        })
    }
}
