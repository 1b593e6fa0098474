//! A mailing of three containers begins at the moment at which people begin to talk.

use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};
use ostankino::{Context, Result, Router, methods::SendMessageParams};
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

/// How many calls a container has under way or waiting at once.
const AT_ONCE: usize = 24;

/// How many messages people write, alone and beside.
const MESSAGES: usize = 200;

/// Long enough for the limits to forget who talked before.
const LATER: Duration = Duration::from_secs(60);

const NEWS: &str = "Новости";

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
    let (begin, told) = watch::channel(false);
    let chats: Vec<_> = (0..TOLD)
        .map(|_| world.tg.person("Один").who_has_started().id())
        .collect();
    let mut containers = Vec::new();
    for n in 0..3 {
        let part = chats.iter().copied().skip(n).step_by(3).collect();
        containers.push(container(&world, part, told.clone()).start().await);
    }
    is_shared(&containers, limits).await;
    let people = People::of(&world).await;
    let idle = people.talk(MESSAGES).await;
    world.put_clock_forward(LATER).await;
    world.tg.set_flood_control(true);
    let begun = Instant::now();
    begin.send_replace(true);
    let (beside, took) = tokio::join!(people.talk(MESSAGES), all_are_told(&world, redis, limits));
    let calls = world.tg.calls_of("sendMessage");
    let refused = calls.iter().filter(|call| call.status != 200).count();
    for container in containers {
        container.stop().await;
    }
    Figures {
        idle,
        beside,
        refused,
        per_s: TOLD as f64 / (took - begun).as_secs_f64(),
    }
}

fn container(world: &World, chats: Vec<i64>, begin: watch::Receiver<bool>) -> AppSetup {
    let send = async move |context: Context| -> Result<()> {
        let mut begin = begin;
        let _ = begin.wait_for(|begin| *begin).await;
        let sending = stream::iter(chats).map(|chat| {
            let context = &context;
            async move {
                let message = SendMessageParams::builder().chat_id(chat).text(NEWS);
                let turn = context.limits().bulk_turn(Some(chat)).await;
                // The emulator knows what became of it.
                let _ = context.bot().send(&message.build()).await;
                drop(turn);
            }
        });
        let sending = sending.buffer_unordered(AT_ONCE).collect::<()>();
        let _ = context.stop_token().run_until_cancelled(sending).await;
        context.stopped().await;
        Ok(())
    };
    let router = Router::new().text(async || ANSWER);
    world
        .app(router)
        .config(|config| config.delivery.partitions = 16)
        .with(|app| app.task("send", send))
}

async fn is_shared(containers: &[TestApp], limits: Limits) {
    for container in containers {
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

/// Waits until the mailing is through; says when it was.
async fn all_are_told(world: &World, mut redis: Redis, limits: Limits) -> Instant {
    let told = |count: usize| {
        move |tg: &Emulator| {
            let calls = tg.calls_of("sendMessage").into_iter();
            let news = calls.filter(|call| call.params["text"] == NEWS);
            news.filter(|call| call.status == 200).count() >= count
        }
    };
    if limits == Limits::RedisDies {
        world.tg.wait_until(told(TOLD / 3)).await;
        redis.kill().await;
    }
    world.tg.wait_until(told(TOLD)).await;
    Instant::now()
}
