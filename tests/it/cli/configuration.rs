//! `config check`: it needs no server, shows no secret, and says where each value came from.

use std::{collections::BTreeMap, fs};

use serde_json::Value;

use super::{complained, told};
use crate::support::{Folder, ServiceSetup, World};

/// A token of nobody's.
const TOKEN: &str = "4242:AAsecret-of-the-token";

/// A configuration whose servers are not there, one secret of it in a file; gives the folder, too.
fn nowhere(world: &World) -> (ServiceSetup, Folder) {
    let folder = Folder::new();
    fs::write(folder.0.join("token"), format!("{TOKEN}\n")).expect("written");
    let file = "[delivery]\nlease_ms = 3000\n[bot]\nadmin_ids = [7, 8]\n";
    fs::write(folder.0.join("default.toml"), file).expect("written");
    let token = folder.0.join("token");
    let service = world
        .service()
        .variable("OSTANKINO_CONFIG_DIR", folder.path())
        .set("TELEGRAM__TOKEN", "")
        .set("TELEGRAM__TOKEN_FILE", token.to_str().expect("UTF-8"))
        .set("TELEGRAM__API_URL", "https://u:s3cret@api.invalid")
        .set("TELEGRAM__PROXY", "socks5h://u:s3cret@proxy.invalid:1080")
        .set("DATABASE__URL", "postgres://u:s3cret@db.invalid/shop")
        .set("NATS__URLS", "nats://u:s3cret@nats.invalid")
        .set("REDIS__URL", "rediss://u:s3cret@redis.invalid")
        .set("DELIVERY__PARTITIONS", "8");
    (service, folder)
}

#[tokio::test]
async fn each_value_is_told_with_its_source_and_no_secret() {
    let world = World::new().await;
    let (service, folder) = nowhere(&world);
    let text = told(service.run("config check --json").await);
    let settings: BTreeMap<String, Value> = text
        .lines()
        .map(|line| {
            let setting: Value = serde_json::from_str(line).expect("JSON");
            (setting["key"].as_str().expect("a key").to_owned(), setting)
        })
        .collect();
    let is = |key: &str, value: Value, source: &str| {
        let setting = &settings[key];
        assert_eq!(
            (&setting["value"], &setting["source"]),
            (&value, &source.into()),
            "{setting}"
        );
        setting
    };
    let path = |name: &str| Value::from(folder.0.join(name).to_str().expect("UTF-8"));
    let token = is("telegram.token", "***".into(), "secret_file");
    assert_eq!(token["file"], path("token"));
    assert_eq!(token["variable"], "OSTANKINO__TELEGRAM__TOKEN_FILE");
    let lease = &settings["delivery.lease_ms"];
    assert_eq!(
        lease["variable"], "OSTANKINO__DELIVERY__LEASE_MS",
        "it beats the file"
    );
    let partitions = is("delivery.partitions", 8.into(), "variable");
    assert_eq!(partitions["variable"], "OSTANKINO__DELIVERY__PARTITIONS");
    is("delivery.max_in_flight", 512.into(), "default");
    is(
        "telegram.api_url",
        "https://***@api.invalid".into(),
        "variable",
    );
    let admins = is("bot.admin_ids", serde_json::json!([7, 8]), "file");
    assert_eq!(admins["file"], path("default.toml"));
    for (key, address) in [
        ("telegram.proxy", "socks5h://proxy.invalid:1080"),
        ("database.url", "db.invalid:5432"),
        ("nats.urls", "nats.invalid:4222"),
        ("redis.url", "redis.invalid:6379"),
    ] {
        let setting = is(key, "***".into(), "variable");
        assert_eq!(setting["address"], address);
    }
    assert!(
        !text.contains("s3cret") && !text.contains("secret-of"),
        "{text}"
    );

    let (service, folder) = nowhere(&world);
    let text = told(service.run("config check").await);
    for says in [
        "[telegram]\ntoken = \"***\"",
        &format!(
            "# the file {}, named in the variable ",
            folder.0.join("token").display()
        ),
        "partitions = 8",
        "# the variable OSTANKINO__DELIVERY__PARTITIONS\n",
        "max_in_flight = 512",
        "# default\n",
        "; at db.invalid:5432\n",
        "[bot]\nadmin_ids = [7,8]",
    ] {
        assert!(text.contains(says), "{says}: {text}");
    }
    assert!(
        !text.contains("s3cret") && !text.contains("secret-of"),
        "{text}"
    );
    assert!(world.tg.calls().is_empty());
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once_also_of_the_bots_own_sections() {
    let world = World::new().await;
    let (service, folder) = nowhere(&world);
    fs::write(folder.0.join("development.toml"), "[bto]\nx = 1\n").expect("written");
    let wrong = service
        .set("DATABASE__URL", "postgres://u:s3c@ret@h/d")
        .set("BOT__ADMIN_IDS", "7, s3cret")
        .set("TELEMETRY__FILTER", "info,ostankino=debgu");
    let finished = wrong.run("config check").await;
    assert_eq!(finished.stdout, "");
    let text = complained(finished);
    for says in [
        "4 things are wrong with the configuration",
        "database.url holds a raw `@`",
        "telemetry.filter ",
        "bot.admin_ids is wrong in the variable OSTANKINO__BOT__ADMIN_IDS",
        "`bto` in ",
    ] {
        assert!(text.contains(says), "{says}: {text}");
    }
    assert!(!text.contains("s3c@ret"), "{text}");
}
