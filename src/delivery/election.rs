//! The election of the process that polls: the one with the bot's lease. The others follow, and
//! one of them takes over as soon as the lease is given back or expires.

use std::{future::pending, time::Duration};

use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep, sleep_until, timeout_at},
};
use tokio_util::sync::CancellationToken;

use super::lease::{Found, Held, Holder, Lease, Renewal};
use crate::{
    Result,
    config::Config,
    nats::Nats,
    telegram::{Mandate, Menu, PollError, Poller, UpdateSink},
};

/// Lets one process of all with the same `nats.prefix` and bot poll.
///
/// Two that poll at the same time would lose nothing, but end each other's polls: Telegram answers
/// the older one with 409.
#[derive(Debug)]
pub struct Election {
    lease: Lease,
}

/// A lease that was won, and how.
struct Won {
    held: Held,
    /// The one before did not give it back: it may still poll, if it was only out of touch.
    abandoned: bool,
}

/// How a lease was lost.
enum Lost {
    /// NATS did not confirm it in time.
    Silence,
    /// It is another process's.
    To(Holder),
    /// It is nobody's: it expired, or was removed by hand.
    Gone,
}

impl Election {
    /// Opens the bucket of leases, creating it if it is not there.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`](crate::Error::Unavailable).
    pub async fn open(nats: &Nats, config: &Config) -> Result<Self> {
        let lease = Lease::open(nats, config).await?;
        Ok(Self { lease })
    }

    /// Runs the poller whenever, and only while, this process holds the lease; until `stop`, when
    /// the poller ends in order and the lease is given back. Beside it, it has Telegram show `menu`.
    ///
    /// # Errors
    ///
    /// That of the poller. The lease is given back then, too.
    pub async fn run<S: UpdateSink>(
        mut self,
        mut poller: Poller<S>,
        mut menu: Menu,
        stop: &CancellationToken,
    ) -> Result<(), PollError> {
        while let Some(Won {
            mut held,
            abandoned,
        }) = self.follow(stop).await
        {
            let quiet = self.quiet_time(abandoned);
            tracing::info!(
                instance = self.lease.instance(),
                wait_ms = quiet.as_millis(),
                "this process polls"
            );
            let (term, mut questions) = Term::new();
            let polling = async {
                stop.run_until_cancelled(sleep(quiet)).await;
                let showing = async {
                    menu.show().await;
                    pending().await
                };
                tokio::select! {
                    biased;
                    polled = poller.run(&term, stop) => polled,
                    never = showing => never,
                }
            };
            // Dropping the poller confirms nothing: it could only disturb the next one.
            let lost = tokio::select! {
                biased;
                lost = self.keep(&mut held, &mut questions) => lost,
                polled = polling => {
                    self.lease.release(held).await;
                    return polled;
                }
            };
            lost.report();
        }
        Ok(())
    }

    /// Waits until this process has the lease. `None`: it is to stop.
    async fn follow(&mut self, stop: &CancellationToken) -> Option<Won> {
        let mut leader: Option<Holder> = None;
        let mut failing = false;
        loop {
            let abandoned = leader.is_some();
            let tried = match stop.run_until_cancelled(self.lease.look()).await? {
                Ok(Found::Free { revision, released }) => {
                    self.win(revision, abandoned && !released).await
                }
                // It was out of touch, but nobody took its place.
                Ok(Found::Ours { revision }) => self.win(revision, false).await,
                Ok(Found::Theirs(holder)) => {
                    if leader
                        .as_ref()
                        .is_none_or(|l| l.instance != holder.instance)
                    {
                        let (instance, host) = (&holder.instance, &holder.host);
                        tracing::info!(instance, host, "another process polls: following");
                    }
                    leader = Some(holder);
                    Ok(None)
                }
                Err(error) => Err(error),
            };
            match tried {
                Ok(Some(won)) => return Some(won),
                Ok(None) => failing = false,
                Err(error) => {
                    if !failing {
                        let error = error.chain();
                        tracing::warn!(error, "it cannot be found out who polls");
                    }
                    failing = true;
                }
            }
            let nap = self.patience().mul_f64(0.5 + fastrand::f64() / 2.0);
            stop.run_until_cancelled(sleep(nap)).await?;
        }
    }

    /// Not cancelled by `stop`: a lease that was taken unnoticed would keep everybody waiting.
    async fn win(&self, revision: u64, abandoned: bool) -> Result<Option<Won>> {
        let held = self.lease.take(revision).await?;
        Ok(held.map(|held| Won { held, abandoned }))
    }

    /// Renews the lease until it is lost.
    async fn keep(&self, held: &mut Held, questions: &mut Questions) -> Lost {
        let mut next = Instant::now() + self.lease.interval();
        let mut asked = None;
        let mut failing = false;
        loop {
            let deadline = self.lease.good_until(held);
            tokio::select! {
                biased;
                () = sleep_until(deadline) => return Lost::Silence,
                Some(question) = questions.recv(), if asked.is_none() => asked = Some(question),
                () = sleep_until(next) => {}
            }
            let Ok(renewed) = timeout_at(deadline, self.lease.renew(held)).await else {
                return Lost::Silence;
            };
            match renewed {
                Ok(Renewal::Held) => {
                    next = Instant::now() + self.lease.interval();
                    failing = false;
                    if let Some(asked) = asked.take() {
                        // Who asked may be gone.
                        let _ = asked.send(());
                    }
                }
                Ok(Renewal::Lost(holder)) => return holder.map_or(Lost::Gone, Lost::To),
                Err(error) => {
                    if !failing {
                        let error = error.chain();
                        tracing::warn!(error, "the lease is not renewed yet");
                    }
                    next = Instant::now() + self.patience();
                    failing = true;
                }
            }
        }
    }

    /// How long to be quiet before the first poll, not to end one that is held needlessly.
    fn quiet_time(&self, abandoned: bool) -> Duration {
        if abandoned {
            self.lease.interval()
        } else {
            Duration::ZERO
        }
    }

    /// The most to wait between two looks: a successor is quick, and a server hardly notices.
    fn patience(&self) -> Duration {
        self.lease.interval() / 5
    }
}

impl Lost {
    fn report(self) {
        let (reason, holder) = match self {
            Self::Silence => ("NATS did not confirm it in time", None),
            Self::To(holder) => ("another process has it", Some(holder)),
            Self::Gone => ("it expired or was removed", None),
        };
        let instance = holder.as_ref().map(|holder| &holder.instance);
        let host = holder.as_ref().map(|holder| &holder.host);
        tracing::warn!(
            reason,
            instance,
            host,
            "the lease is lost: this process polls no more"
        );
    }
}

type Questions = mpsc::Receiver<oneshot::Sender<()>>;

/// The poller's side of a lease that is held.
struct Term(mpsc::Sender<oneshot::Sender<()>>);

impl Term {
    fn new() -> (Self, Questions) {
        let (ask, questions) = mpsc::channel(1);
        (Self(ask), questions)
    }
}

impl Mandate for Term {
    async fn ascertain(&self) {
        let (answer, answered) = oneshot::channel();
        if self.0.send(answer).await.is_err() || answered.await.is_err() {
            // The lease is lost: this future is about to be dropped.
            pending().await
        }
    }
}
