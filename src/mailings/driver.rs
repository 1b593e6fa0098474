//! Sends the mailings that run: claims some of the recipients of each in turn, makes their calls as there is room, and notes what became of
//! them.

use std::{
    collections::HashMap,
    panic::resume_unwind,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    task::{JoinError, JoinSet},
    time::{Instant as Time, sleep, sleep_until},
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::{
    Mailings,
    claim::Came,
    notes::Note,
    sending::Sending,
    table::{Job, Table},
    telling::Telling,
};
use crate::{Context, Result};

/// How often it is looked which mailings run: while some do, and while none does.
const BUSY: Duration = Duration::from_millis(400);
const IDLE: Duration = Duration::from_secs(2);

/// How often it is looked whose process died.
const DEAD: Duration = Duration::from_secs(5);

/// How long what became of recipients waits for more of it, to be noted together.
const TOGETHER: Duration = Duration::from_millis(150);

/// The most that are noted, and claimed, at once.
const BATCH: usize = 1_000;

/// Sends the mailings of a bot, together with the other processes.
pub(crate) struct MailingsDriver {
    table: Table,
    declared: Mailings,
    sending: Arc<Sending>,
    telling: Telling,
    context: Context,
    /// The most recipients that this process has in hand: what a crash leaves unknown.
    most: usize,
    running: Vec<Running>,
    /// Whose turn it is to be claimed.
    turn: usize,
    in_hand: usize,
    /// Tasks of their own: who waits for a turn of the limits and is not polled, as while something is noted, holds up all others
    /// who send.
    under_way: JoinSet<(Arc<Job>, Note)>,
    /// By the mailing and its edition.
    to_note: HashMap<(i64, i16), (Arc<Job>, Vec<Note>)>,
}

/// A mailing that runs.
struct Running {
    job: Arc<Job>,
    is_urgent: bool,
    /// Cancelled once it does not run any more as it did.
    stop: CancellationToken,
    /// Nothing of it can be claimed before that.
    rests_until: Option<Time>,
    is_through: bool,
}

impl MailingsDriver {
    pub(crate) fn new(
        table: Table,
        declared: Mailings,
        telling: Telling,
        context: Context,
    ) -> Self {
        let per_second = context.config().limits.calls_per_s;
        let most = usize::try_from(per_second / 4).unwrap_or(BATCH);
        Self {
            table,
            sending: Arc::new(Sending::new(declared.clone(), context.clone())),
            declared,
            telling,
            context,
            most: most.clamp(1, BATCH),
            running: Vec::new(),
            turn: 0,
            in_hand: 0,
            under_way: JoinSet::new(),
            to_note: HashMap::new(),
        }
    }

    /// Works until `stop`. What waits for its turn then is put back, and what is under way is finished.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        let (mut look, mut dead, mut note) = (Time::now(), Time::now(), None::<Time>);
        let mut is_failing = false;
        while !stop.is_cancelled() {
            let worked = self.work(&mut look, &mut dead, &mut note, &stop).await;
            match worked {
                Ok(()) if std::mem::take(&mut is_failing) => {
                    tracing::info!(event = "mailings_recovered", "mailings go on");
                }
                Ok(()) => {}
                Err(error) => {
                    if !std::mem::replace(&mut is_failing, true) {
                        tracing::warn!(
                            event = "mailings_failed",
                            error = error.chain(),
                            "mailings cannot go on: they wait"
                        );
                    }
                    let _ = stop.run_until_cancelled(sleep(BUSY)).await;
                }
            }
        }
        for running in &self.running {
            running.stop.cancel();
        }
        while let Some(ended) = self.under_way.join_next().await {
            self.keep(ended);
        }
        if let Err(error) = self.note().await {
            tracing::warn!(
                event = "mailings_failed",
                error = error.chain(),
                "what became of the last messages was not noted: it is unknown"
            );
        }
    }

    /// Does what is to be done now, then waits for more.
    async fn work(
        &mut self,
        look: &mut Time,
        dead: &mut Time,
        note: &mut Option<Time>,
        stop: &CancellationToken,
    ) -> Result<()> {
        let now = Time::now();
        let is_full = self
            .to_note
            .values()
            .map(|(_, notes)| notes.len())
            .sum::<usize>()
            >= self.most.div_ceil(2);
        if is_full || note.is_some_and(|at| at <= now) {
            // What cannot be noted now stays due.
            note.get_or_insert(now);
            self.note().await?;
            *note = None;
        }
        if *dead <= now {
            *dead = now + self.context.config().pace().of(DEAD);
            self.look_for_dead().await?;
        }
        if *look <= now {
            self.look().await?;
            let idle = self.context.config().pace().of(IDLE);
            let often = if self.running.is_empty() { idle } else { BUSY };
            *look = Time::now() + often;
        }
        let rested = self.claim(stop).await?;
        let wake = [Some(*look), Some(*dead), *note, rested]
            .into_iter()
            .flatten()
            .min();
        tokio::select! {
            () = stop.cancelled() => {}
            Some(ended) = self.under_way.join_next() => {
                self.keep(ended);
                while let Some(ended) = self.under_way.try_join_next() {
                    self.keep(ended);
                }
                note.get_or_insert_with(|| Time::now() + TOGETHER);
            }
            () = sleep_until(wake.unwrap_or(*look)) => {}
        }
        Ok(())
    }

    fn keep(&mut self, ended: Result<(Arc<Job>, Note), JoinError>) {
        let (job, noted) = match ended {
            Ok(ended) => ended,
            // None is cancelled, and templates do not panic in here.
            Err(error) => resume_unwind(error.into_panic()),
        };
        let of = self.to_note.entry((job.id, job.edition));
        of.or_insert_with(|| (job, Vec::new())).1.push(noted);
    }

    /// Which mailings run, and which do not any more.
    async fn look(&mut self) -> Result<()> {
        let now = self.context.clock().now();
        let begun = self.table.begin(now).await?;
        let runs = self.table.running().await?;
        self.running.retain(|running| {
            let goes_on = runs.iter().any(|runs| runs.is(&running.job));
            if !goes_on {
                running.stop.cancel();
            }
            goes_on
        });
        for runs in runs {
            if self.running.iter().any(|running| running.job.id == runs.id) {
                continue;
            }
            let Some(job) = self.table.job(runs.id).await?.filter(|job| runs.is(job)) else {
                continue;
            };
            let job = Arc::new(job);
            tracing::info!(
                event = "mailing_runs",
                mailing = job.id,
                doing = job.doing.as_str(),
                is_urgent = runs.is_urgent,
                "this process sends a mailing"
            );
            if begun.contains(&job.id) {
                self.table.count_total(&job, &self.declared).await?;
            }
            self.running.push(Running {
                job,
                is_urgent: runs.is_urgent,
                stop: CancellationToken::new(),
                rests_until: None,
                is_through: false,
            });
        }
        while self.table.skip_cancelled(now).await? {}
        for told in self.table.to_tell(now).await? {
            self.telling.tell(&told).await;
        }
        Ok(())
    }

    async fn look_for_dead(&mut self) -> Result<()> {
        let dead = self.table.give_up_dead(self.context.clock().now()).await?;
        if dead > 0 {
            tracing::warn!(
                event = "mailing_abandoned",
                messages = dead,
                "whoever sent these messages of a mailing ended before their answers were noted"
            );
        }
        Ok(())
    }

    /// Claims recipients while there is room: of each mailing in turn, of others only if none is urgent. Gives when that is to be tried
    /// again.
    async fn claim(&mut self, stop: &CancellationToken) -> Result<Option<Time>> {
        // Few at a time would cost a statement each.
        let room = self.most - self.in_hand.min(self.most);
        let is_paused = self.context.limits().pause_of(None).is_some();
        if room < self.most.div_ceil(2) || is_paused || stop.is_cancelled() {
            return Ok(None);
        }
        let is_urgent = self
            .running
            .iter()
            .any(|running| running.is_urgent && !running.is_through);
        let (mut left, mut rested) = (room, Vec::new());
        for _ in 0..self.running.len() {
            self.turn = (self.turn + 1) % self.running.len();
            let running = &mut self.running[self.turn];
            if is_urgent && !running.is_urgent {
                continue;
            }
            if let Some(until) = running.rests_until.filter(|until| *until > Time::now()) {
                rested.extend([until]);
                continue;
            }
            running.rests_until = None;
            let (job, claimed_at) = (running.job.clone(), Instant::now());
            let now = self.context.clock().now();
            let came = job
                .claim(&self.table.database, &self.declared, left, now)
                .await?;
            let (rows, is_through, due_in) = match came {
                Came::Claimed {
                    rows,
                    is_through,
                    due_in,
                } => {
                    let took = claimed_at.elapsed();
                    tracing::debug!(
                        event = "mailing_claimed",
                        mailing = job.id,
                        claimed = rows.len(),
                        us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
                        "recipients of a mailing were claimed"
                    );
                    (rows, is_through, due_in)
                }
                Came::Busy => {
                    let until = Time::now() + TOGETHER.mul_f64(0.3 + fastrand::f64() / 3.0);
                    running.rests_until = Some(until);
                    rested.extend([until]);
                    continue;
                }
                Came::Spent => {
                    self.table
                        .halt(job.id, "the Stars that it may cost are spent")
                        .await?;
                    running.rests_until = Some(Time::now() + IDLE);
                    continue;
                }
            };
            running.is_through = is_through;
            if rows.is_empty() {
                // Those that were looked at are to get none, or not now: others are behind them.
                let pause = if is_through { IDLE } else { Duration::ZERO };
                let until = Time::now() + due_in.unwrap_or(pause).min(pause);
                running.rests_until = Some(until);
                rested.extend([until]);
                if !is_through {
                    continue;
                }
                if job.is_trial() {
                    if let Some(winner) = self.table.choose(&job, now).await? {
                        tracing::info!(
                            event = "mailing_winner",
                            mailing = job.id,
                            winner,
                            "the best of what a mailing says is known, and goes to the rest"
                        );
                    }
                } else if self.table.finish(&job, now).await? {
                    tracing::info!(
                        event = "mailing_done",
                        mailing = job.id,
                        doing = job.doing.as_str(),
                        "a mailing is done"
                    );
                }
                continue;
            }
            left -= rows.len().min(left);
            self.in_hand += rows.len();
            for row in rows {
                let (sending, job) = (self.sending.clone(), job.clone());
                let stop = running.stop.clone();
                let sending_one = async move {
                    let noted = sending.bring_about(&job, row, claimed_at, &stop).await;
                    (job, noted)
                };
                self.under_way.spawn(sending_one.in_current_span());
            }
            if left == 0 {
                break;
            }
        }
        Ok(rested.into_iter().min())
    }

    /// Notes what became of recipients; what cannot be noted now is later.
    async fn note(&mut self) -> Result<()> {
        let now = self.context.clock().now();
        for (job, notes) in self.to_note.values_mut() {
            while !notes.is_empty() {
                let some = notes.len().min(BATCH);
                let is_halted = self.table.note(job, &notes[..some], now).await?;
                notes.drain(..some);
                self.in_hand -= some.min(self.in_hand);
                for running in &mut self.running {
                    if running.job.id != job.id {
                        continue;
                    }
                    if is_halted {
                        running.stop.cancel();
                    }
                    // It may be done now.
                    if running.is_through {
                        running.rests_until = None;
                    }
                }
            }
        }
        self.to_note.clear();
        Ok(())
    }
}
