//! How fast a bot of several containers calls, with Redis, without, and when it goes away in the middle. Telegram's flood
//! control is on: it counts, and refuses what is too much.

mod connecting;
mod held;
mod pauses;

use std::time::{Duration, SystemTime};

use futures_util::{StreamExt, stream};
use ostankino::{Context, Result, Router, methods::SendMessageParams};
use ostankino_test::{AppSetup, TestApp};
use telegram_emulator::{Call, Emulator};
use tokio::sync::watch;

use crate::support::World;

/// How many calls a container has under way or waiting at once.
const AT_ONCE: usize = 24;

/// A container that sends a message to each of these chats, in bulk, once it is told to begin.
fn sender(world: &World, chats: Vec<i64>, begin: watch::Receiver<bool>) -> AppSetup {
    let send = async move |context: Context| -> Result<()> {
        let mut begin = begin;
        // The test may end before.
        let _ = begin.wait_for(|begin| *begin).await;
        let sending = stream::iter(chats).map(|chat| {
            let context = &context;
            async move {
                let message = SendMessageParams::builder().chat_id(chat).text("Новости");
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
    let router = Router::new().text(async || "Слышу");
    world
        .app(router)
        .config(|config| config.telegram.max_retries = 0)
        .with(|app| app.task("send", send))
}

/// Three containers with 300 people to tell, each of whom is told by one of them.
async fn three(world: &World) -> ([TestApp; 3], watch::Sender<bool>) {
    let (begin, told) = watch::channel(false);
    let people = (0..300).map(|_| world.tg.person("Один").who_has_started().id());
    let people: Vec<_> = people.collect();
    let containers = [0, 1, 2].map(|n| {
        let part = people.iter().copied().skip(n).step_by(3).collect();
        sender(world, part, told.clone()).start()
    });
    let [first, second, third] = containers;
    let containers = [first.await, second.await, third.await];
    world.tg.set_flood_control(true);
    (containers, begin)
}

/// Waits until all of them are told; gives the calls in the order in which they came.
async fn all_are_told(world: &World) -> Vec<Call> {
    let answered = |tg: &Emulator| {
        let calls = tg.calls_of("sendMessage");
        calls.iter().filter(|call| call.took.is_some()).count() == 300
    };
    world.tg.wait_until(answered).await;
    let calls = world.tg.calls_of("sendMessage");
    assert!(
        calls.iter().all(|call| call.status == 200),
        "refused: {:?}",
        calls
            .iter()
            .filter(|call| call.status != 200)
            .collect::<Vec<_>>()
    );
    calls
}

/// How many calls came in each second, as Telegram's clock has it, but for the first and the last.
fn by_second(calls: &[Call]) -> Vec<usize> {
    let first = calls[0].at;
    let second = |call: &Call| since(first, call.at).as_secs() as usize;
    let mut counts = vec![0; second(&calls[calls.len() - 1]) + 1];
    for call in calls {
        counts[second(call)] += 1;
    }
    counts.pop();
    counts.remove(0);
    counts
}

fn since(first: SystemTime, at: SystemTime) -> Duration {
    at.duration_since(first).unwrap_or_default()
}

/// The allowed rate is used: the best of the seconds in which all of them sent had 27 calls or more. Of the others nothing can be
/// said: other tests have the processor, too.
fn uses_the_rate(calls: &[Call]) {
    let counts = by_second(calls);
    assert!(counts.iter().max() >= Some(&27), "{counts:?}");
}

#[tokio::test]
async fn containers_share_the_rate_by_redis() {
    let (world, _redis) = World::with_redis().await;
    let (containers, begin) = three(&world).await;
    for container in &containers {
        container.logs.wait_for("limits_shared").await;
    }
    begin.send_replace(true);
    uses_the_rate(&all_are_told(&world).await);
}

#[tokio::test]
async fn without_redis_each_container_takes_its_share() {
    let mut world = World::new().await;
    world.redis_url = String::new();
    let (containers, begin) = three(&world).await;
    by_share(&containers).await;
    begin.send_replace(true);
    uses_the_rate(&all_are_told(&world).await);
}

/// Waits until each of them knows how many they are, and that nothing else is shared.
async fn by_share(containers: &[TestApp; 3]) {
    let is_third = |record: &serde_json::Value| {
        record["event"] == "limits_by_share" && record["containers"] == 3
    };
    for container in containers {
        container.logs.wait_until("a third", is_third).await;
    }
}

#[tokio::test]
async fn when_redis_dies_in_the_middle_they_go_on_by_share() {
    let (world, mut redis) = World::with_redis().await;
    let (containers, begin) = three(&world).await;
    for container in &containers {
        container.logs.wait_for("limits_shared").await;
    }
    begin.send_replace(true);
    let many = |count| move |tg: &Emulator| tg.calls_of("sendMessage").len() >= count;
    world.tg.wait_until(many(80)).await;
    redis.kill().await;
    by_share(&containers).await;
    world.tg.wait_until(many(160)).await;
    redis.restart().await;
    all_are_told(&world).await;
    for container in &containers {
        container.logs.wait_for("redis_lost").await;
        for once in ["redis_lost", "redis_away"] {
            assert!(container.logs.of(once).len() <= 1, "{once}");
        }
    }
}

#[tokio::test]
async fn a_redis_that_falls_silent_holds_nobody_up() {
    let (world, redis) = World::with_redis().await;
    let (containers, begin) = three(&world).await;
    for container in &containers {
        container.logs.wait_for("limits_shared").await;
    }
    redis.freeze();
    begin.send_replace(true);
    all_are_told(&world).await;
    redis.thaw();
    for container in &containers {
        let again = |record: &serde_json::Value| record["event"] == "redis_connected";
        container.logs.wait_until("it is back", again).await;
    }
}

#[tokio::test]
async fn whoever_writes_in_the_middle_of_a_mailing_is_answered_at_once() {
    let (world, _redis) = World::with_redis().await;
    let (_containers, begin) = three(&world).await;
    let alice = world.tg.person("Алиса").who_has_started();
    begin.send_replace(true);
    // Answers are among the calls, and none of them may be refused either.
    for n in 0..4 {
        let so_many = move |tg: &Emulator| tg.calls_of("sendMessage").len() >= 40 * (n + 1);
        world.tg.wait_until(so_many).await;
        alice.says("Вы тут?");
        assert_eq!(alice.next_message().await.text, "Слышу");
    }
    let told = |tg: &Emulator| tg.calls_of("sendMessage").len() >= 304;
    world.tg.wait_until(told).await;
    let calls = world.tg.calls_of("sendMessage");
    assert!(calls.iter().all(|call| call.status != 429));
}

/// People begin to write at the moment at which a mailing begins, one of them for every two of its calls; hardly any of all these
/// calls is refused, where two dozen are if no room is left to people. With a processor to themselves none is, which the tests of
/// the arithmetic show: but answers that have to wait for it leave all at once, and no room can be left to those.
async fn people_begin_to_talk(world: &World, begin: &watch::Sender<bool>) {
    const MESSAGES: usize = 40;
    // So many that nobody writes more than a chat takes.
    let people: Vec<_> = (0..20)
        .map(|_| world.tg.person("Один").who_has_started())
        .collect();
    begin.send_replace(true);
    for (n, person) in people.iter().cycle().take(MESSAGES).enumerate() {
        let told = move |tg: &Emulator| {
            let calls = tg.calls_of("sendMessage").into_iter();
            calls
                .filter(|call| call.params["text"] == "Новости")
                .count()
                >= 2 * n
        };
        world.tg.wait_until(told).await;
        person.says("Вы тут?");
    }
    let all = |tg: &Emulator| {
        let calls = tg.calls_of("sendMessage");
        calls.iter().filter(|call| call.took.is_some()).count() >= 300 + MESSAGES
    };
    world.tg.wait_until(all).await;
    let calls = world.tg.calls_of("sendMessage");
    let refused: Vec<_> = calls.iter().filter(|call| call.status != 200).collect();
    assert!(refused.len() < MESSAGES / 3, "{refused:?}");
}

#[tokio::test]
async fn people_who_begin_to_talk_when_a_mailing_begins_are_left_room() {
    let (world, _redis) = World::with_redis().await;
    let (containers, begin) = three(&world).await;
    for container in &containers {
        container.logs.wait_for("limits_shared").await;
    }
    people_begin_to_talk(&world, &begin).await;
}

#[tokio::test]
async fn without_redis_they_are_left_room_as_well() {
    let mut world = World::new().await;
    world.redis_url = String::new();
    let (containers, begin) = three(&world).await;
    by_share(&containers).await;
    people_begin_to_talk(&world, &begin).await;
}
