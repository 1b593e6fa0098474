//! What the service is connected to: PostgreSQL, NATS, Redis and Telegram, from the first try to the end.

#[cfg(feature = "web")]
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{
    connecting::{self, Streams},
    host::Host,
    tasks::{RunError, Tasks},
    waiting::StartError,
};
use crate::{
    Clock, Config, Result,
    db::{BotMigrations, Database},
    dead_letters::DeadLetters,
    dialogue::{Move, NatsStorage},
    events::Events,
    files::Files,
    jobs::{JobStore, Words},
    limits::{Limits, LimitsDriver, Share},
    mailings::{self, Desk, Mailings},
    maintenance::Maintenance,
    nats::Nats,
    owed::{self, Notes, OwedCalls, ReplyKeeper},
    personal,
    queue::{Change, ExpressQueue, Queue, Seats, SeatsHandle},
    redis::{Redis, RedisDriver},
    telegram::{Bot, internal::Express},
    timers::{Table, Timing, Wake},
    unit_of_work::Inbox,
    users::{TrackerDriver, UserTracker},
    worker::Probed,
};
#[cfg(feature = "web")]
use crate::{intake::Pulse, web::Sources, worker::Health};

/// Handles of everything the service is connected to. A clone shares all of it.
#[derive(Clone)]
pub(super) struct Resources {
    pub(super) clock: Clock,
    pub(super) timing: Timing,
    pub(super) bot: Bot,
    pub(super) limits: Limits,
    pub(super) database: Database,
    pub(super) inbox: Inbox,
    pub(super) tracker: UserTracker,
    pub(super) nats: Nats,
    pub(super) redis: Option<Redis>,
    pub(super) queue: Queue,
    pub(super) express: ExpressQueue,
    pub(super) events: Events,
    pub(super) timers: Table,
    pub(super) jobs: JobStore,
    pub(super) mailings: mailings::Table,
    pub(super) dead_letters: DeadLetters,
    pub(super) dialogues: NatsStorage,
    pub(super) files: Files,
    pub(super) replies: ReplyKeeper,
    pub(super) seats: SeatsHandle,
    pub(super) pseudonyms: personal::Pseudonyms,
    pub(super) maintenance: Maintenance,
}

/// What must run so that the handles work.
pub(super) struct Drivers {
    pub(super) tracker: TrackerDriver,
    pub(super) seats: Seats,
    pub(super) redis: Option<RedisDriver>,
    pub(super) limits: LimitsDriver,
    /// What becomes of the seats, for the worker.
    pub(super) changes: mpsc::UnboundedReceiver<Change>,
}

impl Resources {
    /// Connects to PostgreSQL, NATS and Telegram, in this order, and brings the schema up to date. Redis need not be there.
    ///
    /// # Errors
    ///
    /// What waiting cannot mend.
    pub(super) async fn connect(
        config: &Config,
        of_bot: BotMigrations,
        host: Option<&Host>,
    ) -> Result<(Self, Drivers), StartError> {
        match host {
            Some(_) => connecting::migrate_apart(config.clone(), of_bot).await?,
            None => connecting::migrate(config, &of_bot).await?,
        }
        let database = match host {
            Some(host) => host.database.of(&config.database),
            None => Database::new(&config.database),
        };
        let (tracker, driver) = match host {
            Some(_) => UserTracker::by_pool(&config.database, database.clone()),
            None => UserTracker::new(&config.database),
        };
        let nats = match host {
            Some(host) => host.nats.clone(),
            None => connecting::connect_nats(&config.nats).await?,
        };
        let Streams {
            queue,
            express,
            dead_letters,
            dialogues,
            objects,
            seats: (seats, handle, changes),
        } = connecting::open_streams(&nats, config).await?;
        let (redis, redis_driver) = match host {
            Some(host) => (host.redis.clone(), None),
            None => connecting::prepare_redis(&config.redis).await?.unzip(),
        };
        let bot = Bot::new(&config.telegram);
        if let Some(proxy) = config.telegram.proxy_shown() {
            tracing::info!(
                event = "proxied",
                proxy,
                "Telegram is called through a proxy"
            );
        }
        connecting::identify(&bot, config).await?;
        let (storage, bot_id) = (dialogues.clone(), bot.id());
        bot.when_moved(move |from, to| {
            let storage = storage.clone();
            async move { Ok(storage.record_move(bot_id, Move { from, to }).await?) }
        });
        let files = Files::new(objects, database.clone(), bot.id(), bot.most_sent());
        bot.keep_files_in(files.store());
        let clock = Clock::of(config).await;
        let seats_of_all = handle.clone();
        let share = move || {
            let (of, place) = seats_of_all.standing();
            Share { of, place }
        };
        let (limits, limits_driver) = Limits::new(config, &clock, redis.clone(), share);
        let paused = limits.clone();
        bot.when_limited(move |chat, wait| paused.paused(Some(chat), wait));
        let events = Events::new(queue.clone());
        let replies = ReplyKeeper::new(owed::Parts {
            clock: &clock,
            limits: &limits,
            table: OwedCalls::new(database.clone(), bot.id()),
            notes: Notes::new(database.clone(), bot.id()),
            files: &files,
            events: &events,
            nats: &nats,
            prefix: &config.nats.prefix,
        });
        let maintenance = Maintenance::new(database.clone(), bot_id);
        // If that fails, it is looked at again as soon as the bot runs.
        let _ = maintenance.look().await;
        let resources = Self {
            maintenance,
            limits,
            timing: Timing::new(clock.clone()),
            clock,
            bot,
            inbox: Inbox::new(database.clone()),
            timers: Table::new(database.clone(), bot_id),
            jobs: JobStore::new(database.clone(), bot_id),
            mailings: mailings::Table::new(database.clone(), bot_id),
            database,
            tracker,
            nats,
            redis,
            events,
            queue,
            express,
            dead_letters,
            dialogues,
            files,
            replies,
            seats: handle,
            pseudonyms: personal::Pseudonyms::of(&config.telegram),
        };
        let drivers = Drivers {
            tracker: driver,
            seats,
            redis: redis_driver,
            limits: limits_driver,
            changes,
        };
        Ok((resources, drivers))
    }

    /// How processes are told that a job is to end.
    pub(super) fn job_words(&self) -> Words {
        Words::new(&self.nats, self.queue.names().jobs())
    }

    /// Where NATS holds what people wrote.
    pub(super) fn personal_stores(&self) -> personal::Stores {
        personal::Stores {
            nats: self.nats.clone(),
            bot_id: self.bot.id(),
            dialogues: Some(self.dialogues.store().clone()),
            letters: Some(self.dead_letters.letters().clone()),
            pseudonyms: self.pseudonyms.clone(),
        }
    }

    /// What handlers create mailings with.
    pub(super) fn desk(&self, declared: &Mailings, config: &Config) -> Desk {
        Desk {
            declared: declared.clone(),
            clock: self.clock.clone(),
            files: Some(self.files.clone()),
            bot_id: self.bot.id(),
            per_second: config.limits.calls_per_s,
        }
    }

    /// How the process that fires timers is told of one.
    pub(super) fn wake(&self) -> Wake {
        Wake::new(&self.nats, self.queue.names().timers())
    }

    /// How processes are told that maintenance begins or ends.
    pub(super) fn maintenance_word(&self) -> Wake {
        Wake::new(&self.nats, self.queue.names().maintenance())
    }

    /// The same for an express lane: with connections of its own, so that it waits for nobody else's.
    pub(super) fn express(&self, lane: Express) -> Self {
        let database = self.database.express(lane);
        Self {
            inbox: Inbox::new(database.clone()),
            database,
            ..self.clone()
        }
    }

    /// Whether PostgreSQL and NATS answer, asked at once; the seats are told.
    pub(super) async fn probe(&self) -> Probed {
        let nats = async {
            // What the server lost is not its being away: it is recreated.
            if self.nats.restore_all().await? {
                self.queue.epoch().await?;
            }
            self.dialogues.ping().await
        };
        let (postgresql, nats) = tokio::join!(self.tracker.ping(), nats);
        self.seats.found_servers(postgresql.is_ok() && nats.is_ok());
        Probed { postgresql, nats }
    }

    /// What an operator asks after.
    #[cfg(feature = "web")]
    pub(super) fn sources(
        &self,
        health: Health,
        pulse: Pulse,
        webhook: Option<Pulse>,
        texts_refused: Arc<[String]>,
        #[cfg(feature = "admin")] admin: crate::web::admin::Means,
    ) -> Sources {
        Sources {
            bot_id: self.bot.id(),
            clock: self.clock.clone(),
            health,
            pulse,
            webhook,
            seats: self.seats.clone(),
            queue: self.queue.clone(),
            express: self.express.clone(),
            dead_letters: self.dead_letters.clone(),
            database: self.database.clone(),
            redis: self.redis.clone(),
            maintenance: self.maintenance.clone(),
            texts_refused,
            #[cfg(feature = "admin")]
            admin,
        }
    }

    /// By which the admin page looks, and acts.
    #[cfg(feature = "admin")]
    pub(super) fn means(
        &self,
        config: &Config,
        offered: crate::web::admin::Offered,
        looks: Option<crate::web::admin::Looks>,
        desk: Option<Desk>,
    ) -> crate::web::admin::Means {
        crate::web::admin::Means {
            bot_name: self.bot.username().map(str::to_owned),
            prefix: config.nats.prefix.clone(),
            stores: self.personal_stores(),
            offered,
            looks,
            desk,
            dialogues: self.dialogues.clone(),
            timing: self.timing.clone(),
            wake: self.wake(),
            maintenance: self.maintenance_word(),
            inbox: self.inbox.clone(),
        }
    }

    /// Closes NATS, Redis and the database, in this order, unless they are other bots', too. Before, what `last` runs ends: the tracker of the
    /// database, and the limits, which tell what is left until `stop_last`. `linking` has the connection to Redis, and the port of the
    /// operator. Nobody else has a handle by then. Gives what was wrong with these tasks.
    pub(super) async fn close(
        self,
        last: Tasks,
        stop_last: &CancellationToken,
        linking: Tasks,
        is_one_of_several: bool,
    ) -> Vec<RunError> {
        let Self {
            database,
            inbox,
            tracker,
            nats,
            redis,
            files,
            timers,
            jobs,
            mailings,
            replies,
            maintenance,
            ..
        } = self;
        // The tracker's driver ends once the last handle is gone and all is written.
        drop(tracker);
        stop_last.cancel();
        let (mut failures, in_time) = last.finish(Duration::from_secs(3)).await;
        if !in_time {
            tracing::warn!(
                event = "tracker_late",
                "the user tracker did not finish in time"
            );
        }
        drop((inbox, timers, jobs, mailings, files, replies, maintenance));
        if is_one_of_several {
            // There is none: these are of the process.
            failures.extend(linking.finish(Duration::from_secs(1)).await.0);
            return failures;
        }
        failures.extend(close_shared(nats, redis, linking, database).await);
        failures
    }
}

/// Closes NATS, Redis and the database, in this order, when nobody else has a handle. `linking` has the connection to Redis, and the
/// port of the operator.
pub(super) async fn close_shared(
    nats: Nats,
    redis: Option<Redis>,
    linking: Tasks,
    database: Database,
) -> Vec<RunError> {
    if nats.close().await {
        tracing::info!(event = "nats_closed", "NATS is closed");
    } else {
        tracing::warn!(event = "nats_late", "NATS was not closed in time");
    }
    if let Some(redis) = &redis {
        redis.close();
    }
    let (failures, _) = linking.finish(Duration::from_secs(1)).await;
    if redis.is_some() {
        tracing::info!(event = "redis_closed", "Redis is closed");
    }
    drop(database);
    tracing::info!(event = "database_closed", "the database pool is closed");
    failures
}
