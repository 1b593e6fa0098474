//! A token that was revoked stops its bot, in every process, and no other bot.

use telegram_emulator::Fault;

use super::{start, told_of, two, with_bots};
use crate::{
    support::servers::until,
    web::{Port, with_port},
};

#[tokio::test]
async fn a_token_that_is_revoked_stops_its_bot_in_all_processes_and_no_other() {
    let (world, shop, help) = two().await;
    let bots = || {
        with_port(with_bots(
            world.service(),
            &[("shop", &shop), ("help", &help)],
        ))
    };
    let first = start(bots(), &["shop", "help"]).await;
    let second = start(bots(), &["shop", "help"]).await;
    let asker = world.tg.person("Алиса").to(&help);
    asker.says("/start");
    asker.next_message().await;

    shop.fault(Fault::on("*").status(401));
    for service in [&first, &second] {
        let stopped = told_of(service, "shop", "bot_stopped").await;
        assert!(
            stopped["advice"]
                .as_str()
                .is_some_and(|advice| advice.contains("bots.shop.token")),
            "{stopped}"
        );
    }
    for service in [&first, &second] {
        let port = Port::of(service).await;
        let (status, told) = port.ready().await;
        assert_eq!(
            (status, &told["status"]),
            (200, &"degraded".into()),
            "{told}"
        );
        let part = &told["parts"]["bots.shop"];
        assert_eq!(part["state"], "down", "{told}");
        assert!(
            part["error"]
                .as_str()
                .is_some_and(|error| error.contains("401")),
            "{told}"
        );
        assert!(part["advice"].is_string(), "{told}");
        assert_eq!(told["parts"]["bots.help"]["state"], "ok", "{told}");
        let runs = async |bot: &str| port.sum("ostankino_bot_running", bot).await;
        assert_eq!(runs("bot=\"shop\"").await, 0.0);
        assert_eq!(runs("bot=\"help\"").await, 1.0);
        assert_eq!(port.sum("ostankino_polling", "bot=\"shop\"").await, 0.0);
        assert!(port.sum("ostankino_calls_total", "code=\"401\"").await >= 1.0);
    }
    for _ in 0..5 {
        asker.says("/start");
        asker.next_message().await;
    }
    let of_help = |records: Vec<serde_json::Value>| {
        let mut records = records.into_iter();
        records.all(|record| record["bot"] != "help")
    };
    for service in [&first, &second] {
        assert!(of_help(service.logs.of("bot_stopped")));
        assert!(of_help(service.logs.of("polling_lost")));
        service.stop().await;
    }
}

#[tokio::test]
async fn a_token_that_is_refused_at_the_start_leaves_the_others_alone() {
    let (world, shop, help) = two().await;
    shop.fault(Fault::on("*").status(401));
    let bots = with_bots(world.service(), &[("shop", &shop), ("help", &help)]);
    let service = start(bots, &["help"]).await;
    let stopped = told_of(&service, "shop", "bot_stopped").await;
    let error = stopped["error"].as_str().expect("a text");
    assert!(error.contains("OSTANKINO__BOTS__SHOP__TOKEN"), "{error}");
    let asker = world.tg.person("Алиса").to(&help);
    asker.says("/start");
    asker.next_message().await;
    service.stop().await;
}

#[tokio::test]
async fn a_process_ends_with_the_last_of_its_bots() {
    let (world, shop, help) = two().await;
    let bots = with_bots(world.service(), &[("shop", &shop), ("help", &help)]);
    let service = start(bots, &["shop", "help"]).await;
    for bot in [&shop, &help] {
        bot.fault(Fault::on("*").status(401));
    }
    service.ends_with(1).await;
    assert_eq!(service.logs.of("bot_stopped").len(), 2);
    assert_eq!(service.logs.of("cannot_run").len(), 1);
    until("all is given back", async || {
        world.open_transactions().await == 0
    })
    .await;
}
