//! Updates that end the process: it dies with them a few times, then they are set aside, and those
//! behind them are handled.

use ostankino::{App, Router};
use serde_json::json;
use telegram_emulator::Person;

use super::{
    enqueue, enqueue_batch,
    poison::{die_of, suspect_last},
    start, world,
};
use crate::support::{APOLOGY, World, program::serve, servers::until};

/// No test: the bot that the tests of this file start as a process, to let it die.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a program, started by the tests of this file"]
async fn a_bot_that_some_updates_end() {
    let router = Router::new()
        .command("abort", || async { std::process::abort() as () })
        .command("block", || async {
            // Neither ends nor gives way.
            std::thread::sleep(std::time::Duration::from_secs(600));
        })
        .command("hit", || async {
            tracing::info!(event = "hangs");
            std::future::pending::<()>().await
        })
        .text(|| async { "да" });
    serve(|config| App::builder(config).router(router)).await;
}

/// Starts the bot again whenever it dies, until `alice` is told `text`; gives how often it died. An update
/// may be begun `allowed` times.
async fn restarted_until(world: &World, alice: &Person, text: &str, allowed: usize) -> usize {
    let mut answer = Box::pin(async { while alice.next_message().await.text != text {} });
    for deaths in 0..10 {
        let bot = world
            .this_program("once::deadly::a_bot_that_some_updates_end")
            .set("DELIVERY__MAX_DELIVERIES", &allowed.to_string())
            .set("DELIVERY__HANDLER_TIMEOUT_MS", "1000")
            .set("DATABASE__CONNECT_TIMEOUT_MS", "900")
            .set("NATS__REQUEST_TIMEOUT_MS", "900")
            .spawn();
        tokio::select! {
            () = &mut answer => return deaths,
            code = bot.ended() => assert_eq!(code, -1, "a signal ended it: {}", bot.stderr()),
        }
    }
    panic!("the update is given to one process after the other");
}

#[tokio::test]
async fn a_message_that_ends_the_process_is_set_aside_and_the_next_one_is_answered() {
    let world = World::new().await;
    let alice = world.tg.person("Алиса");
    alice.says("/abort");
    alice.says("живы?");
    let deaths = restarted_until(&world, &alice, "да", 2).await;
    assert_eq!(deaths, 2);
    let texts: Vec<_> = alice.messages().into_iter().map(|sent| sent.text).collect();
    assert_eq!(texts, [APOLOGY, "да"]);
    let letters = world.dead_letters().await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert!(letters[0].0.contains("/abort"), "{letters:?}");
}

#[tokio::test]
async fn a_handler_that_keeps_its_thread_ends_the_process_and_is_set_aside_in_the_end() {
    let world = World::new().await;
    let alice = world.tg.person("Алиса");
    alice.says("/block");
    alice.says("живы?");
    assert_eq!(restarted_until(&world, &alice, "да", 2).await, 2);
    let letters = world.dead_letters().await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert!(letters[0].0.contains("/block"), "{letters:?}");
}

#[tokio::test]
async fn messages_nested_in_one_another_end_no_process() {
    let world = World::new().await;
    let alice = world.tg.person("Алиса").who_has_started();
    let service = world.service().start().await;
    for nested in [20, 200] {
        let chat = json!({"id": alice.id(), "type": "private"});
        let from = json!({"id": alice.id(), "is_bot": false, "first_name": "Алиса"});
        let mut message = String::from("{}");
        for _ in 0..=nested {
            message = format!(
                r#"{{"message_id":1,"date":1,"chat":{chat},"from":{from},"text":"/help","reply_to_message":{message}}}"#
            );
        }
        let id = 900_000_000 + nested;
        let update = format!(r#"{{"update_id":{id},"message":{message}}}"#);
        world.tg.push_bytes(id, update);
    }
    let boris = world.person_apart_from("Борис", &[&alice]);
    for person in [&alice, &boris] {
        person.says("/start");
        while !person.next_message().await.text.contains("Здравствуйте") {}
    }
    service.stop().await;
}

#[tokio::test]
async fn what_ends_the_process_even_when_it_is_set_aside_is_set_aside_unread() {
    let world = world().await;
    let alice = world.tg.person("Алиса").who_has_started();
    // Five times for its handler, and twice more.
    die_of(&world, &alice, 5, "/hit", 7).await;
    enqueue(&world, &alice, 6, "/hit").await;
    let app = start(&world).await;
    assert_eq!(alice.next_message().await.text, "удар 1");
    assert_eq!(alice.messages().len(), 1, "it is not even apologised for");
    let letters = world.dead_letters().await;
    assert_eq!(letters.len(), 1);
    assert!(letters[0].0.contains("\"update_id\":5"), "{letters:?}");
    assert!(letters[0].1.contains("begun too often"), "{letters:?}");
    drop(app);
}

#[tokio::test]
async fn of_two_hundred_updates_under_way_only_the_one_that_ends_the_process_is_set_aside() {
    let world = World::new().await;
    let alice = world.tg.person("Алиса");
    let others: Vec<_> = (0..200)
        .map(|n| world.tg.person(&format!("P{n}")))
        .collect();
    for (number, person) in others.iter().enumerate() {
        if number == others.len() / 2 {
            alice.says("/abort");
        }
        person.says("я тут");
    }
    alice.says("живы?");
    assert_eq!(restarted_until(&world, &alice, "да", 5).await, 5);
    for person in &others {
        assert!(person.messages().iter().any(|sent| sent.text == "да"));
        assert!(person.messages().iter().all(|sent| sent.text == "да"));
    }
    let letters = world.dead_letters().await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert!(letters[0].0.contains("/abort"), "{letters:?}");
}

#[tokio::test]
async fn what_is_done_is_not_suspected_with_what_its_batch_waits_for() {
    let world = world().await;
    let alice = world.tg.person("Алиса").who_has_started();
    let boris = world.tg.person("Борис").who_has_started();
    let bot = world
        .this_program("once::deadly::a_bot_that_some_updates_end")
        .start()
        .await;
    enqueue_batch(&world, &[(&alice, 5, "/hit"), (&boris, 6, "да?")]).await;
    assert_eq!(boris.next_message().await.text, "да");
    until("it has a trace, and nothing is left to do", async || {
        let done = "FROM inbox WHERE update_id = 6 AND effects IS NULL";
        world.count(done).await == 1
    })
    .await;
    bot.signal("KILL");
    bot.ended().await;
    // As often as nothing is begun any more.
    suspect_last(&world, 2, 6).await;

    let app = start(&world).await;
    world.queue_is_empty().await;
    let letters = world.dead_letters().await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert!(letters[0].0.contains("\"update_id\":5"), "{letters:?}");
    assert_eq!(boris.messages().len(), 1);
    drop(app);
}
