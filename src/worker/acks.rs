//! Acknowledges batches: those that are done while one round trip is under way share the next. What is
//! not confirmed is sent again.

use std::{sync::Arc, time::Duration};

use async_nats::RequestErrorKind;
use bytes::Bytes;
use tokio::sync::mpsc;

use super::batch::Batch;
use crate::{Error, Result, nats::Nats, telegram::backoff::Backoff};

/// The most batches of one round trip.
const MANY: usize = 256;

const ACK: Bytes = Bytes::from_static(b"+ACK");

/// Sends acknowledgements until nobody has one to send any more. `confirmed` is told of each batch of
/// which the server knows.
pub(super) async fn acknowledge(
    nats: Nats,
    mut done: mpsc::UnboundedReceiver<Arc<Batch>>,
    confirmed: impl Fn(&Batch),
) {
    let mut batches = Vec::new();
    while done.recv_many(&mut batches, MANY).await > 0 {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));
        let mut is_told = false;
        while let Err(error) = send(&nats, &batches).await {
            if !std::mem::replace(&mut is_told, true) {
                tracing::warn!(
                    event = "ack_failed",
                    batches = batches.len(),
                    error = error.chain(),
                    "updates were not acknowledged: tried again until they are"
                );
            }
            tokio::time::sleep(backoff.next()).await;
            // The new owner has what was lost, and acknowledges it.
            batches.retain(|batch| !batch.partition.lost.is_cancelled());
        }
        batches.drain(..).for_each(|batch| confirmed(&batch));
    }
}

/// One connection keeps the order of what is sent: the answer to the last is one to all.
async fn send(nats: &Nats, batches: &[Arc<Batch>]) -> Result<()> {
    let Some((last, others)) = batches.split_last() else {
        return Ok(());
    };
    let mut tie = nats.tie();
    let before = tie.state();
    for batch in others {
        let sent = nats.client().publish(batch.reply.clone(), ACK);
        nats.within(sent).await?;
    }
    let asked = async {
        match nats.client().request(last.reply.clone(), ACK).await {
            // Its consumer is gone: whoever owns the partition now gets the batch again. The word
            // came after those to the others, all the same.
            Err(error) if error.kind() == RequestErrorKind::NoResponders => Ok(()),
            answered => answered.map(drop),
        }
    };
    nats.within(asked).await?;
    if tie.state() == before {
        return Ok(());
    }
    // Those to the others may have been lost with the connection.
    Err(Error::unavailable(
        "NATS",
        "the connection was lost meanwhile",
    ))
}
