//! Claims jobs while there is room for them, and runs them.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use async_nats::Subscriber;
use futures_util::StreamExt;
use ostankino_core::{
    job::{JobSpec, Why},
    texts::Speech,
};
use serde_json::Value;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{interval, sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::{running::Runner, stopping::Words, table::JobStore, telling::Telling};
use crate::{Result, config::Pace, events::Events, telegram::Bot, users::UserTracker};

/// How long it takes at the most until a job is seen that another container stored, or whose lease is over.
const LOOK: Duration = Duration::from_secs(2);

/// Runs the jobs of a bot.
pub(crate) struct JobsDriver {
    specs: Vec<JobSpec>,
    runner: Runner,
    words: Words,
}

/// Jobs of this container that run: of each, its name, and how it is told to end.
type Cancels = HashMap<i64, (&'static str, watch::Sender<bool>)>;

impl JobsDriver {
    /// `heard` tells of the name of an event whether a route takes it.
    pub(crate) fn new(
        specs: Vec<JobSpec>,
        store: &JobStore,
        events: &Events,
        words: Words,
        bot: &Bot,
        heard: impl Fn(&str) -> bool,
    ) -> Self {
        let names = specs.iter().flat_map(|spec| {
            let failed = spec.failed(&Value::Null, &Why::Failed);
            [spec.done(Value::Null).event, failed.event]
        });
        let heard: HashSet<_> = names.filter(|name| heard(name)).collect();
        let telling = Telling {
            store: store.clone(),
            events: events.clone(),
            heard: Arc::new(heard),
        };
        let runner = Runner {
            store: store.clone(),
            telling,
            bot: bot.clone(),
            speech: None,
            stop: CancellationToken::new(),
        };
        Self {
            specs,
            runner,
            words,
        }
    }

    /// Jobs have the bot's texts; the tracker knows the languages of users.
    pub(crate) fn with_texts(mut self, speech: Option<&Speech>, tracker: &UserTracker) -> Self {
        self.runner.speech = speech.map(|speech| (speech.clone(), tracker.clone()));
        self
    }

    /// Runs jobs until `stop`; of many bots each looks less often for those of other containers. Those that run then may come to their end within `grace`; what does not is given back.
    pub(crate) async fn run(self, stop: CancellationToken, grace: Duration, pace: Pace) {
        if self.specs.is_empty() {
            stop.cancelled().await;
            return;
        }
        let (mut running, mut cancels) = (JoinSet::new(), Cancels::new());
        let (mut heard, mut is_failing) = (None::<Subscriber>, false);
        let mut look = interval(pace.of(LOOK));
        while !stop.is_cancelled() {
            let claimed = self.claim(&mut running, &mut cancels).await;
            let was_failing = std::mem::replace(&mut is_failing, claimed.is_err());
            match claimed {
                Err(error) if !was_failing => tracing::warn!(
                    event = "jobs_failed",
                    error = error.chain(),
                    "jobs cannot be claimed: they wait"
                ),
                Ok(()) if was_failing => {
                    tracing::info!(event = "jobs_recovered", "jobs are claimed again");
                }
                _ => {}
            }
            tokio::select! {
                () = stop.cancelled() => break,
                Some(ended) = running.join_next() => {
                    if let Ok(seq) = ended {
                        cancels.remove(&seq);
                    }
                }
                () = self.runner.store.stored() => {}
                word = self.words.next(&mut heard) => {
                    if let Some((_, cancel)) = cancels.get(&word) {
                        cancel.send_replace(true);
                    }
                }
                _ = look.tick() => {}
            }
            if is_failing {
                // Ends of jobs come one after the other while a server is away.
                sleep(Duration::from_millis(200)).await;
            }
        }
        let ending = async { while running.join_next().await.is_some() {} };
        if timeout(grace, ending).await.is_err() {
            self.runner.stop.cancel();
            while running.join_next().await.is_some() {}
        }
    }

    async fn claim(&self, running: &mut JoinSet<i64>, cancels: &mut Cancels) -> Result<()> {
        for spec in &self.specs {
            let of_kind = cancels.values().filter(|(name, _)| *name == spec.name());
            let room = usize::from(spec.at_once()).saturating_sub(of_kind.count());
            if room == 0 {
                continue;
            }
            let limit = i64::try_from(room).unwrap_or(i64::MAX);
            let store = &self.runner.store;
            for job in store.claim(spec.name(), limit).await? {
                let (seq, cancel) = (job.seq, watch::Sender::new(false));
                cancels.insert(seq, (spec.name(), cancel.clone()));
                let running_one = self.runner.clone().run(spec.clone(), job, cancel);
                let running_one = async move {
                    running_one.await;
                    seq
                };
                running.spawn(running_one.in_current_span());
            }
        }
        Ok(())
    }
}

impl std::fmt::Debug for JobsDriver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JobsDriver")
            .field("specs", &self.specs)
            .finish_non_exhaustive()
    }
}

impl Words {
    /// The next job that is to end; never, while no word can be heard.
    async fn next(&self, heard: &mut Option<Subscriber>) -> i64 {
        if heard.is_none() {
            *heard = self.listen().await.ok();
        }
        loop {
            let word = match heard {
                Some(words) => words.next().await,
                None => None,
            };
            let Some(word) = word else {
                *heard = None;
                return std::future::pending().await;
            };
            let seq = str::from_utf8(&word.payload)
                .ok()
                .and_then(|seq| seq.parse().ok());
            if let Some(seq) = seq {
                return seq;
            }
        }
    }
}
