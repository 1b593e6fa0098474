//! The commands of an operator, of one of several bots.

use super::{start, told_of, two, with_bots};

#[tokio::test]
async fn a_command_is_about_the_bot_that_is_named() {
    let (world, shop, help) = two().await;
    let bots = || with_bots(world.service(), &[("shop", &shop), ("help", &help)]);
    let service = start(bots(), &["shop", "help"]).await;
    let alice = world.tg.person("Алиса").to(&shop);
    alice.says("/start");
    alice.next_message().await;
    told_of(&service, "shop", "update_handled").await;

    let unnamed = bots().run("timers list").await;
    assert_eq!(unnamed.code, 1, "{unnamed:?}");
    assert!(unnamed.stderr.contains("--bot (help, shop)"), "{unnamed:?}");
    let unknown = bots().run("timers list --bot hell").await;
    assert!(
        unknown.stderr.contains("the bots are help, shop"),
        "{unknown:?}"
    );
    let needless = world.service().run("timers list --bot shop").await;
    assert!(needless.stderr.contains("leave it out"), "{needless:?}");

    let export = format!("users export {} --bot", alice.id());
    let of_shop = bots().run(&format!("{export} shop")).await;
    assert!(of_shop.stdout.contains("Алиса"), "{of_shop:?}");
    let of_help = bots().run(&format!("{export} help")).await;
    assert!(!of_help.stdout.contains("Алиса"), "{of_help:?}");
    let status = bots().run("--bot shop status --json").await;
    assert_eq!(status.code, 0, "{status:?}");
    assert_eq!(bots().run("migrate").await.code, 0);
    service.stop().await;
}

#[tokio::test]
async fn the_configuration_of_each_bot_is_checked_and_shown_without_its_token() {
    let (world, shop, help) = two().await;
    let bots = || with_bots(world.service(), &[("shop", &shop), ("help", &help)]);
    let right = bots().run("config check").await;
    assert_eq!(right.code, 0, "{right:?}");
    assert!(right.stdout.contains("[bots.shop]"), "{right:?}");
    assert!(right.stdout.contains("schema = \"help\""), "{right:?}");
    assert!(!right.stdout.contains(shop.token()), "{right:?}");
    let wrong = bots()
        .set("BOTS__SHOP__TOKEN", help.token())
        .set("BOTS__HELP__SCHEMA", "shop")
        .set("BOTS__HELP__PARTITION", "2")
        .set("WEB__ADMIN", "true")
        .run("config check")
        .await;
    assert_eq!(wrong.code, 1, "{wrong:?}");
    for problem in [
        "bots.shop.token is of the same bot as that of bots.help",
        "bots.shop.schema is that of another bot",
        "web.admin is true, and there are several bots",
        "bots.help.partition in the variable OSTANKINO__BOTS__HELP__PARTITION is unknown",
    ] {
        assert!(
            wrong.stderr.contains(problem),
            "{problem}: {}",
            wrong.stderr
        );
    }
    let both = bots()
        .set("TELEGRAM__TOKEN", shop.token())
        .run("config check")
        .await;
    assert!(
        both.stderr.contains("keep the one or the others"),
        "{both:?}"
    );
}
