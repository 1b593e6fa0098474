//! A bot that was added and cannot run leaves all else alone, and is mended without a restart.

use telegram_emulator::Fault;

use super::{KEY, OTHER, add, done, empty};
use crate::{
    bots::{told_of, two},
    support::servers::until,
    web::{Port, readiness::until_part, with_port},
};

#[tokio::test]
async fn a_token_that_was_revoked_is_replaced_while_the_process_runs() {
    let (world, shop, help) = two().await;
    let service = with_port(empty(&world)).spawn();
    service.logs.wait_for("bots_start").await;
    for (name, bot) in [("shop", &shop), ("help", &help)] {
        add(&world, name, bot).await;
        told_of(&service, name, "running").await;
    }
    // Telegram does not know it: a token that runs is replaced by one that does not.
    let wrong = format!("{}:revoked", shop.bot_id());
    let rotated = empty(&world).run_with("bot token shop", &wrong).await;
    assert_eq!(rotated.code, 0, "{rotated:?}");
    told_of(&service, "shop", "bot_ends").await;
    let stopped = told_of(&service, "shop", "bot_stopped").await;
    let advice = stopped["advice"].as_str().expect("a text");
    assert!(advice.contains("ostankino bot token shop"), "{stopped}");
    assert!(advice.contains("ostankino bot start shop"), "{stopped}");
    let port = Port::of(&service).await;
    let (status, told) = until_part(&port, "bots.shop", "down").await;
    assert_eq!(status, 200, "{told}");
    let alice = world.tg.person("Алиса");
    alice.to(&help).says("/start");
    alice.to(&help).next_message().await;

    let of_another = empty(&world).run_with("bot token shop", help.token()).await;
    let is_of = format!("the token is that of the bot {}", help.bot_id());
    assert!(of_another.stderr.contains(&is_of), "{of_another:?}");
    let mended = empty(&world).run_with("bot token shop", shop.token()).await;
    assert_eq!(mended.code, 0, "{mended:?}");
    alice.to(&shop).says("/start");
    alice.to(&shop).next_message().await;

    // Revoked, and taken back: nothing changes but that the operator says so.
    shop.fault(Fault::on("*").status(401));
    until("it is stopped again", async || {
        service.logs.of("bot_stopped").len() == 2
    })
    .await;
    shop.clear_faults();
    done(&world, "bot start shop").await;
    alice.to(&shop).says("/start");
    alice.to(&shop).next_message().await;
    let of_help = service.logs.of("bot_stopped");
    assert!(of_help.iter().all(|record| record["bot"] == "shop"));
    service.stop().await;
}

#[tokio::test]
async fn a_token_that_another_key_encrypted_stops_its_bot_alone() {
    let (world, shop, help) = two().await;
    let migrated = empty(&world).run("migrate").await;
    assert_eq!(migrated.code, 0, "{migrated:?}");
    add(&world, "shop", &shop).await;
    let setup = || with_port(empty(&world)).set("FLEET__KEY", OTHER);
    let service = setup().set("BOTS__HELP__TOKEN", help.token()).spawn();
    let stopped = told_of(&service, "shop", "bot_stopped").await;
    let error = stopped["error"].as_str().expect("a text");
    assert!(error.contains("cannot be decrypted"), "{stopped}");
    told_of(&service, "help", "running").await;
    let port = Port::of(&service).await;
    let (status, told) = until_part(&port, "bots.shop", "down").await;
    assert_eq!(status, 200, "{told}");
    service.stop().await;

    // With the key before beside it, and then without.
    let service = setup().set("FLEET__PREVIOUS_KEY", KEY).spawn();
    told_of(&service, "shop", "running").await;
    service.stop().await;
    assert_eq!(setup().run("bot rekey").await.code, 1);
    let rekeyed = setup()
        .set("FLEET__PREVIOUS_KEY", KEY)
        .run("bot rekey")
        .await;
    assert!(
        rekeyed.stdout.contains("shop: encrypted by fleet.key"),
        "{rekeyed:?}"
    );
    let service = setup().spawn();
    told_of(&service, "shop", "running").await;
    service.stop().await;
}

#[tokio::test]
async fn a_row_that_fits_no_more_beside_the_configuration_is_not_run() {
    let (world, shop, help) = two().await;
    assert_eq!(empty(&world).run("migrate").await.code, 0);
    add(&world, "help --schema other", &shop).await;
    let service = empty(&world).set("BOTS__HELP__TOKEN", help.token()).spawn();
    let stopped = told_of(&service, "help", "bot_stopped").await;
    let error = stopped["error"].as_str().expect("a text");
    assert!(error.contains("there is [bots.help]"), "{stopped}");
    let alice = world.tg.person("Алиса").to(&help);
    alice.says("/start");
    alice.next_message().await;
    service.stop().await;
}
