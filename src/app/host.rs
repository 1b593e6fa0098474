//! What the bots of one process share: connections, the knowledge of who is well, and the ports.

use std::sync::Arc;

use futures_util::{FutureExt, future::BoxFuture};
use tokio::sync::{Mutex, watch};

use super::{connecting, tasks::Tasks, waiting::StartError};
use crate::{
    Config, Result,
    db::{Database, Dedicated},
    dialogue::NatsStorage,
    nats::Nats,
    queue::{Queue, SeatsHandle},
    redis::{Redis, RedisDriver},
    worker::{Health, Probed},
};
#[cfg(feature = "web")]
use crate::{
    intake::Receivers,
    web::{Fleet, Servers},
};

/// Handles of what all bots use; a clone shares them.
#[derive(Clone)]
pub(super) struct Host {
    pub(super) nats: Nats,
    pub(super) redis: Option<Redis>,
    /// One pool: each bot has its tables in a schema of its own.
    pub(super) database: Database,
    pub(super) health: Health,
    /// How often the server was found to have lost a store of ours.
    losses: watch::Sender<u64>,
    /// How far each bot has come.
    #[cfg(feature = "web")]
    pub(super) fleet: Fleet,
    /// Where Telegram posts for all of them.
    #[cfg(feature = "web")]
    pub(super) receivers: Receivers,
}

/// Asks the servers for all bots.
pub(super) struct Prober {
    host: Host,
    /// Apart from the pool, which may be busy.
    connection: Mutex<Dedicated>,
    dialogues: NatsStorage,
}

impl Host {
    /// Connects to PostgreSQL and NATS; waits for what is away, but not for Redis.
    ///
    /// # Errors
    ///
    /// What waiting cannot mend: no bot could start.
    pub(super) async fn connect(
        config: &Config,
        #[cfg(feature = "web")] fleet: Fleet,
    ) -> Result<(Self, Prober, Option<RedisDriver>), StartError> {
        connecting::await_postgresql(&config.database).await?;
        if config.fleet.is_on() {
            connecting::migrate_registry_apart(config.clone()).await?;
        }
        let nats = connecting::connect_nats(&config.nats).await?;
        let dialogues = connecting::open_dialogues(&nats, config).await?;
        let (redis, driver) = connecting::prepare_redis(&config.redis).await?.unzip();
        let host = Self {
            nats,
            redis,
            database: Database::new(&config.database),
            health: Health::default(),
            losses: watch::Sender::new(0),
            #[cfg(feature = "web")]
            fleet,
            #[cfg(feature = "web")]
            receivers: Receivers::default(),
        };
        let prober = Prober {
            host: host.clone(),
            connection: Mutex::new(Dedicated::new(&config.database)),
            dialogues,
        };
        Ok((host, prober, driver))
    }

    /// What is asked for readiness and metrics.
    #[cfg(feature = "web")]
    pub(super) fn servers(&self) -> Servers {
        Servers {
            health: self.health.clone(),
            database: self.database.clone(),
            redis: self.redis.clone(),
        }
    }

    /// Has a bot learn of what is found for all: its seats, whether they can be kept; its queue, whether it was recreated.
    pub(super) async fn tell(self, seats: SeatsHandle, queue: Queue) {
        let (mut answers, mut losses) = (self.health.answers(), self.losses.subscribe());
        loop {
            tokio::select! {
                changed = answers.changed() => if changed.is_err() { break },
                changed = losses.changed() => {
                    if changed.is_err() {
                        break;
                    }
                    // Who needs it before asks, too.
                    let _ = queue.epoch().await;
                }
            }
            let is_well = answers.borrow().as_ref().map(crate::worker::Asked::is_well);
            if let Some(is_well) = is_well {
                seats.found_servers(is_well);
            }
        }
    }

    /// Closes NATS, Redis and the database, in this order, once no bot uses them. `linking` has the connection to Redis, and
    /// the port of the operator.
    pub(super) async fn close(self, linking: Tasks) -> Vec<super::RunError> {
        let Self {
            nats,
            redis,
            database,
            ..
        } = self;
        super::resources::close_shared(nats, redis, linking, database).await
    }
}

impl Prober {
    /// Whether PostgreSQL and NATS answer, asked at once.
    pub(super) fn probe(self: Arc<Self>) -> BoxFuture<'static, Probed> {
        let probing = async move {
            let nats = async {
                // What the server lost is not its being away: it is recreated.
                if self.host.nats.restore_all().await? {
                    self.host.losses.send_modify(|losses| *losses += 1);
                }
                self.dialogues.ping().await
            };
            let postgresql = async { self.connection.lock().await.ping_server().await };
            let (postgresql, nats) = tokio::join!(postgresql, nats);
            Probed { postgresql, nats }
        };
        probing.boxed()
    }
}
