//! What is added runs everywhere, and what is stopped nowhere, while all else goes on.

use std::fs;

use futures_util::StreamExt;

use super::{add, done, empty};
use crate::{
    bots::{told_of, two},
    support::{DEADLINE, World, balancer::Balancer, servers::until},
    web::{Port, with_port},
};

#[tokio::test]
async fn a_bot_that_is_added_is_run_by_all_processes_in_its_own_schema_until_it_is_stopped() {
    let (world, shop, help) = two().await;
    // Both find nothing in the database.
    let processes = [
        with_port(empty(&world)).spawn(),
        with_port(empty(&world)).spawn(),
    ];
    for process in &processes {
        process.logs.wait_for("bots_start").await;
        let port = Port::of(process).await;
        until("a process without bots is ready", async || {
            port.ready().await.1["status"] == "ready"
        })
        .await;
    }
    let nats = async_nats::connect(&world.nats_urls).await;
    let nats = nats.expect("nats-server answers");
    let subject = format!("{}.bots.changed", world.prefix);
    let mut words = nats.subscribe(subject).await.expect("subscribed");
    nats.flush().await.expect("it is known");
    add(&world, "shop", &shop).await;
    let word = tokio::time::timeout(DEADLINE, words.next()).await;
    assert!(word.is_ok_and(|word| word.is_some()), "processes are told");
    add(&world, "help --schema helpers --partitions 2", &help).await;
    for process in &processes {
        for name in ["shop", "help"] {
            told_of(process, name, "running").await;
        }
    }
    let alice = world.tg.person("Алиса");
    for bot in [&shop, &help] {
        alice.to(bot).says("/start");
        alice.to(bot).next_message().await;
    }
    world.tg.person("Борис").to(&shop).says("/start");
    until("each has its own users", async || {
        let [of_shop, of_help] = ["shop", "helpers"].map(|schema| format!("FROM {schema}.users"));
        (world.count(&of_shop).await, world.count(&of_help).await) == (2, 1)
    })
    .await;
    let listed = done(&world, "bot list").await;
    let row = listed.lines().find(|row| row.starts_with("shop"));
    let row = row.expect("it is listed");
    assert!(
        row.contains(&shop.bot_id().to_string()) && row.contains("started"),
        "{row}"
    );
    let users = done(&world, &format!("users export {} --bot shop", alice.id())).await;
    assert!(users.contains("Алиса"), "{users}");

    assert!(
        done(&world, "bot stop shop")
            .await
            .contains("shop: stopped")
    );
    for process in &processes {
        told_of(process, "shop", "bot_ends").await;
        let port = Port::of(process).await;
        until("help alone is told of, and does well", async || {
            let (status, told) = port.ready().await;
            let parts = &told["parts"];
            let is_well = status == 200 && parts["bots.help"]["state"] == "ok";
            is_well && parts["bots.shop"].is_null()
        })
        .await;
        let text = port.text("/metrics").await;
        assert!(!text.contains("bot=\"shop\""), "{text}");
        assert_eq!(port.sum("ostankino_bot_running", "bot=\"help\"").await, 1.0);
    }
    alice.to(&shop).says("/start");
    for _ in 0..3 {
        alice.to(&help).says("/start");
        alice.to(&help).next_message().await;
    }
    assert!(!shop.is_polled(), "nobody polls for it");
    assert_eq!(shop.pending_updates(), 1);
    let again = done(&world, "bot stop shop").await;
    assert!(again.contains("stopped already"), "{again}");

    // What came meanwhile is answered.
    done(&world, "bot start shop").await;
    alice.to(&shop).next_message().await;
    let running = empty(&world).run("bot remove shop").await;
    assert!(
        running.stderr.contains("`bot stop shop` first"),
        "{running:?}"
    );
    for name in ["shop", "help"] {
        done(&world, &format!("bot stop {name}")).await;
        let removed = done(&world, &format!("bot remove {name}")).await;
        assert!(removed.contains("DROP SCHEMA"), "{removed}");
    }
    assert!(done(&world, "bot list").await.contains("no bots"));
    for process in &processes {
        told_of(process, "help", "bot_ends").await;
    }
    assert_eq!(
        world.count("FROM helpers.users").await,
        1,
        "its tables stay"
    );
    // The last one is gone, and the processes are there.
    add(&world, "helper --schema helpers", &help).await;
    alice.to(&help).says("/start");
    alice.to(&help).next_message().await;
    for process in &processes {
        process.signal("TERM");
    }
    for process in &processes {
        process.ends_with(0).await;
    }
}

#[tokio::test]
async fn bots_are_added_beside_those_of_the_configuration() {
    let (world, shop, help) = two().await;
    let setup = || empty(&world).set("BOTS__HELP__TOKEN", help.token());
    let service = setup().spawn();
    told_of(&service, "help", "running").await;
    let path = std::env::temp_dir().join(format!("ostankino-test-token-{}", shop.bot_id()));
    fs::write(&path, shop.token()).expect("written");
    let add = format!("bot add shop --token-file {}", path.display());
    let added = setup().run(&add).await;
    let _ = fs::remove_file(&path);
    assert_eq!(added.code, 0, "{added:?}");
    told_of(&service, "shop", "running").await;
    let alice = world.tg.person("Алиса");
    for bot in [&shop, &help] {
        alice.to(bot).says("/start");
        alice.to(bot).next_message().await;
    }
    service.stop().await;
}

#[tokio::test]
async fn a_bot_behind_a_webhook_has_a_path_until_it_is_stopped() {
    let (world, shop, help) = two().await;
    let balancer = Balancer::start().await;
    let setup = || {
        empty(&world)
            .set("TELEGRAM__WEBHOOK_CHECK_S", "1")
            .set("WEB__WEBHOOK_LISTEN", "127.0.0.1:0")
            .set("WEB__PUBLIC_URL", &balancer.url)
    };
    let service = setup().spawn();
    balancer.add(&service).await;
    let posted_to = "bot add shop --intake webhook";
    let nowhere = empty(&world).run_with(posted_to, shop.token()).await;
    assert!(
        nowhere.stderr.contains("web.webhook_listen is not set"),
        "{nowhere:?}"
    );
    let added = setup().run_with(posted_to, shop.token()).await;
    assert_eq!(added.code, 0, "{added:?}");
    add(&world, "help", &help).await;
    told_of(&service, "shop", "webhook_set").await;
    told_of(&service, "help", "polling").await;
    let alice = world.tg.person("Алиса");
    for bot in [&shop, &help] {
        alice.to(bot).says("/start");
        alice.to(bot).next_message().await;
    }
    done(&world, "bot stop shop").await;
    told_of(&service, "shop", "bot_ends").await;
    alice.to(&shop).says("/start");
    alice.to(&help).says("/start");
    alice.to(&help).next_message().await;
    assert_eq!(shop.pending_updates(), 1);
    assert_eq!(setup().run("bot start shop").await.code, 0);
    alice.to(&shop).next_message().await;
    service.stop().await;
}

#[tokio::test]
async fn a_process_that_is_killed_while_a_bot_is_added_takes_nothing_along() {
    let (world, shop, _) = two().await;
    let first = empty(&world).spawn();
    first.logs.wait_for("bots_start").await;
    add(&world, "shop", &shop).await;
    told_of(&first, "shop", "bot_begins").await;
    first.signal("KILL");
    first.ended().await;
    let second = empty(&world).spawn();
    told_of(&second, "shop", "running").await;
    let alice = world.tg.person("Алиса").to(&shop);
    alice.says("/start");
    alice.next_message().await;
    second.stop().await;
}

#[tokio::test]
async fn bots_stay_while_postgresql_is_away() {
    let (world, mut postgres) = World::with_postgres().await;
    let shop = world.tg.add_bot("shop_bot");
    let service = empty(&world).spawn();
    service.logs.wait_for("bots_start").await;
    add(&world, "shop", &shop).await;
    told_of(&service, "shop", "running").await;
    postgres.kill().await;
    service.logs.wait_for("bots_unread").await;
    let alice = world.tg.person("Алиса").to(&shop);
    alice.says("/start");
    postgres.restart().await;
    alice.next_message().await;
    service.logs.wait_for("bots_read").await;
    assert!(service.logs.of("bot_ends").is_empty());
    service.stop().await;
}

#[tokio::test]
async fn what_runs_goes_on_while_the_table_cannot_be_read() {
    let world = World::new().await;
    let shop = world.tg.add_bot("shop_bot");
    let service = empty(&world).spawn();
    service.logs.wait_for("bots_start").await;
    add(&world, "shop", &shop).await;
    told_of(&service, "shop", "running").await;
    let database = world.database().await;
    let rename = |from: &str, to: &str| format!("ALTER SCHEMA {from} RENAME TO {to}");
    let away = rename("ostankino_fleet", "elsewhere");
    database.batch_execute(&away).await.expect("it is away");
    let unread = service.logs.wait_for("bots_unread").await;
    assert!(unread["error"].is_string(), "{unread}");
    let alice = world.tg.person("Алиса").to(&shop);
    alice.says("/start");
    alice.next_message().await;
    let back = rename("elsewhere", "ostankino_fleet");
    database.batch_execute(&back).await.expect("it is back");
    service.logs.wait_for("bots_read").await;
    alice.says("/start");
    alice.next_message().await;
    assert!(service.logs.of("bot_ends").is_empty());
    service.stop().await;
}
