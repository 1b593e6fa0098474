//! The tasks of a service that runs: how they begin, and in which order they end.

use std::{convert::Infallible, future::Future, time::Duration};

use futures_util::FutureExt;
use tokio::{sync::mpsc, time::Instant};
use tokio_util::sync::CancellationToken;

#[cfg(feature = "admin")]
use super::stack::looking;
use super::{
    App, Context,
    hooks::{self, Work},
    host::Host,
    purging,
    resources::Resources,
    stack::stack,
    taking::{self, Taking},
    tasks::{Failures, POLLER, RunError, Tasks},
    traced,
};
use crate::{
    intake::{Flood, Leader},
    owed::Sender,
    telegram::internal::Express,
    timers::Firing,
    worker::{self, ExpressParts, ExpressWorker, Health, Worker, timely},
};

/// How long partitions may take to be given back after the time for what is in flight.
const GIVING_BACK: Duration = Duration::from_secs(3);

/// How long the poller may take to give back its seat; it limits itself what it waits for.
const POLLING: Duration = Duration::from_secs(10);

/// All tasks, by the order in which they end.
pub(super) struct Running {
    polling: Tasks,
    working: Tasks,
    /// The bot's.
    own: Tasks,
    tracking: Tasks,
    /// The connection to Redis, and the port of the operator.
    linking: Tasks,
    /// Ends the last of what does not end with `stop`.
    stop_last: CancellationToken,
    resources: Resources,
    at_stop: Vec<Work>,
    context: Context,
    #[cfg(feature = "web")]
    web: crate::web::Endpoint,
    /// Ends the taking of what Telegram posts.
    #[cfg(feature = "web")]
    stop_posts: CancellationToken,
    /// For what is in flight.
    grace: Duration,
    failures: Failures,
    /// What it shares with others.
    host: Option<Host>,
}

impl Running {
    /// Begins all tasks. They end when `stop` is cancelled.
    pub(super) fn begin(app: App, stop: &CancellationToken) -> Self {
        let App {
            config,
            resources,
            drivers,
            handlers,
            jobs,
            mailings,
            kinds,
            menu,
            provided,
            hooks,
            mut context,
            #[cfg(feature = "admin")]
            for_admins,
            #[cfg(feature = "web")]
            mut web,
            #[cfg(feature = "web")]
            entrance,
            host,
        } = app;
        let grace = Duration::from_millis(config.delivery.shutdown_grace_ms);
        let (flood, notices) = Flood::new(&config.flood, &resources.clock).unzip();
        let notices = notices.map(|notices| notices.with_texts(provided.get().cloned()));
        let health = host
            .as_ref()
            .map_or_else(Health::default, |host| host.health.clone());
        let mut polling = Tasks::default();
        let parts = taking::Parts {
            config: &config,
            resources: &resources,
            kinds,
            flood,
            #[cfg(feature = "web")]
            health: &health,
            #[cfg(feature = "web")]
            entrance,
            stop,
        };
        let taking = Taking::begin(parts, &mut polling);
        let (polls, told) = mpsc::unbounded_channel();
        let leader = Leader::new(
            resources.queue.clone(),
            resources.seats.clone(),
            config.pace(),
            told,
        );
        let parts = worker::Parts {
            queue: resources.queue.clone(),
            dead_letters: resources.dead_letters.clone(),
            inbox: resources.inbox.clone(),
            dialogues: resources.dialogues.clone(),
            health: health.clone(),
            bot: resources.bot.clone(),
            polls,
        };
        #[cfg(feature = "admin")]
        let (tail, speaker) =
            crate::web::admin::tail(&config, &resources.nats, resources.bot.id()).unzip();
        let worker = Worker::new(
            &config.delivery,
            parts,
            resources.seats.clone(),
            drivers.changes,
            stack(
                &config,
                &resources,
                handlers.clone(),
                provided.clone(),
                #[cfg(feature = "admin")]
                tail.clone(),
            ),
            stop.clone(),
        );
        let express = Express::ALL.map(|lane| {
            let parts = ExpressParts {
                queue: resources.express.clone(),
                dead_letters: resources.dead_letters.clone(),
                health: health.clone(),
                seats: resources.seats.clone(),
                bot: resources.bot.clone(),
            };
            let handlers = timely(handlers.clone());
            let stack = stack(
                &config,
                &resources.express(lane),
                handlers,
                provided.clone(),
                #[cfg(feature = "admin")]
                tail.clone(),
            );
            let worker = ExpressWorker::new(lane, &config.delivery, parts, stack, stop.clone());
            (lane.as_str(), worker)
        });

        let mut tracking = Tasks::default();
        tracking.spawn("user tracker", always(drivers.tracker.run()));
        let stop_last = CancellationToken::new();
        let limits = drivers
            .limits
            .run(resources.nats.clone(), config.pace(), stop_last.clone());
        tracking.spawn("limits", always(limits));
        let mut linking = Tasks::default();
        if let Some(redis) = drivers.redis {
            linking.spawn("redis", always(redis.run()));
        }
        let mut working = Tasks::default();
        working.spawn("worker", always(worker.run()));
        for (name, worker) in express {
            working.spawn(name, always(worker.run()));
        }
        working.spawn("seats", always(drivers.seats.run(stop.clone())));
        #[cfg(feature = "web")]
        {
            let refused = context.texts_refused.clone();
            #[cfg(feature = "admin")]
            let looks = for_admins.is_drawn.then(|| crate::web::admin::Looks {
                handlers: looking(&config, &resources, handlers.clone(), provided.clone()),
                bot: resources.bot.clone(),
            });
            let sources = resources.sources(
                health.clone(),
                taking.pulse,
                taking.webhook,
                refused,
                #[cfg(feature = "admin")]
                resources.means(&config, for_admins, looks, provided.get().cloned()),
            );
            web.runs(sources);
            linking.spawn("web", always(web.ended()));
        }
        match &host {
            // The process asks for all bots.
            Some(host) => {
                let told = host.clone();
                let told = told.tell(resources.seats.clone(), resources.queue.clone());
                let telling = stop.clone().run_until_cancelled_owned(told);
                working.spawn("health", always(telling.map(drop)));
            }
            None => {
                let probed = resources.clone();
                let probe = async move || probed.probe().await;
                working.spawn("health", health.watch(probe, stop.clone()));
            }
        }
        purging::begin(&mut working, &resources, &config, stop);
        let firing = Firing {
            table: resources.timers.clone(),
            events: resources.events.clone(),
            seats: resources.seats.clone(),
            timing: resources.timing.clone(),
            wake: resources.wake(),
            per_second: config.timers.per_second,
            pace: config.pace(),
        };
        let maintenance = resources.maintenance.clone();
        let following =
            maintenance.follow(resources.maintenance_word(), config.pace(), stop.clone());
        working.spawn("maintenance", always(following));
        working.spawn("timers", always(firing.run(stop.clone())));
        working.spawn("jobs", always(jobs.run(stop.clone(), grace, config.pace())));
        working.spawn("mailings", always(mailings.run(stop.clone())));
        #[cfg(feature = "admin")]
        if let Some(speaker) = speaker {
            working.spawn("live tail", always(speaker.run(stop.clone())));
        }
        let sender = Sender {
            keeper: resources.replies.clone(),
            bot: resources.bot.clone(),
            seats: resources.seats.clone(),
            partitions: resources.queue.partitions(),
            tracker: resources.tracker.clone(),
            patience: config.replies.owed(),
            pace: config.pace(),
        };
        working.spawn("sender of owed calls", always(sender.run(stop.clone())));
        context.stop = stop.clone();
        let mut own = Tasks::default();
        for (name, task) in hooks.tasks {
            own.spawn(name, task(context.clone()));
        }
        if let Some(notices) = notices {
            let telling = notices.run(resources.bot.clone(), stop.clone());
            polling.spawn("flood notices", always(telling));
        }
        let leading = stop.clone();
        let leading = async move { leader.run(taking.source, menu, &leading).await };
        polling.spawn(POLLER, leading);
        tracing::info!(event = "running", "the bot is running");
        Self {
            polling,
            working,
            own,
            tracking,
            linking,
            stop_last,
            resources,
            at_stop: hooks.at_stop,
            context,
            #[cfg(feature = "web")]
            web,
            #[cfg(feature = "web")]
            stop_posts: taking.stop_posts,
            grace,
            failures: Failures::of(host.is_some()),
            host,
        }
    }

    /// Waits for `stop`, or for a task that ends before; then nothing new begins.
    pub(super) async fn until(&mut self, stop: &CancellationToken) {
        let early = tokio::select! {
            biased;
            () = stop.cancelled() => None,
            ended = self.polling.early_end(stop) => Some(ended),
            ended = self.working.early_end(stop) => Some(ended),
            ended = self.own.early_end(stop) => Some(ended),
            ended = self.tracking.early_end(stop) => Some(ended),
            ended = self.linking.early_end(stop) => Some(ended),
        };
        self.failures.extend(early);
        stop.cancel();
    }

    /// Finishes what is in flight, and closes everything.
    ///
    /// # Errors
    ///
    /// The first failure of any task.
    pub(super) async fn finish(mut self) -> Result<(), RunError> {
        let begun = Instant::now();
        #[cfg(feature = "web")]
        {
            // In this order: a balancer hears of it before anybody is turned away.
            self.web.stops();
            self.stop_posts.cancel();
        }
        // What is not done by then is dropped, and its partitions are given back.
        let finishing = self.working.finish(self.grace + GIVING_BACK);
        let (polled, worked, own) = tokio::join!(
            finish_polling(self.polling),
            finishing,
            self.own.finish(self.grace)
        );
        self.failures.extend(polled);
        let (failed, in_time) = own;
        self.failures.extend(failed);
        if !in_time {
            tracing::warn!(
                event = "tasks_late",
                grace_ms = self.grace.as_millis(),
                "tasks of the bot did not end in time: they were dropped"
            );
        }
        let (failed, in_time) = worked;
        self.failures.extend(failed);
        if in_time && begun.elapsed() < self.grace {
            tracing::info!(event = "drained", "all updates in flight are finished");
        } else {
            tracing::warn!(
                event = "grace_over",
                grace_ms = self.grace.as_millis(),
                "updates in flight were not finished in time: they will be delivered again"
            );
        }
        hooks::end(self.at_stop, &self.context).await;
        drop(self.context);
        #[cfg(feature = "web")]
        self.web.close();
        let is_one_of_several = self.host.is_some();
        let closing = self.resources.close(
            self.tracking,
            &self.stop_last,
            self.linking,
            is_one_of_several,
        );
        let failed = closing.await;
        self.failures.extend(failed);
        if !is_one_of_several {
            // Of several, others export still.
            traced::end().await;
        }
        self.failures.result()
    }
}

/// The result of a task that has none: only a panic can make it fail.
pub(super) async fn always(task: impl Future<Output = ()>) -> Result<(), Infallible> {
    task.await;
    Ok(())
}

async fn finish_polling(polling: Tasks) -> Vec<RunError> {
    let (failures, in_time) = polling.finish(POLLING).await;
    if in_time {
        tracing::info!(event = "polling_stopped", "polling has stopped");
    } else {
        tracing::warn!(event = "polling_late", "polling did not stop in time");
    }
    failures
}
