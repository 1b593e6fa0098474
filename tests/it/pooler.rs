//! PostgreSQL behind pgbouncer: session mode works, with the settings of our connections; modes
//! that share connections are refused at the start.

use diesel::{QueryableByName, sql_query, sql_types::Text};
use diesel_async::RunQueryDsl;
use ostankino::{DbSession, Error, Router};

use crate::{
    startup::refusal,
    support::{World, servers::Pgbouncer},
};

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    setting: String,
}

/// What the server holds of a connection that a handler gets.
async fn settings(db: DbSession) -> Result<String, Error> {
    let names = [
        "application_name",
        "statement_timeout",
        "lock_timeout",
        "idle_in_transaction_session_timeout",
        "client_connection_check_interval",
    ];
    let mut connection = db.conn().await?;
    let mut held = Vec::new();
    for name in names {
        let asked = sql_query(format!("SELECT current_setting('{name}') AS setting"));
        let row: Setting = asked.get_result(&mut *connection).await?;
        held.push(row.setting);
    }
    Ok(held.join(" "))
}

#[tokio::test]
async fn session_mode_works_with_the_settings_of_our_connections() {
    let mut world = World::new().await;
    let pgbouncer =
        Pgbouncer::start(&world.database_url, "session", "default_pool_size = 12").await;
    world.database_url = pgbouncer.url();
    let app = world.app(Router::new().command("settings", settings));
    let app = app.config(|config| config.database.statement_timeout_ms = 4_321);
    let app = app.start().await;
    let alice = world.tg.person("Алиса");
    alice.says("/settings");
    assert_eq!(
        alice.next_message().await.text,
        "ostankino 4321ms 2s 15s 1s"
    );
    assert!(world.user(alice.id()).await.expect("tracked").is_active);
    app.stop().await;
}

#[tokio::test]
async fn modes_that_share_connections_are_refused_at_the_start() {
    for (mode, settings) in [
        ("transaction", ""),
        (
            "transaction",
            "server_round_robin = 1\ndefault_pool_size = 3",
        ),
        ("transaction", "default_pool_size = 1"),
        ("statement", ""),
    ] {
        let mut world = World::new().await;
        let direct = world.database_url.clone();
        let pgbouncer = Pgbouncer::start(&direct, mode, settings).await;
        world.database_url = pgbouncer.url();
        let error = refusal(&world.service().spawn()).await;
        assert!(
            error.contains("set pool_mode = session"),
            "{mode} {settings}: {error}"
        );
        world.database_url = direct;
        let tables = "FROM pg_tables WHERE schemaname = 'public'";
        assert_eq!(world.count(tables).await, 0, "nothing was begun");
    }
}

#[tokio::test]
async fn options_that_a_pooler_refuses_are_named() {
    let mut world = World::new().await;
    let pgbouncer = Pgbouncer::start(&world.database_url, "session", "").await;
    world.database_url = format!("{}?options=-c%20search_path%3Dpublic", pgbouncer.url());
    let service = world.service().spawn();
    let error = refusal(&service).await;
    assert!(
        error.contains("take `options` out of database.url"),
        "{error}"
    );
}
