//! Polls whenever, and only while, this process holds the seat of the poller.

use std::{future::pending, time::Duration};

use ostankino_seats::Seat;
use tokio::{
    sync::mpsc,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

use super::upgrade::upgrade;
use crate::{
    queue::{Change, Queue, SeatsHandle},
    telegram::{Mandate, Menu, PollError, Poller, UpdateSink},
};

/// After so long without losing the seat, it is certain that it was not lost before: another process
/// takes it by a write of which this one learns by its own next.
const CERTAIN: Duration = Duration::from_secs(2);

/// How often it is looked whether the seat is certain.
const LOOK: Duration = Duration::from_millis(100);

/// After how long without certainty polling ends: another process may poll, and the polls of two end
/// each other. Long enough for a connection that is only made again.
const UNCERTAIN: Duration = Duration::from_secs(2);

/// Runs a poller by the seat of it.
#[derive(Debug)]
pub(crate) struct Leader {
    queue: Queue,
    seats: SeatsHandle,
    changes: mpsc::UnboundedReceiver<Change>,
}

/// How a term of polling ended.
enum Ended {
    Polled(Result<(), PollError>),
    /// The seat is another's.
    Lost,
    /// It may be.
    Uncertain,
}

/// What is done after a term of polling.
#[derive(PartialEq)]
enum Next {
    /// Polling goes on.
    Poll,
    /// The next word about the seat is waited for.
    Wait,
}

impl Leader {
    /// `changes` tells what becomes of the seat.
    pub(crate) fn new(
        queue: Queue,
        seats: SeatsHandle,
        changes: mpsc::UnboundedReceiver<Change>,
    ) -> Self {
        Self {
            queue,
            seats,
            changes,
        }
    }

    /// Runs the poller until `stop`, when it ends in order. Beside it, it has Telegram show `menu`.
    ///
    /// # Errors
    ///
    /// That of the poller. The seat is given back then, too, by whoever ends the process in order.
    pub(crate) async fn run<S: UpdateSink>(
        mut self,
        mut poller: Poller<S>,
        mut menu: Menu,
        stop: &CancellationToken,
    ) -> Result<(), PollError> {
        while let Some(Some(change)) = stop.run_until_cancelled(self.changes.recv()).await {
            match change {
                Change::Own { .. } => {}
                Change::Drain(_) => {
                    self.seats.drained(Seat::Poll);
                    continue;
                }
                Change::Abandon(_) => continue,
            }
            let mut next = Next::Poll;
            while next == Next::Poll {
                tracing::info!(
                    event = "polling",
                    instance = self.seats.instance(),
                    "this process polls"
                );
                next = match self.poll(&mut poller, &mut menu, stop).await {
                    Ended::Polled(polled) => {
                        self.seats.drained(Seat::Poll);
                        polled?;
                        Next::Wait
                    }
                    Ended::Lost => {
                        self.report_loss();
                        Next::Wait
                    }
                    Ended::Uncertain => {
                        self.report_loss();
                        self.becomes_certain().await
                    }
                };
            }
        }
        // Without a worker there is nobody to poll for: the service ends for that reason.
        stop.cancelled().await;
        Ok(())
    }

    fn report_loss(&self) {
        tracing::warn!(
            event = "polling_lost",
            "the lease is lost: this process polls no more"
        );
    }

    /// Waits until it is certain that the seat is still this process's, or that it is not.
    async fn becomes_certain(&mut self) -> Next {
        loop {
            tokio::select! {
                change = self.changes.recv() => match change {
                    Some(Change::Own { .. }) => return Next::Poll,
                    Some(Change::Drain(_)) => {
                        self.seats.drained(Seat::Poll);
                        return Next::Wait;
                    }
                    Some(Change::Abandon(_)) | None => return Next::Wait,
                },
                () = sleep(LOOK) => if self.seats.may_begin(Seat::Poll) {
                    return Next::Poll;
                },
            }
        }
    }

    async fn poll<S: UpdateSink>(
        &mut self,
        poller: &mut Poller<S>,
        menu: &mut Menu,
        stop: &CancellationToken,
    ) -> Ended {
        let closing = stop.child_token();
        let certain = Certain(self.seats.clone());
        let queue = self.queue.clone();
        let mut polling = std::pin::pin!(async {
            if closing.run_until_cancelled(upgrade(&queue)).await.is_none() {
                return Ok(());
            }
            let showing = async {
                menu.show().await;
                pending().await
            };
            tokio::select! {
                biased;
                polled = poller.run(&certain, &closing) => polled,
                never = showing => never,
            }
        });
        let mut is_drained = false;
        let mut uncertain = std::pin::pin!(is_uncertain(self.seats.clone()));
        let polled = loop {
            tokio::select! {
                biased;
                change = self.changes.recv(), if !is_drained => match change {
                    Some(Change::Drain(_)) | None => {
                        is_drained = true;
                        closing.cancel();
                    }
                    // Dropping the poller confirms nothing: it could only disturb the next one.
                    Some(Change::Abandon(_)) => return Ended::Lost,
                    Some(Change::Own { .. }) => {}
                },
                polled = &mut polling => break polled,
                () = &mut uncertain, if !is_drained => return Ended::Uncertain,
            }
        };
        // By itself it ends only when the process does: then the seat is asked for soon.
        while polled.is_ok() && !is_drained {
            match self.changes.recv().await {
                Some(Change::Drain(_)) | None => is_drained = true,
                Some(Change::Abandon(_)) => return Ended::Lost,
                Some(Change::Own { .. }) => {}
            }
        }
        Ended::Polled(polled)
    }
}

/// Returns once it was uncertain for a while whether another process polls.
async fn is_uncertain(seats: SeatsHandle) {
    let mut since = None;
    loop {
        sleep(LOOK).await;
        if seats.may_begin(Seat::Poll) {
            since = None;
        } else if since.get_or_insert_with(Instant::now).elapsed() > UNCERTAIN {
            return;
        }
    }
}

/// The seat as the poller sees it.
struct Certain(SeatsHandle);

impl Mandate for Certain {
    async fn ascertain(&self) {
        sleep(CERTAIN).await;
        if !self.0.may_begin(Seat::Poll) {
            // It is lost, or about to be: this future is dropped with the poller.
            sleep(CERTAIN).await;
        }
    }
}
