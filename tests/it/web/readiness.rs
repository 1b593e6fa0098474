//! `/healthz` and `/readyz`: what is wrong is told by name, with what to do, and nothing that is slow makes them slow.

use serde_json::Value;

use super::{Port, with_port};
use crate::support::{
    World,
    servers::{Nats, free_port, until},
};

/// Waits until that part is in that state.
pub(crate) async fn until_part(port: &Port, part: &str, state: &str) -> (u16, Value) {
    until(&format!("{part} is {state}"), async || {
        port.ready().await.1["parts"][part]["state"] == state
    })
    .await;
    port.ready().await
}

#[tokio::test]
async fn without_the_key_no_port_is_opened() {
    let world = World::new().await;
    let service = world.service().start().await;
    assert!(service.logs.of("web_listening").is_empty());
}

#[tokio::test]
async fn a_process_that_is_well_is_ready_and_says_what_it_does() {
    let world = World::new().await;
    let service = with_port(world.service()).start().await;
    let port = Port::of(&service).await;
    assert_eq!(port.get("/healthz").await, (200, "ok\n".into()));
    assert_eq!(port.get("/nowhere").await.0, 404);
    until("it is ready", async || {
        port.ready().await.1["status"] == "ready"
    })
    .await;
    let (status, told) = port.ready().await;
    assert_eq!(status, 200);
    let parts = &told["parts"];
    for part in ["postgresql", "nats", "redis", "polling", "partitions"] {
        assert_eq!(parts[part]["state"], "ok", "{told}");
    }
    assert!(parts["postgresql"]["age_s"].is_number(), "{told}");
    assert_eq!(parts["polling"]["here"], true);
    assert_eq!(parts["partitions"]["owned"], 4);
    assert_eq!(parts["partitions"]["of"], 4);
    service.stop().await;
}

#[tokio::test]
async fn the_command_asks_the_same_port() {
    let (world, mut postgres) = World::with_postgres().await;
    let listen = format!("127.0.0.1:{}", free_port());
    let command = || world.service().set("WEB__LISTEN", &listen).run("ready");
    let nobody = command().await;
    assert_eq!(nobody.code, 1, "{nobody:?}");
    assert!(nobody.stderr.contains(&listen), "{nobody:?}");
    let service = world.service().set("WEB__LISTEN", &listen).start().await;
    let port = Port::of(&service).await;
    until_part(&port, "postgresql", "ok").await;
    let told = command().await;
    assert_eq!(told.code, 0, "{told:?}");
    assert!(told.stdout.contains("postgresql  ok"), "{told:?}");
    postgres.kill().await;
    until_part(&port, "postgresql", "down").await;
    let told = command().await;
    assert_eq!(told.code, 1, "{told:?}");
    assert!(told.stdout.contains("database.url"), "{told:?}");
    let without = world.service().run("ready").await;
    assert_eq!(without.code, 1, "{without:?}");
    assert!(without.stderr.contains("web.listen"), "{without:?}");
}

#[tokio::test]
async fn what_is_away_is_named_and_its_return_is_seen() {
    let (world, mut postgres) = World::with_postgres().await;
    let service = with_port(world.service()).start().await;
    let port = Port::of(&service).await;
    until_part(&port, "postgresql", "ok").await;
    postgres.kill().await;
    let (status, told) = until_part(&port, "postgresql", "down").await;
    assert_eq!(
        (status, &told["status"]),
        (503, &"unready".into()),
        "{told}"
    );
    let part = &told["parts"]["postgresql"];
    assert!(
        part["error"]
            .as_str()
            .is_some_and(|error| !error.is_empty()),
        "{told}"
    );
    assert!(
        part["advice"]
            .as_str()
            .is_some_and(|advice| advice.contains("database.url"))
    );
    assert_eq!(told["parts"]["nats"]["state"], "ok", "{told}");
    // It lives all the same.
    assert_eq!(port.get("/healthz").await.0, 200);
    postgres.restart().await;
    let (status, _) = until_part(&port, "postgresql", "ok").await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_nats_server_that_hangs_is_away_and_the_answer_does_not_hang_with_it() {
    let (world, nats) = World::with_nats().await;
    let service = with_port(world.service()).start().await;
    let port = Port::of(&service).await;
    until_part(&port, "nats", "ok").await;
    nats.freeze();
    let (status, told) = until_part(&port, "nats", "down").await;
    assert_eq!(status, 503, "{told}");
    assert_eq!(told["parts"]["postgresql"]["state"], "ok", "{told}");
    // What the gauges cannot read they do not make up.
    let (status, metrics) = port.get("/metrics").await;
    assert_eq!(status, 200);
    assert!(metrics.contains("ostankino_queue_batches NaN"), "{metrics}");
}

#[tokio::test]
async fn a_redis_that_is_away_and_polls_that_fail_make_nobody_unready() {
    let (world, mut redis) = World::with_redis().await;
    let service = with_port(world.service()).start().await;
    let port = Port::of(&service).await;
    // It is not known at the start what is well.
    for part in ["postgresql", "nats", "redis"] {
        until_part(&port, part, "ok").await;
    }
    redis.kill().await;
    let (status, told) = until_part(&port, "redis", "down").await;
    assert_eq!(
        (status, &told["status"]),
        (200, &"degraded".into()),
        "{told}"
    );
    world
        .tg
        .fault(telegram_emulator::Fault::on("getUpdates").status(502));
    // Whatever polls now is held: a person ends that.
    world.tg.person("Алиса").says("/start");
    let (status, told) = until_part(&port, "polling", "down").await;
    assert_eq!(status, 200, "{told}");
    let error = told["parts"]["polling"]["error"]
        .as_str()
        .expect("an error");
    assert!(error.contains("502"), "{told}");
    assert!(!error.contains(world.tg.token()), "no secret: {error}");
}

#[tokio::test]
async fn a_start_that_waits_says_so_and_an_end_too() {
    let mut world = World::new().await;
    world.nats_urls = format!("nats://127.0.0.1:{}", free_port());
    let service = with_port(world.service()).spawn();
    let port = Port::of(&service).await;
    service.logs.wait_for("waiting").await;
    assert_eq!(port.get("/healthz").await.0, 200);
    let (status, told) = port.ready().await;
    assert_eq!(
        (status, &told["parts"]["process"]["state"]),
        (503, &"down".into()),
        "{told}"
    );
    // Metrics are asked for from the first moment on.
    assert!(
        port.get("/metrics")
            .await
            .1
            .contains("ostankino_build_info")
    );
    service.stop().await;
}

#[tokio::test]
async fn a_port_that_another_program_has_ends_the_start() {
    let world = World::new().await;
    let nats: Nats = Nats::start().await;
    let taken = format!("127.0.0.1:{}", nats.port());
    let service = world.service().set("WEB__LISTEN", &taken).spawn();
    service.ends_with(1).await;
    let record = service.logs.wait_for("cannot_run").await;
    let error = record["error"].as_str().expect("an error");
    assert!(
        error.contains("web.listen") && error.contains(&taken),
        "{error}"
    );
    let service = world.service().set("WEB__LISTEN", "8080").spawn();
    service.ends_with(1).await;
    assert!(
        service.stderr().contains("127.0.0.1:8080"),
        "{}",
        service.stderr()
    );
}
