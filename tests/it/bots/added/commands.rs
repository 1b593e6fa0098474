//! What an operator is told who asks for what cannot be.

use super::{add, empty};
use crate::bots::{two, with_bots};

#[tokio::test]
async fn what_cannot_be_added_is_refused_with_what_to_do() {
    let (world, shop, help) = two().await;
    assert_eq!(empty(&world).run("migrate").await.code, 0);
    add(&world, "shop", &shop).await;
    let configured = || empty(&world).set("BOTS__HELP__TOKEN", help.token());
    let third = world.tg.add_bot("third_bot");
    for (arguments, token, says) in [
        ("shop", third.token(), "there is a bot shop already"),
        ("again", shop.token(), "is there already, as shop"),
        ("new --schema shop", third.token(), "is that of shop"),
        ("help", third.token(), "there is [bots.help]"),
        ("new", help.token(), "as [bots.help]"),
        ("new --schema help", third.token(), "is that of [bots.help]"),
        (
            "new --schema ostankino_fleet",
            third.token(),
            "is that of fleet.schema",
        ),
        ("Новый", third.token(), "is no name of a bot"),
        ("a__b", third.token(), "is no name of a bot"),
        (
            "new --schema pg_new",
            third.token(),
            "the schema must be the name",
        ),
        ("new", "secret", "has not the form"),
        ("new", "", "there is no token in standard input"),
        (
            "new --token-file /nowhere",
            third.token(),
            "the file /nowhere",
        ),
    ] {
        let refused = configured()
            .run_with(&format!("bot add {arguments}"), token)
            .await;
        assert_eq!(refused.code, 1, "{arguments}: {refused:?}");
        assert!(refused.stderr.contains(says), "{arguments}: {refused:?}");
        assert!(
            token.is_empty() || !refused.stderr.contains(token),
            "{refused:?}"
        );
    }
    for command in ["start", "stop", "remove"] {
        let unknown = configured().run(&format!("bot {command} nobody")).await;
        assert_eq!(unknown.code, 1, "{unknown:?}");
        assert!(unknown.stderr.contains("`bot list` tells"), "{unknown:?}");
        let of_configuration = configured().run(&format!("bot {command} help")).await;
        assert!(
            of_configuration.stderr.contains("is of [bots.help]"),
            "{of_configuration:?}"
        );
    }
    let unnamed = configured().run("timers list").await;
    assert!(unnamed.stderr.contains("--bot (help, shop)"), "{unnamed:?}");
    let unknown = configured().run("timers list --bot hell").await;
    assert!(
        unknown.stderr.contains("the bots are help, shop"),
        "{unknown:?}"
    );
    // As an argument a token would be in the history of the shell, and in the list of processes.
    let argument = configured()
        .run(&format!("bot add new {}", third.token()))
        .await;
    assert_eq!(argument.code, 2, "{argument:?}");
}

#[tokio::test]
async fn without_a_key_or_code_for_them_no_bots_are_added() {
    let (world, shop, help) = two().await;
    let bots = [("shop", &shop), ("help", &help)];
    let keyless = with_bots(world.service(), &bots).run("bot list").await;
    assert_eq!(keyless.code, 1, "{keyless:?}");
    for part in ["OSTANKINO__FLEET__KEY_FILE", "openssl rand -base64 32"] {
        assert!(keyless.stderr.contains(part), "{keyless:?}");
    }
    let wrong = empty(&world)
        .set("FLEET__KEY", "secret")
        .run("config check")
        .await;
    assert!(wrong.stderr.contains("fleet.key is no key"), "{wrong:?}");
    let both = empty(&world)
        .set("TELEGRAM__TOKEN", shop.token())
        .run("config check")
        .await;
    assert!(
        both.stderr
            .contains("telegram.token is set, and so is fleet.key"),
        "{both:?}"
    );
    let shown = empty(&world).run("config check").await;
    assert_eq!(shown.code, 0, "{shown:?}");
    assert!(!shown.stdout.contains(super::KEY), "{shown:?}");

    // This program names the code of each bot.
    let named = || with_bots(world.example("bots"), &bots).set("FLEET__KEY", super::KEY);
    assert_eq!(empty(&world).run("migrate").await.code, 0);
    let third = world.tg.add_bot("third_bot");
    let added = named().run_with("bot add third", third.token()).await;
    assert_eq!(added.code, 1, "{added:?}");
    assert!(added.stderr.contains("Bots::each"), "{added:?}");
    let started = named().spawn();
    started.ends_with(1).await;
    let refused = started.logs.of("cannot_run");
    assert!(
        refused[0]["error"].to_string().contains("Bots::each"),
        "{refused:?}"
    );
}
