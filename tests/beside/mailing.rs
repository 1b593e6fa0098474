//! A mailing of three containers begins at the moment at which people begin to talk.

use std::time::{Duration, Instant};

use ostankino::{
    Context, Reply, Result, Router,
    mailings::{Mailings, NewMailing},
};
use ostankino_test::{AppSetup, TestApp};
use telegram_emulator::Emulator;
use tokio::sync::watch;

use crate::{
    figures::Figures,
    support::{World, servers::Redis},
    talk::{ANSWER, People},
};

/// How many are told: 10 s of what Telegram takes.
const TOLD: usize = 300;

/// How many messages people write, alone and beside.
const MESSAGES: usize = 200;

/// Long enough for the limits to forget who talked before.
const LATER: Duration = Duration::from_secs(60);

pub(crate) const NEWS: &str = "Новости";

/// How the containers share what they may send.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limits {
    Redis,
    /// It dies in the middle.
    RedisDies,
    Share,
}

/// Measures it once.
pub(crate) async fn mailing(limits: Limits) -> Figures {
    let (mut world, redis) = World::with_redis().await;
    if limits == Limits::Share {
        world.redis_url = String::new();
    }
    let mailed = Mailed::prepare(&world, TOLD).await;
    mailed.is_shared(limits).await;
    let people = People::of(&world).await;
    let idle = people.talk(MESSAGES).await;
    world.put_clock_forward(LATER).await;
    world.tg.set_flood_control(true);
    mailed.begin();
    let (beside, took) = tokio::join!(people.talk(MESSAGES), all_are_told(&world, redis, limits));
    let calls = world.tg.calls_of("sendMessage");
    let refused = calls.iter().filter(|call| call.status != 200).count();
    mailed.stop().await;
    Figures {
        idle,
        beside,
        refused,
        per_s: TOLD as f64 / took.as_secs_f64(),
    }
}

/// Three containers that send a mailing once it begins.
pub(crate) struct Mailed {
    containers: Vec<TestApp>,
    begin: watch::Sender<bool>,
}

impl Mailed {
    /// To so many people, whom the bot knows from now on.
    pub(crate) async fn prepare(world: &World, told: usize) -> Self {
        let (begin, begun) = watch::channel(false);
        let chats: Vec<_> = (0..told)
            .map(|_| world.tg.person("Один").who_has_started().id())
            .collect();
        // One of them creates it, and all of them send.
        let mut containers = vec![first(world, chats.clone(), begun).start().await];
        know(world, &chats).await;
        for _ in 1..3 {
            containers.push(container(world).start().await);
        }
        Self { containers, begin }
    }

    /// Waits until they share what they may send in that way.
    async fn is_shared(&self, limits: Limits) {
        for container in &self.containers {
            match limits {
                Limits::Redis | Limits::RedisDies => container.logs.wait_for("limits_shared").await,
                Limits::Share => {
                    let is_third = |record: &serde_json::Value| {
                        record["event"] == "limits_by_share" && record["containers"] == 3
                    };
                    container.logs.wait_until("a third", is_third).await
                }
            };
        }
    }

    pub(crate) fn begin(&self) {
        self.begin.send_replace(true);
    }

    pub(crate) async fn stop(self) {
        for container in self.containers {
            container.stop().await;
        }
    }
}

fn container(world: &World) -> AppSetup {
    let router = Router::new().text(async || ANSWER);
    world
        .app(router)
        .config(|config| config.delivery.partitions = 16)
        .with(|app| app.mailings(Mailings::new()))
}

/// The one that creates the mailing when it is to begin.
fn first(world: &World, chats: Vec<i64>, begin: watch::Receiver<bool>) -> AppSetup {
    let create = async move |context: Context| -> Result<()> {
        let mut begin = begin;
        let _ = begin.wait_for(|begin| *begin).await;
        let session = context.database().session();
        let news = NewMailing::of(NEWS, Reply::text(NEWS))?;
        context
            .mail(&session)
            .create_for_users(news, &chats)
            .await?;
        session.commit().await?;
        context.stopped().await;
        Ok(())
    };
    container(world).with(|app| app.task("mail", create))
}

/// The bot knows them.
async fn know(world: &World, chats: &[i64]) {
    let insert =
        "INSERT INTO users (id, fullname) SELECT id, 'Один' FROM unnest($1::bigint[]) AS t (id)";
    let inserted = world.database().await.execute(insert, &[&chats]).await;
    inserted.expect("they are inserted");
}

/// Waits until the mailing is through; says how long after its first message.
async fn all_are_told(world: &World, mut redis: Redis, limits: Limits) -> Duration {
    let told = |count: usize| {
        move |tg: &Emulator| {
            let calls = tg.calls_of("sendMessage").into_iter();
            let news = calls.filter(|call| call.params["text"] == NEWS);
            news.filter(|call| call.status == 200).count() >= count
        }
    };
    world.tg.wait_until(told(1)).await;
    let begun = Instant::now();
    if limits == Limits::RedisDies {
        world.tg.wait_until(told(TOLD / 3)).await;
        redis.kill().await;
    }
    world.tg.wait_until(told(TOLD)).await;
    begun.elapsed()
}
