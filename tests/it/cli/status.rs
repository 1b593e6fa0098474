//! What runs and what waits.

use async_nats::jetstream::kv;
use ostankino::Router;
use serde_json::{Value, json};

use super::{set_aside, start, told};
use crate::support::{
    World,
    servers::{free_port, until},
};

#[tokio::test]
async fn before_anything_ran_it_says_so_and_creates_nothing() {
    let (world, _redis) = World::with_redis().await;
    let status = world.service().run("status").await;
    assert_eq!(status.code, 1);
    assert!(
        status.stdout.contains("with the command `migrate`"),
        "{status:?}"
    );

    told(world.service().run("migrate").await);
    let status = told(
        world
            .service()
            .set("TELEGRAM__TOKEN", "")
            .run("status")
            .await,
    );
    let rows: Vec<_> = status.lines().collect();
    let expected = [
        "PostgreSQL  answers",
        "NATS        answers",
        "Redis       answers",
        "leader      none",
        "queue       none: no service has run under this nats.prefix",
        "inbox       0 updates remembered",
        "timers      0 to come",
        "jobs        0 waiting, 0 running",
        "mailings    0 scheduled, 0 running, 0 paused",
        "owed calls  0 waiting",
    ];
    assert_eq!(rows, expected);
    let jetstream = world.jetstream().await;
    for name in ["UPDATES", "DEAD"].map(|name| format!("{}_{name}", world.prefix)) {
        assert!(jetstream.get_stream(name).await.is_err());
    }
    let bucket = format!("{}_leases", world.prefix);
    assert!(jetstream.get_key_value(bucket).await.is_err());
}

#[tokio::test]
async fn it_counts_what_waits_and_what_is_in_flight() {
    let world = World::new().await;
    let stuck = Router::new().text(async || std::future::pending::<()>().await);
    let app = world
        .app(stuck)
        .config(|config| config.delivery.shutdown_grace_ms = 1);
    let app = app.start().await;
    let alice = world.tg.person("Алиса");
    let boris = world.person_apart_from("Борис", &[&alice]);
    alice.says_many(["раз", "два", "три"]);
    boris.says("раз");
    set_aside(&world, &start(1, 5)).await;

    let status = async || -> Value {
        let told = told(world.service().run("status --json").await);
        serde_json::from_str(&told).expect("an object")
    };
    until("all are in flight", async || {
        status().await["nats"]["in_flight"] == 4
    })
    .await;
    let found = status().await;
    let nats = &found["nats"];
    assert_eq!(
        (&nats["ok"], &nats["waiting"]),
        (&true.into(), &0.into()),
        "{found}"
    );
    assert_eq!(
        (&nats["partitions"], &nats["dead_letters"]),
        (&4.into(), &1.into())
    );
    let busiest = nats["busiest"].as_array().expect("a list");
    let updates: Vec<_> = busiest.iter().map(|busy| &busy["updates"]).collect();
    assert_eq!(updates, [3, 1]);
    assert!(nats["oldest_s"].is_u64());
    assert_eq!(found["postgresql"]["ok"], true);

    let text = told(world.service().run("status").await);
    assert!(
        text.contains("0 waiting, 4 in flight, the oldest for "),
        "{text}"
    );
    assert!(text.contains("\nbusiest       partition "), "{text}");
    app.stop().await;
}

#[tokio::test]
async fn of_a_long_backlog_it_tells_about_how_much_waits() {
    let world = World::new().await;
    world.service().start().await.stop().await;
    let jetstream = world.jetstream().await;
    let subject = format!("{}.upd.{}.0", world.prefix, world.tg.bot_id());
    let publish = |_| jetstream.publish(subject.clone(), r#"{"update_id":1}"#.into());
    for sent in futures_util::future::join_all((0..300).map(publish)).await {
        sent.expect("sent").await.expect("stored");
    }
    let text = told(world.service().run("status").await);
    assert!(
        text.contains("about 300 waiting, about 0 in flight"),
        "{text}"
    );
    let json = told(world.service().run("status --json").await);
    let found: Value = serde_json::from_str(&json).expect("an object");
    assert_eq!(found["nats"]["is_estimate"], true);
}

#[tokio::test]
async fn it_names_who_polls_for_each_bot() {
    let world = World::new().await;
    told(world.service().run("migrate").await);
    let leases = kv::Config {
        bucket: format!("{}_leases", world.prefix),
        ..kv::Config::default()
    };
    let leases = world
        .jetstream()
        .await
        .create_key_value(leases)
        .await
        .expect("a bucket");
    let lease = json!({"instance": "a1", "host": "web-2\u{1b}", "since": 1_769_846_950});
    for key in ["poller.42", "poller.7", "poller.given-up", "something.else"] {
        let put = leases.put(key, lease.to_string().into()).await;
        put.expect("stored");
    }
    leases.delete("poller.7").await.expect("deleted");
    let text = told(world.service().run("status").await);
    let leaders: Vec<_> = text
        .lines()
        .filter(|row| row.starts_with("leader"))
        .collect();
    let expected = r"leader      bot 42: host web-2\u{1b}, instance a1, since 2026-01-31T08:09:10Z";
    assert_eq!(leaders, [expected]);
}

#[tokio::test]
async fn with_a_server_away_it_tells_of_the_other_and_fails() {
    let world = World::new().await;
    world.service().start().await.stop().await;
    let nats = format!("nats://127.0.0.1:{}", free_port());
    let postgresql = format!("postgres://nobody@127.0.0.1:{}/nothing", free_port());

    let status = world.service().set("NATS__URLS", &nats).run("status").await;
    assert_eq!(status.code, 1);
    let away = "NATS        away: no connection to NATS could be made";
    for row in [
        "PostgreSQL  answers",
        away,
        "inbox       0 updates remembered",
    ] {
        assert!(status.stdout.contains(row), "{status:?}");
    }

    let status = world
        .service()
        .set("DATABASE__URL", &postgresql)
        .run("status")
        .await;
    assert_eq!(status.code, 1);
    let away = "PostgreSQL    away: no connection to PostgreSQL could be made";
    for row in [
        away,
        "NATS          answers",
        "partitions    4",
        "dead letters  0",
    ] {
        assert!(status.stdout.contains(row), "{status:?}");
    }

    let service = world.service().set("DATABASE__URL", &postgresql);
    let status = service.set("NATS__URLS", &nats).run("status --json").await;
    assert_eq!(status.code, 1);
    let found: Value = serde_json::from_str(&status.stdout).expect("an object");
    for server in ["nats", "postgresql"] {
        assert_eq!(found[server]["ok"], false);
        assert!(found[server]["error"].is_string());
    }
}

#[tokio::test]
async fn a_redis_that_is_away_is_told_and_is_no_failure() {
    let (world, mut redis) = World::with_redis().await;
    told(world.service().run("migrate").await);
    let json = async || -> Value {
        let told = told(world.service().run("status --json").await);
        serde_json::from_str(&told).expect("an object")
    };
    assert_eq!(json().await["redis"], json!({ "ok": true }));
    redis.kill().await;
    let found = json().await;
    assert_eq!(found["redis"]["ok"], false);
    assert!(found["redis"]["error"].is_string(), "{found}");
    let text = told(world.service().run("status").await);
    assert!(text.contains("Redis       away: "), "{text}");

    let none = world.service().set("REDIS__URL", "").run("status --json");
    let found: Value = serde_json::from_str(&told(none.await)).expect("an object");
    assert_eq!(found["redis"], Value::Null);
}
