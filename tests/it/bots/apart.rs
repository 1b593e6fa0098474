//! Each bot has its own routes, users, schema and records; a schema is one bot's.

use std::sync::atomic::{AtomicBool, Ordering};

use ostankino::{App, Bots, Error, Router};

use super::{start, told_of, two, with_bots};
use crate::{
    support::{World, program::serve, servers::until},
    web::{Port, with_port},
};

#[tokio::test]
async fn the_example_serves_two_bots_with_their_own_users() {
    let (world, shop, help) = two().await;
    // One connection for both: each statement finds the tables of its own bot.
    let setup = world.example("bots").set("DATABASE__POOL_SIZE", "1");
    let setup = with_bots(setup, &[("shop", &shop), ("help", &help)]);
    let service = start(setup, &["shop", "help"]).await;
    let (alice, boris) = (world.tg.person("Алиса"), world.tg.person("Борис"));
    let (in_shop, in_help) = (alice.to(&shop), alice.to(&help));
    in_shop.says("/start");
    assert_eq!(
        in_shop.next_message().await.text,
        "Это магазин. Сколько нас: /count"
    );
    in_help.says("/start");
    assert_eq!(
        in_help.next_message().await.text,
        "Это помощь. Что случилось, Алиса?"
    );
    boris.to(&shop).says("/start");
    boris.to(&shop).next_message().await;
    for _ in 0..3 {
        in_shop.says("/count");
        in_help.says("/count");
        assert_eq!(in_shop.next_message().await.text, "Нас 2");
        assert_eq!(in_help.next_message().await.text, "Нас 1");
    }
    in_help.blocks();
    until("help knows", async || {
        world.count("FROM help.users WHERE NOT is_active").await == 1
    })
    .await;
    assert_eq!(world.count("FROM shop.users WHERE is_active").await, 2);
    let public = "FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(world.count(public).await, 0, "nothing is shared");
    let handled = told_of(&service, "help", "update_handled").await;
    assert_eq!(handled["user_id"], alice.id());
    service.stop().await;
    let stopped = service.logs.of("database_closed");
    assert_eq!(stopped.len(), 1, "the process closes it, once");
}

#[tokio::test]
async fn a_schema_of_another_bot_is_refused_and_the_others_go_on() {
    let (world, shop, help) = two().await;
    let bots = || with_bots(world.service(), &[("shop", &shop), ("help", &help)]);
    let service = start(bots(), &["shop", "help"]).await;
    service.stop().await;
    let other = world.tg.add_bot("other_bot");
    let setup = with_port(bots()).set("BOTS__SHOP__TOKEN", other.token());
    let service = start(setup, &["help"]).await;
    let stopped = told_of(&service, "shop", "bot_stopped").await;
    let error = stopped["error"].as_str().expect("a text");
    let of = format!("the schema shop belongs to the bot {}", shop.bot_id());
    assert!(error.contains(&of), "{error}");
    assert!(error.contains("__bot_owner"), "{error}");
    let port = Port::of(&service).await;
    let (status, told) = port.ready().await;
    assert_eq!(status, 200, "{told}");
    assert_eq!(told["parts"]["bots.shop"]["state"], "down", "{told}");
    let asker = world.tg.person("Алиса").to(&help);
    asker.says("/start");
    asker.next_message().await;
    service.stop().await;
}

#[tokio::test]
async fn a_bot_that_was_alone_keeps_its_users_as_one_of_several() {
    let world = World::new().await;
    let alice = world.tg.person("Алиса");
    let service = world.service().start().await;
    alice.says("/start");
    alice.next_message().await;
    service.stop().await;
    let help = world.tg.add_bot("help_bot");
    let setup = with_bots(world.service(), &[("shop", &world.tg), ("help", &help)]);
    let setup = setup.set("BOTS__SHOP__SCHEMA", "public");
    let service = start(setup, &["shop", "help"]).await;
    alice.says("/start");
    alice.next_message().await;
    assert_eq!(world.count("FROM public.users").await, 1);
    service.stop().await;
    // It may go back, and nobody else may take its place.
    let service = world.service().start().await;
    service.stop().await;
    let other = world.service().set("TELEGRAM__TOKEN", help.token());
    let other = other.spawn();
    other.ends_with(1).await;
    let refused = other.logs.of("cannot_run");
    let error = refused[0]["error"].as_str().expect("a text");
    assert!(error.contains("belongs to the bot"), "{error}");
}

/// No test: two bots, one of which has a task that fails once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a program, started by a test of this file"]
async fn bots_of_which_one_fails_once() {
    static HAS_FAILED: AtomicBool = AtomicBool::new(false);
    let routes = || Router::new().command("start", || async { "Здравствуйте!" });
    let help = move |config| App::builder(config).router(routes());
    let shop = move |config| {
        let app = App::builder(config).router(routes());
        app.task("flaky", async |context| {
            if !HAS_FAILED.swap(true, Ordering::Relaxed) {
                return Err(Error::message("the shelf fell"));
            }
            context.stopped().await;
            Ok(())
        })
    };
    serve(|config| Bots::of(config).bot("help", help).bot("shop", shop)).await;
}

#[tokio::test]
async fn a_bot_whose_task_failed_is_started_again_and_the_others_go_on() {
    let (world, shop, help) = two().await;
    let program = world.this_program("bots::apart::bots_of_which_one_fails_once");
    let bots = [("shop", &shop), ("help", &help)];
    let service = with_bots(program, &bots).spawn();
    let failed = told_of(&service, "shop", "bot_failed").await;
    let error = failed["error"].as_str().expect("a text");
    assert!(error.contains("flaky: the shelf fell"), "{error}");
    told_of(&service, "help", "running").await;
    let alice = world.tg.person("Алиса");
    for bot in [&help, &shop] {
        alice.to(bot).says("/start");
        assert_eq!(alice.to(bot).next_message().await.text, "Здравствуйте!");
    }
    let runs = service.logs.of("running");
    let of_help = runs.iter().filter(|record| record["bot"] == "help");
    assert_eq!(of_help.count(), 1, "it was left alone");
    service.stop().await;
}
