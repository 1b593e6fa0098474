//! Redis may be away, at the start and later; that it is and that it is back is told once. What waiting cannot mend ends the
//! start.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{
    World,
    certificates::Authority,
    servers::{Redis, free_port, until},
};

#[tokio::test]
async fn a_bot_starts_without_redis_and_takes_it_when_it_comes() {
    let mut redis = Redis::prepare(&[]);
    let mut world = World::new().await;
    world.redis_url = redis.url();
    let service = world.service().start().await;
    let away = service.logs.wait_for("redis_away").await;
    assert_eq!(away["level"], "WARN");
    world.greeted("Алиса").await;
    redis.restart().await;
    service.logs.wait_for("redis_connected").await;
    service.logs.wait_for("limits_shared").await;
    assert_eq!(service.logs.of("redis_away").len(), 1);
    service.stop().await;
}

#[tokio::test]
async fn a_loss_is_told_once_and_a_return_once() {
    let (world, mut redis) = World::with_redis().await;
    let service = world.service().start().await;
    service.logs.wait_for("redis_connected").await;
    redis.kill().await;
    service.logs.wait_for("redis_lost").await;
    world.greeted("Алиса").await;
    redis.restart().await;
    let is_back = |logs: &ostankino_test::Logs| logs.of("redis_connected").len() == 2;
    until("it is back", async || is_back(&service.logs)).await;
    assert_eq!(service.logs.of("redis_lost").len(), 1);
    assert_eq!(service.logs.of("redis_away").len(), 0);
    service.stop().await;
}

/// The start of a bot with that URL ends; gives what it says.
async fn refused(world: &World, url: &str) -> String {
    let service = world.service().set("REDIS__URL", url).spawn();
    let told = service.logs.wait_for("cannot_run").await;
    service.ends_with(1).await;
    told["error"].as_str().expect("a text").to_owned()
}

#[tokio::test]
async fn a_wrong_login_ends_the_start_and_says_what_to_change() {
    let mut redis = Redis::prepare(&["--requirepass", "s3cret"]);
    redis.restart().await;
    let world = World::new().await;
    let port = redis.port();
    let error = refused(&world, &format!("redis://:wr0ng@127.0.0.1:{port}")).await;
    assert!(error.contains("refuses the user and password"), "{error}");
    assert!(
        error.contains("redis.url") && !error.contains("wr0ng"),
        "{error}"
    );
    let error = refused(&world, &format!("redis://127.0.0.1:{port}")).await;
    assert!(error.contains("refuses who names no user"), "{error}");
    let error = refused(&world, &format!("redis://:s3cret@127.0.0.1:{port}/99")).await;
    assert!(
        error.contains("redis.url") && !error.contains("s3cret"),
        "{error}"
    );

    let service = world.service();
    let service = service.set("REDIS__URL", &format!("redis://:s3cret@127.0.0.1:{port}/1"));
    let service = service.start().await;
    service.logs.wait_for("redis_connected").await;
    service.stop().await;
}

#[tokio::test]
async fn a_server_with_tls_is_trusted_by_its_authority_and_name() {
    let tls_port = free_port();
    let mut redis = Redis::prepare(&[
        "--tls-port",
        &tls_port.to_string(),
        "--tls-cert-file",
        "{folder}/redis.crt",
        "--tls-key-file",
        "{folder}/redis.key",
        "--tls-ca-cert-file",
        "{folder}/root.crt",
        "--tls-auth-clients",
        "no",
    ]);
    let authority = Authority::new();
    authority.write(redis.folder(), "root.crt");
    authority.issue(redis.folder(), "redis", "localhost", &["localhost"]);
    redis.restart().await;
    let world = World::new().await;
    let error = refused(&world, &format!("rediss://localhost:{tls_port}")).await;
    assert!(error.contains("redis.root_certificate_file"), "{error}");

    let root = redis.folder().join("root.crt");
    let service = world.service().set(
        "REDIS__ROOT_CERTIFICATE_FILE",
        root.to_str().expect("UTF-8"),
    );
    let service = service.set("REDIS__URL", &format!("rediss://localhost:{tls_port}"));
    let service = service.start().await;
    service.logs.wait_for("redis_connected").await;
    service.stop().await;
}

#[tokio::test]
async fn a_server_with_too_many_clients_is_away_for_a_while() {
    let mut redis = Redis::prepare(&["--maxclients", "1"]);
    redis.restart().await;
    // Whoever found out that it listens may be counted for a moment more.
    let mut only = None;
    until("the only place is taken", async || {
        let stream = TcpStream::connect(("127.0.0.1", redis.port())).await;
        let mut stream = stream.expect("it listens");
        let mut answer = [0; 5];
        let _ = stream.write_all(b"PING\r\n").await;
        let _ = stream.read_exact(&mut answer).await;
        only = Some(stream);
        answer == *b"+PONG"
    })
    .await;
    let mut world = World::new().await;
    world.redis_url = redis.url();
    let service = world.service().start().await;
    service.logs.wait_for("redis_away").await;
    drop(only);
    service.logs.wait_for("redis_connected").await;
    service.stop().await;
}
