//! Polls whenever, and only while, this process holds the seat of the poller; with a webhook, looks after that.

use std::future::pending;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

#[cfg(feature = "web")]
use super::Keeper;
use super::{PollError, Poller, seat::PollSeat, upgrade::upgrade};
use crate::{
    config::Pace,
    queue::{Change, Queue, SeatsHandle},
    telegram::Menu,
};

/// What whoever has the seat does.
#[derive(Debug)]
pub(crate) enum Source {
    /// It fetches updates.
    Poller(Box<Poller>),
    /// It has Telegram post them.
    #[cfg(feature = "web")]
    Webhook(Box<Keeper>),
}

impl Source {
    async fn run(&mut self, seat: &PollSeat, stop: &CancellationToken) -> Result<(), PollError> {
        match self {
            Self::Poller(poller) => poller.run(seat, stop).await,
            #[cfg(feature = "web")]
            Self::Webhook(keeper) => keeper.run(stop).await,
        }
    }

    fn begins(&self, instance: &str) {
        match self {
            Self::Poller(_) => {
                tracing::info!(event = "polling", instance, "this process polls");
            }
            #[cfg(feature = "web")]
            Self::Webhook(_) => tracing::info!(
                event = "webhook_kept",
                instance,
                "this process looks after the webhook"
            ),
        }
    }

    /// The seat is another's, or may be.
    fn is_lost(&self, is_certain: bool) {
        match self {
            Self::Poller(_) if is_certain => tracing::warn!(
                event = "polling_lost",
                "the lease is lost: this process polls no more"
            ),
            Self::Poller(_) => tracing::warn!(
                event = "polling_uncertain",
                "it is not certain that the lease is held: this process polls no more until it is"
            ),
            // Updates come all the same.
            #[cfg(feature = "web")]
            Self::Webhook(_) => tracing::info!(
                event = "webhook_passed",
                is_certain,
                "this process looks after the webhook no more: the lease is lost, or may be"
            ),
        }
    }
}

/// Runs a poller, or what looks after the webhook, by the seat of the poller.
#[derive(Debug)]
pub(crate) struct Leader {
    queue: Queue,
    seat: PollSeat,
    changes: mpsc::UnboundedReceiver<Change>,
}

/// How a term of polling ended.
enum TermEnd {
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
        pace: Pace,
        changes: mpsc::UnboundedReceiver<Change>,
    ) -> Self {
        Self {
            queue,
            seat: PollSeat::new(seats).at(pace),
            changes,
        }
    }

    /// Runs it until `stop`, when it ends in order. Beside it, it has Telegram show `menu`.
    ///
    /// # Errors
    ///
    /// That of the source. The seat is given back then, too, by whoever ends the process in order.
    pub(crate) async fn run(
        mut self,
        mut source: Source,
        mut menu: Menu,
        stop: &CancellationToken,
    ) -> Result<(), PollError> {
        while let Some(Some(change)) = stop.run_until_cancelled(self.changes.recv()).await {
            match change {
                Change::Own { .. } => {}
                Change::Drain(_) => {
                    self.seat.give_back();
                    continue;
                }
                Change::Abandon(_) => continue,
            }
            let mut next = Next::Poll;
            while next == Next::Poll {
                source.begins(&self.seat.instance());
                next = match self.poll(&mut source, &mut menu, stop).await {
                    TermEnd::Polled(polled) => {
                        self.seat.give_back();
                        polled?;
                        Next::Wait
                    }
                    TermEnd::Lost => {
                        source.is_lost(true);
                        Next::Wait
                    }
                    TermEnd::Uncertain => {
                        source.is_lost(false);
                        self.becomes_certain().await
                    }
                };
            }
        }
        // Without a worker there is nobody to poll for: the service ends for that reason.
        stop.cancelled().await;
        Ok(())
    }

    /// Waits until it is certain that the seat is still this process's, or that it is not.
    async fn becomes_certain(&mut self) -> Next {
        tokio::select! {
            change = self.changes.recv() => match change {
                Some(Change::Own { .. }) => Next::Poll,
                Some(Change::Drain(_)) => {
                    self.seat.give_back();
                    Next::Wait
                }
                Some(Change::Abandon(_)) | None => Next::Wait,
            },
            () = self.seat.until_certain() => Next::Poll,
        }
    }

    async fn poll(
        &mut self,
        source: &mut Source,
        menu: &mut Menu,
        stop: &CancellationToken,
    ) -> TermEnd {
        let closing = stop.child_token();
        let seat = self.seat.clone();
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
                polled = source.run(&seat, &closing) => polled,
                never = showing => never,
            }
        });
        let mut is_drained = false;
        let mut uncertain = std::pin::pin!(seat.becomes_uncertain());
        let polled = loop {
            tokio::select! {
                biased;
                change = self.changes.recv(), if !is_drained => match change {
                    Some(Change::Drain(_)) | None => {
                        is_drained = true;
                        closing.cancel();
                    }
                    // Dropping the poller confirms nothing: it could only disturb the next one.
                    Some(Change::Abandon(_)) => return TermEnd::Lost,
                    Some(Change::Own { .. }) => {}
                },
                polled = &mut polling => break polled,
                () = &mut uncertain, if !is_drained => return TermEnd::Uncertain,
            }
        };
        // By itself it ends only when the process does: then the seat is asked for soon.
        while polled.is_ok() && !is_drained {
            match self.changes.recv().await {
                Some(Change::Drain(_)) | None => is_drained = true,
                Some(Change::Abandon(_)) => return TermEnd::Lost,
                Some(Change::Own { .. }) => {}
            }
        }
        TermEnd::Polled(polled)
    }
}
