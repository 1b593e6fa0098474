//! What waiting cannot mend.

use serde_json::Value;
use telegram_emulator::Fault;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use super::refusal;
use crate::support::{World, servers::Nats};

#[tokio::test]
async fn a_wrong_password_is_refused_and_not_printed() {
    let mut world = World::new().await;
    let (server, role) = (world.database_url.clone(), format!("{}_role", world.prefix));
    let admin = world.database().await;
    let create = format!("CREATE ROLE {role} LOGIN PASSWORD 'right'");
    admin.batch_execute(&create).await.expect("created");
    let (_, host) = server.rsplit_once('@').expect("a user in the URL");
    world.database_url = format!("postgres://{role}:wr0ng-secret@{host}");
    let service = world.service().spawn();
    let error = refusal(&service).await;
    let drop = format!("DROP ROLE {role}");
    admin.batch_execute(&drop).await.expect("dropped");
    let advice = "correct the user and password in database.url (OSTANKINO__DATABASE__URL)";
    assert!(error.ends_with(advice), "{error}");
    let printed = |record: &Value| record.to_string().contains("wr0ng-secret");
    assert!(!service.logs.records().iter().any(printed));
    assert!(!service.stderr().contains("wr0ng-secret"));
}

#[tokio::test]
async fn a_database_that_is_not_there_is_refused() {
    let mut world = World::new().await;
    world.database_url.push_str("_elsewhere");
    let error = refusal(&world.service().spawn()).await;
    assert!(error.contains("_elsewhere"), "{error}");
    let advice =
        "create that database, or correct its name in database.url (OSTANKINO__DATABASE__URL)";
    assert!(error.ends_with(advice), "{error}");
}

#[tokio::test]
async fn a_nats_server_without_jetstream_is_refused() {
    let mut nats = Nats::prepare(&[]);
    let mut world = World::new().await;
    nats.restart().await;
    world.nats_urls = nats.url();
    let error = refusal(&world.service().spawn()).await;
    assert!(error.contains("no JetStream: start it with -js"), "{error}");
}

#[tokio::test]
async fn a_store_without_room_for_the_streams_is_refused_naming_the_setting_to_lower() {
    let world_of = async |megabytes: u32| {
        let file = std::env::temp_dir().join(format!("nats-{:016x}.conf", fastrand::u64(..)));
        let config = format!("jetstream {{ max_file_store: {megabytes}MB }}");
        std::fs::write(&file, config).expect("written");
        let mut nats = Nats::prepare(&["-js", "-c", file.to_str().expect("UTF-8")]);
        nats.restart().await;
        std::fs::remove_file(&file).expect("it was read");
        let mut world = World::new().await;
        world.nats_urls = nats.url();
        (world, nats)
    };
    // The queue does not fit; the queue does, the dead letters do not.
    for megabytes in [4, 12] {
        let (world, _nats) = world_of(megabytes).await;
        let error = refusal(&world.service().spawn()).await;
        assert!(error.contains("insufficient storage"), "{error}");
        let advice = "lower nats.stream_max_mb (OSTANKINO__NATS__STREAM_MAX_MB), which is 8";
        assert!(error.contains(advice), "{error}");
    }
}

/// Greets as an old nats-server does: none can be installed here.
async fn greet_as_an_old_server(stream: TcpStream) -> std::io::Result<()> {
    let info = r#"{"server_id":"OLD","version":"2.9.10","headers":true,"max_payload":1048576,"jetstream":true}"#;
    let mut stream = BufReader::new(stream);
    stream
        .write_all(format!("INFO {info}\r\n").as_bytes())
        .await?;
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        if line.starts_with("PING") {
            stream.write_all(b"PONG\r\n").await?;
        }
        line.clear();
    }
    Ok(())
}

#[tokio::test]
async fn a_nats_server_that_is_too_old_is_refused() {
    let mut world = World::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    world.nats_urls = format!("nats://{address}");
    let serve = async {
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            // How the client leaves is its own affair.
            let _ = greet_as_an_old_server(stream).await;
        }
    };
    let service = world.service().spawn();
    tokio::select! {
        () = serve => {}
        error = refusal(&service) => {
            assert!(error.contains("version 2.9.10: run nats-server 2.12.7 or newer"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_token_that_telegram_does_not_know_is_refused_and_not_printed() {
    let world = World::new().await;
    world.tg.fault(Fault::on("getMe").status(401));
    let service = world.service().spawn();
    let error = refusal(&service).await;
    assert!(error.contains("set telegram.token"), "{error}");
    let printed = |record: &Value| record.to_string().contains(world.tg.token());
    assert!(!service.logs.records().iter().any(printed));
    assert!(!service.stderr().contains(world.tg.token()));
}
