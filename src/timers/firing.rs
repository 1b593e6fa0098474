//! Fires timers: publishes the events of those that are due, and marks them.
//!
//! One process does so, that which polls. Two of them for a moment, or one that dies between publishing and
//! marking, publish an event twice: a copy is known by its id.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ostankino_core::event::CatchUp;
use ostankino_seats::Seat;
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;

use super::{Cron, Table, Timing, Wake, publishing::publish, row::Row, table::Next};
use crate::{
    Result,
    config::Pace,
    events::Events,
    queue::SeatsHandle,
    telegram::{backoff::Backoff, internal::json_location},
};

/// How long it takes at the most until a timer is seen of which no word was heard.
pub(super) const LOOK: Duration = Duration::from_secs(5);

/// The interval at which it is checked whose the seat is.
const SEAT: Duration = Duration::from_millis(250);

/// How many batches there are in a second while many are due, unless fewer timers are to be fired.
const BATCHES: u32 = 10;

/// What is later than that is late, for timers that do not come late.
const LATE: SignedDuration = SignedDuration::from_secs(60);

/// Fires the timers of a bot.
#[derive(Debug)]
pub(crate) struct Firing {
    pub(crate) table: Table,
    pub(crate) events: Events,
    pub(crate) seats: SeatsHandle,
    pub(crate) timing: Timing,
    pub(crate) wake: Wake,
    /// The most that are fired in a second.
    pub(crate) per_second: u32,
    /// How often it is looked though no word was heard: of many bots less often.
    pub(crate) pace: Pace,
}

/// What becomes of a timer that is due.
enum Fate {
    /// Its event happens, as of that time, and it is due again then, if ever.
    Fires(Timestamp, Option<Timestamp>),
    /// It came too late, and is due again then, if ever.
    Missed(Option<Timestamp>),
    /// Of what was missed only that is to come. It is another firing than the one that is due, whose event may be
    /// published already.
    Moves(Timestamp),
}

impl Firing {
    /// Fires timers until `stop`, whenever this process is the one to do it.
    pub(crate) async fn run(self, stop: CancellationToken) {
        stop.run_until_cancelled(self.fire_for_ever()).await;
    }

    async fn fire_for_ever(&self) {
        let mut backoff = Backoff::new(Duration::from_millis(200), LOOK);
        let mut pace = interval(self.apart() * self.batch());
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut words, mut is_failing) = (None, false);
        loop {
            while !self.seats.may_begin(Seat::Poll) {
                tokio::select! {
                    () = sleep(self.pace.of(SEAT).min(LOOK)) => {}
                    () = self.timing.stored() => self.wake.tell().await,
                }
            }
            pace.tick().await;
            let fired = self.fire().await;
            match fired {
                Ok(is_full) => {
                    if std::mem::take(&mut is_failing) {
                        tracing::info!(event = "timers_recovered", "timers are fired again");
                    }
                    backoff.reset();
                    if !is_full {
                        self.rest(&mut words).await;
                    }
                }
                Err(error) => {
                    if !std::mem::replace(&mut is_failing, true) {
                        tracing::warn!(
                            event = "timers_failed",
                            error = error.chain(),
                            "timers cannot be fired: those that are due wait"
                        );
                    }
                    sleep(backoff.next()).await;
                }
            }
        }
    }

    /// Waits until a timer may be due.
    async fn rest(&self, words: &mut Option<async_nats::Subscriber>) {
        let due = async {
            match self.table.next().await {
                Ok(Some(next)) => self.timing.clock().sleep_until(next).await,
                // Who is away now is told of by whoever fires.
                Ok(None) | Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            () = due => {}
            () = self.timing.stored() => {}
            () = self.wake.heard(words) => {}
            () = sleep(self.pace.of(LOOK)) => {}
        }
    }

    /// The time from one to the next, while many are due.
    fn apart(&self) -> Duration {
        Duration::from_secs(1) / self.per_second.max(1)
    }

    /// How many are read and marked together.
    fn batch(&self) -> u32 {
        (self.per_second / BATCHES).max(1)
    }

    /// Fires those that are due; says whether more may be.
    async fn fire(&self) -> Result<bool> {
        let limit = self.batch();
        let now = self.timing.clock().now();
        let rows = self.table.due(now, limit).await?;
        let is_full = rows.len() >= limit as usize;
        let (mut to_publish, mut fates) = (Vec::new(), Vec::new());
        for row in rows {
            if let Some(problem) = self.problem_of(&row) {
                tracing::error!(
                    event = "timer_unreadable",
                    timer = row.id,
                    name = row.event,
                    error = problem,
                    "what a timer holds cannot be published: it does not happen"
                );
                fates.push((row, Fate::Missed(None)));
                continue;
            }
            let fate = fate(&row, now);
            match &fate {
                Fate::Fires(due, _) => to_publish.push((row.clone(), *due)),
                Fate::Moves(_) => {}
                Fate::Missed(_) => tracing::warn!(
                    event = "timer_missed",
                    timer = row.id,
                    name = row.event,
                    user_id = row.user_id,
                    "a timer came too late, and does not happen"
                ),
            }
            fates.push((row, fate));
        }
        let (failed, problem) = publish(&self.events, &to_publish, self.apart()).await;
        let fired = to_publish.len() - failed.len();
        metrics::counter!("ostankino_timers_fired_total").increment(fired as u64);
        let is_done = |row: &Row| !failed.contains(&row.id);
        let (mut over, mut again) = (Vec::new(), Vec::new());
        for (row, fate) in fates.iter().filter(|(row, _)| is_done(row)) {
            match fate {
                Fate::Fires(_, None) | Fate::Missed(None) => over.push(row.id),
                Fate::Fires(_, Some(next)) | Fate::Missed(Some(next)) | Fate::Moves(next) => again
                    .push(Next {
                        id: row.id,
                        firing: row.firing,
                        run_at: *next,
                    }),
            }
        }
        if !over.is_empty() {
            self.table.fired(&over, now).await?;
        }
        if !again.is_empty() {
            self.table.again(&again).await?;
        }
        problem.map_or(Ok(is_full), Err)
    }

    /// Why a row cannot be published: somebody may have changed it by hand.
    fn problem_of(&self, row: &Row) -> Option<String> {
        if let Err(error) = row.json() {
            return Some(json_location(&error));
        }
        let (length, most) = (row.data.len(), self.events.most_bytes());
        (length > most).then(|| format!("it has {length} bytes, and the queue takes {most}"))
    }
}

/// What becomes of a timer that is due by `now`.
fn fate(row: &Row, now: Timestamp) -> Fate {
    let due = row.due();
    let is_late = now.duration_since(due) > LATE;
    let Some(line) = &row.cron else {
        return match row.catch_up() {
            CatchUp::None if is_late => Fate::Missed(None),
            _ => Fate::Fires(due, None),
        };
    };
    let cron = match Cron::new(line, row.zone.as_deref().unwrap_or("UTC")) {
        Ok(cron) => cron,
        Err(error) => {
            // Another version of the time zones may be here than where it was made.
            tracing::error!(
                event = "timer_ends",
                timer = row.id,
                error = error.to_string(),
                "a repeated timer happens for the last time"
            );
            return Fate::Fires(due, None);
        }
    };
    match row.catch_up() {
        CatchUp::All => Fate::Fires(due, cron.after(due)),
        CatchUp::Last => match cron.until(now).filter(|last| *last > due) {
            Some(last) => Fate::Moves(last),
            None => Fate::Fires(due, cron.after(now)),
        },
        CatchUp::None if !is_late => Fate::Fires(due, cron.after(now)),
        CatchUp::None => match cron.until(now).filter(|last| *last >= due) {
            // What was missed before is skipped; what is due just now is not.
            Some(last) if now.duration_since(last) <= LATE => Fate::Moves(last),
            _ => Fate::Missed(cron.after(now)),
        },
    }
}
