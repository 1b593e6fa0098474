//! When an update may begin: while the servers are there, its seat is certain, and there is room beside
//! those that are under way; a suspect only while nothing else is under way.

use std::time::Duration;

use tokio::{
    sync::{RwLockReadGuard, RwLockWriteGuard, SemaphorePermit},
    time::sleep,
};

use super::{batch::Item, partition::Partition, shared::Shared, suspects::Suspicion};
use crate::{Result, request::UpdateKey, telegram::Envelope, telegram::backoff::Backoff};

/// How long updates wait for the hand-over to another process while a server is away from this one:
/// longer than it takes until that begins. What nobody took by then is begun, so that who waits for an
/// answer hears of it.
const LEFT_TO_OTHERS: Duration = Duration::from_secs(10);

/// How long they wait where there is no other process: for a server that is only restarted.
const LEFT_ALONE: Duration = Duration::from_secs(3);

/// The update is left to whoever owns its partition next.
pub(super) struct Left;

/// Holds off suspects while others are under way, and the other way round.
#[expect(dead_code, reason = "they are held, not read")]
pub(super) enum Turn<'a> {
    Beside(RwLockReadGuard<'a, ()>),
    Alone(RwLockWriteGuard<'a, ()>),
}

/// An update that may have ended a process.
pub(super) enum Suspect<'a> {
    /// It had a result before that.
    Done(UpdateKey),
    /// It was counted, and this is its turn.
    Begins(Suspicion, Turn<'a>),
}

impl<S> Shared<S> {
    /// The permission to begin an update, if it need not wait.
    pub(super) fn begins_at_once(&self, item: &Item) -> Option<SemaphorePermit<'_>> {
        let permit = self.budget.try_acquire().ok()?;
        let may_begin = self.health.is_well() && self.seats.may_begin(item.batch.partition.seat);
        may_begin.then_some(permit)
    }

    /// Waits until an update may begin: for its place among those that are under way, and for the
    /// seat's being certain.
    pub(super) async fn may_begin(&self, item: &Item) -> Result<SemaphorePermit<'_>, Left> {
        let partition = &item.batch.partition;
        let permitted = async {
            if !self.health.is_well() {
                let patience = match self.seats.has_well_peers() {
                    true => LEFT_TO_OTHERS,
                    false => LEFT_ALONE,
                };
                let _ = tokio::time::timeout(patience, self.health.well()).await;
            }
            let permit = self.budget.acquire().await.expect("it is never closed");
            partition.ownership.until_held().await;
            permit
        };
        let permitted = partition.closing.run_until_cancelled(permitted).await;
        permitted.ok_or(Left)
    }

    /// Waits for the turn of an update. Whatever ends the process while a suspect is alone was that one.
    pub(super) async fn turn(&self, item: &Item, suspicion: Suspicion) -> Result<Turn<'_>, Left> {
        if suspicion == Suspicion::None
            && let Ok(beside) = self.alone.try_read()
        {
            return Ok(Turn::Beside(beside));
        }
        let partition = &item.batch.partition;
        // On the heap: it is rare.
        let waiting = Box::pin(self.wait_for_turn(partition, suspicion));
        let turn = partition.closing.run_until_cancelled(waiting).await;
        turn.ok_or(Left)
    }

    /// Counts an update that may have ended a process, and gives it its turn. In this order: what
    /// waits while another suspect is alone is not under way, and not to be counted with that one.
    pub(super) async fn suspect(&self, item: &Item, bytes: &[u8]) -> Result<Suspect<'_>, Left> {
        let (partition, place) = (&item.batch.partition, item.place());
        let counting = async {
            if let Some(key) = self.finds_done(bytes).await {
                return Suspect::Done(key);
            }
            let times = until_known(|| self.suspects.times(place)).await + 1;
            let suspicion = self.suspects.suspicion(times);
            let turn = self.wait_for_turn(partition, suspicion).await;
            until_known(|| self.suspects.begins(place, times)).await;
            Suspect::Begins(suspicion, turn)
        };
        let counted = partition.closing.run_until_cancelled(counting).await;
        counted.ok_or(Left)
    }

    /// The key of an update of which the inbox knows that nothing is left to do. Its batch may be held
    /// by one that ends every process: it is not to be counted with that one.
    async fn finds_done(&self, bytes: &[u8]) -> Option<UpdateKey> {
        let envelope = Envelope::peek(bytes)?;
        let (update_id, user_id) = (envelope.update_id, envelope.user_id);
        let key = self.key(update_id);
        let entry = until_known(|| self.inbox.find(key)).await?;
        if entry.effects.is_some() || entry.is_dead {
            return None;
        }
        tracing::info!(
            event = "duplicate",
            update_id,
            user_id,
            is_finished = true,
            "the update came again: it is not handled a second time"
        );
        Some(key)
    }

    async fn wait_for_turn(&self, partition: &Partition, suspicion: Suspicion) -> Turn<'_> {
        let turn = match suspicion {
            Suspicion::None => Turn::Beside(self.alone.read().await),
            _ => Turn::Alone(self.alone.write().await),
        };
        // That may have taken long.
        partition.ownership.until_held().await;
        turn
    }
}

/// Asks until there is an answer.
async fn until_known<T, F: Future<Output = Result<T>>>(ask: impl Fn() -> F) -> T {
    let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(2));
    loop {
        match ask().await {
            Ok(known) => return known,
            Err(_) => sleep(backoff.next()).await,
        }
    }
}
