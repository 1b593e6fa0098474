//! What the program does besides running the service.

use crate::support::{
    World,
    logs::waits_for,
    servers::{Postgres, free_port},
};

#[tokio::test]
async fn migrate_needs_neither_token_nor_nats_and_may_be_repeated() {
    let world = World::new().await;
    let of = |folder| std::fs::read_dir(folder).expect("the folder").count();
    let there = of("migrations") + of("bots/demo/migrations");
    for ran in [i64::try_from(there).ok(), None] {
        let service = world
            .service()
            .argument("migrate")
            .set("TELEGRAM__TOKEN", "")
            .set("NATS__URLS", "")
            .spawn();
        service.ends_with(0).await;
        let migrations = |record: &serde_json::Value| record["migrations"].as_i64();
        assert_eq!(service.logs.records().iter().find_map(migrations), ran);
        assert_eq!(world.count("FROM users").await, 0);
    }
    assert!(world.tg.calls().is_empty());
}

#[tokio::test]
async fn migrate_waits_for_the_database_too() {
    let mut postgres = Postgres::prepare();
    let mut world = World::new().await;
    world.database_url = postgres.url();
    let unreachable = format!("nats://127.0.0.1:{}", free_port());
    let service = world
        .service()
        .argument("migrate")
        .set("NATS__URLS", &unreachable)
        .spawn();
    waits_for(&service.logs, "database.url").await;
    postgres.restart().await;
    service.ends_with(0).await;
}

#[tokio::test]
async fn migrate_without_a_url_says_which_key_to_set() {
    let world = World::new().await;
    let service = world
        .service()
        .argument("migrate")
        .set("DATABASE__URL", "")
        .spawn();
    service.ends_with(1).await;
    let text = service.stderr();
    assert!(text.contains("OSTANKINO__DATABASE__URL"), "{text}");
}

#[tokio::test]
async fn help_and_version_are_told_and_an_unknown_argument_is_a_mistake() {
    let world = World::new().await;
    for version in ["--version", "-V"] {
        let told = world.service().run(version).await;
        let expected = format!("ostankino {}\n", env!("CARGO_PKG_VERSION"));
        assert_eq!((told.code, told.stdout), (0, expected));
    }
    let usage = "Usage: ostankino [OPTIONS] [COMMAND]";
    for help in ["--help", "-h"] {
        let told = world.service().run(help).await;
        assert_eq!(told.code, 0);
        for text in [usage, "migrate", "status", "dead-letters", "OSTANKINO__"] {
            assert!(told.stdout.contains(text), "{}", told.stdout);
        }
    }
    for (mistaken, tip) in [("--verison", "--version"), ("run", usage)] {
        let told = world.service().run(mistaken).await;
        assert_eq!((told.code, told.stdout.as_str()), (2, ""));
        assert!(told.stderr.contains(mistaken), "{}", told.stderr);
        assert!(told.stderr.contains(tip), "{}", told.stderr);
    }
    assert!(world.tg.calls().is_empty());
}

#[tokio::test]
async fn a_bot_on_the_library_tells_of_itself_by_its_own_name() {
    let world = World::new().await;
    let library = env!("CARGO_PKG_VERSION");
    let told = world.example("echo").run("--version").await;
    assert_eq!(told.stdout, format!("echo (ostankino {library})\n"));
    let told = world.example("custom_layer").run("--version").await;
    assert_eq!(
        told.stdout,
        format!("custom_layer {library} (ostankino {library})\n")
    );
    let told = world.example("echo").run("--help").await;
    assert!(
        told.stdout.contains("Usage: echo [OPTIONS] [COMMAND]"),
        "{}",
        told.stdout
    );
    let refused = world
        .example("echo")
        .set("NATS__URLS", "")
        .run("dead-letters list")
        .await;
    assert_eq!(refused.code, 1);
    assert!(
        refused.stderr.starts_with("echo: nats.urls is not set"),
        "{}",
        refused.stderr
    );
}

#[tokio::test]
async fn every_bot_on_the_library_has_the_commands() {
    let world = World::new().await;
    let told = world.example("echo").run("dead-letters list").await;
    assert_eq!((told.code, told.stdout.as_str()), (0, "no dead letters\n"));
}
