//! Where the configuration comes from, and what is said of a wrong one.

use std::fs;

use crate::support::{Folder, Service, World};

/// Waits for a service with a wrong configuration; gives what it said. Nothing else was begun.
async fn complaint(world: &World, service: Service) -> String {
    service.ends_with(1).await;
    assert!(service.logs.records().is_empty());
    assert!(world.tg.calls().is_empty());
    let text = service.stderr();
    assert!(!text.contains(world.tg.token()), "the token was printed");
    text
}

#[tokio::test]
async fn a_missing_token_in_production_is_named_by_its_key() {
    let world = World::new().await;
    let service = world
        .service()
        .variable("OSTANKINO_ENV", "production")
        .set("TELEGRAM__TOKEN", "")
        .spawn();
    let text = complaint(&world, service).await;
    assert!(text.contains("telegram.token is not set"), "{text}");
    assert!(text.contains("OSTANKINO__TELEGRAM__TOKEN"), "{text}");
}

#[tokio::test]
async fn whatever_is_missing_is_named_in_one_message_with_what_was_written_instead() {
    let world = World::new().await;
    let service = world
        .service()
        .set("TELEGRAM__TOKEN", "")
        .set("DATABASE__URL", "")
        .set("NATS__URLS", "")
        .variable("OSTANKINO_DATABASE_URL", &world.database_url)
        .spawn();
    let text = complaint(&world, service).await;
    for says in [
        "4 things are wrong",
        "telegram.token is not set",
        "database.url is not set",
        "nats.urls is not set",
        "OSTANKINO_DATABASE_URL is unknown: write OSTANKINO__DATABASE__URL",
    ] {
        assert!(text.contains(says), "{says}: {text}");
    }
    assert!(!text.contains(&world.database_url), "{text}");
}

#[tokio::test]
async fn a_token_of_the_wrong_form_is_not_printed() {
    let world = World::new().await;
    let token = format!("{} ", world.tg.token());
    let service = world.service().set("TELEGRAM__TOKEN", &token).spawn();
    let text = complaint(&world, service).await;
    assert!(text.contains("telegram.token has not the form"), "{text}");
}

#[tokio::test]
async fn an_unknown_key_in_a_variable_is_named_and_its_value_is_not() {
    let world = World::new().await;
    let service = world
        .service()
        .set("TELEGRAM__TOKN", world.tg.token())
        .spawn();
    let text = complaint(&world, service).await;
    let says = "the variable OSTANKINO__TELEGRAM__TOKN is unknown: [telegram] has token";
    assert!(text.contains(says), "{text}");
}

#[tokio::test]
async fn a_value_of_a_wrong_type_is_named() {
    let world = World::new().await;
    let service = world.service().set("DELIVERY__PARTITIONS", "many").spawn();
    let text = complaint(&world, service).await;
    assert!(text.contains("partitions"), "{text}");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_named_and_not_passed_over() {
    let world = World::new().await;
    let folder = Folder::new();
    let read = |name: &str| {
        let path = folder.0.join(name);
        let service = world
            .service()
            .variable("OSTANKINO_CONFIG_DIR", folder.path());
        (path, service)
    };
    let (path, service) = read("default.toml");
    fs::write(&path, "[telegram\ntoken").expect("written");
    let text = complaint(&world, service.spawn()).await;
    assert!(text.contains("default.toml"), "{text}");
    fs::remove_file(&path).expect("removed");

    let (path, service) = read("development.toml");
    fs::write(&path, b"\xff\xfe").expect("written");
    let text = complaint(&world, service.spawn()).await;
    assert!(text.contains("development.toml cannot be read"), "{text}");
    fs::remove_file(&path).expect("removed");

    let (path, service) = read(".secrets.toml");
    fs::create_dir(path).expect("made");
    let text = complaint(&world, service.spawn()).await;
    assert!(text.contains(".secrets.toml cannot be read"), "{text}");
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_named() {
    let world = World::new().await;
    let service = world
        .service()
        .variable("OSTANKINO_CONFIG_DIR", "/nowhere/at/all")
        .spawn();
    let text = complaint(&world, service).await;
    assert!(text.contains("/nowhere/at/all"), "{text}");
}

#[tokio::test]
async fn an_empty_folder_and_variables_alone_are_enough() {
    let world = World::new().await;
    let folder = Folder::new();
    let service = world
        .service()
        .variable("OSTANKINO_ENV", "production")
        .variable("OSTANKINO_CONFIG_DIR", folder.path())
        .start()
        .await;
    world.greeted("Алиса").await;
    service.stop().await;
    assert_eq!(service.logs.of("starting")[0]["environment"], "production");
}

#[tokio::test]
async fn a_bot_runs_whose_secrets_are_all_in_files() {
    let world = World::new().await;
    let folder = Folder::new();
    let mut service = world.service();
    for (key, secret) in [
        ("TELEGRAM__TOKEN", world.tg.token()),
        ("DATABASE__URL", &world.database_url),
        ("NATS__URLS", &world.nats_urls),
        ("REDIS__URL", &world.redis_url),
    ] {
        let path = folder.0.join(key);
        fs::write(&path, format!("{secret}\n")).expect("written");
        let path = path.to_str().expect("a path in UTF-8");
        service = service.set(key, "").set(&format!("{key}_FILE"), path);
    }
    let service = service.start().await;
    world.greeted("Алиса").await;
    service.stop().await;
}

#[tokio::test]
async fn a_secret_that_is_given_twice_or_whose_file_is_gone_ends_the_start() {
    let world = World::new().await;
    let service = world
        .service()
        .set("TELEGRAM__TOKEN_FILE", "/nowhere/at/all")
        .set("DATABASE__URL", "")
        .set("DATABASE__URL_FILE", "/nowhere/either")
        .spawn();
    let text = complaint(&world, service).await;
    for says in [
        "2 things are wrong",
        "telegram.token is given twice",
        "database.url cannot be read: the file /nowhere/either, which url_file in the variable \
         OSTANKINO__DATABASE__URL_FILE names, is not there",
    ] {
        assert!(text.contains(says), "{says}: {text}");
    }
}
