//! Where sessions get their connections from, and what is kept on them.

use diesel::{prelude::QueryableByName, sql_query, sql_types::BigInt};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use ostankino::{
    User,
    db::{Database, migrate},
    request::UpdateKey,
    users,
};
use ostankino_demo::profiles;

use super::{Notes, add, commit, make_inbox, process, session_on};
use crate::support::World;

#[tokio::test]
async fn no_connection_is_taken_unless_asked_for() {
    let notes = Notes::new().await;
    let session = notes.session();
    session.commit().await.expect("there is nothing to do");
    notes.session().rollback().await.expect("nor here");
    drop(notes.session());
    assert_eq!(notes.connections().await, 0);
}

#[tokio::test]
async fn the_server_is_told_the_time_outs_of_the_configuration() {
    let notes = Notes::with(|config| {
        config.database.statement_timeout_ms = 4_000;
        config.database.lock_timeout_ms = 300;
        config.database.idle_in_transaction_timeout_ms = 9_000;
    })
    .await;
    let session = notes.session();
    let mut connection = session.conn().await.expect("a connection");
    for (name, value) in [
        ("statement_timeout", "4s"),
        ("lock_timeout", "300ms"),
        ("idle_in_transaction_session_timeout", "9s"),
        ("client_connection_check_interval", "1s"),
        ("application_name", "ostankino"),
    ] {
        let told =
            diesel::dsl::sql::<diesel::sql_types::Text>(&format!("current_setting('{name}')"));
        let told: String = diesel::select(told)
            .get_result(&mut *connection)
            .await
            .expect("the query runs");
        assert_eq!(told, value, "{name}");
    }
    drop(connection);
    session.commit().await.expect("it is committed");
}

#[tokio::test]
async fn a_restart_of_postgresql_between_two_sessions_is_not_noticed() {
    let (world, mut postgres) = World::with_postgres().await;
    make_inbox(&world).await;
    let database = Database::new(&world.config().database);
    for _ in 0..2 {
        // All connections of the pool are in use once.
        let sessions: Vec<_> = (0..4).map(|_| session_on(&database)).collect();
        for session in &sessions {
            let mut connection = session.conn().await.expect("no error to the caller");
            process(&mut connection).await;
        }
        for session in &sessions {
            session.commit().await.expect("it is committed");
        }
        postgres.kill().await;
        postgres.restart().await;
    }
}

#[tokio::test]
async fn a_session_without_a_server_says_so_and_works_once_it_is_back() {
    let (world, mut postgres) = World::with_postgres().await;
    let mut config = world.config().database;
    config.connect_timeout_ms = 500;
    make_inbox(&world).await;
    let database = Database::new(&config);
    let session = session_on(&database);
    drop(session.conn().await.expect("a connection"));
    postgres.kill().await;
    let error = commit(&session).await.expect_err("the server is gone");
    assert!(error.is_unavailable(), "{}", error.chain());

    let session = session_on(&database);
    let error = session.conn().await.expect_err("there is no server");
    assert!(error.is_unavailable());
    let chain = error.chain();
    assert!(
        chain.contains("PostgreSQL is unavailable: none within 500ms: "),
        "{chain}"
    );
    assert!(chain.contains("onnection refused"), "{chain}");
    postgres.restart().await;
    // The same session: nothing was begun.
    drop(session.conn().await.expect("a connection"));
    session.commit().await.expect("it is committed");
}

#[tokio::test]
async fn a_pool_in_use_gives_the_next_session_its_turn() {
    let notes = Notes::with(|config| {
        config.database.pool_size = 1;
    })
    .await;
    let (first, second) = (notes.session(), notes.session());
    add(&first, 1).await;
    let waits = async { second.conn().await.map(drop) };
    let mut waits = std::pin::pin!(waits);
    assert!(
        futures_util::poll!(&mut waits).is_pending(),
        "there is one only"
    );
    let (ended, waited) = tokio::join!(first.commit(), waits);
    ended.expect("it is committed");
    waited.expect("it had its turn");
    second.commit().await.expect("it is committed");
    assert_eq!(notes.connections().await, 1);
}

#[derive(QueryableByName)]
struct Prepared {
    #[diesel(sql_type = BigInt)]
    statements: i64,
    #[diesel(sql_type = BigInt)]
    executions: i64,
}

async fn prepared(connection: &mut AsyncPgConnection, like: &str) -> (i64, i64) {
    let query = format!(
        "SELECT count(*) AS statements, \
         coalesce(sum(generic_plans + custom_plans), 0)::bigint AS executions \
         FROM pg_prepared_statements WHERE statement LIKE '{like}'"
    );
    let found: Prepared = sql_query(query)
        .get_result(connection)
        .await
        .expect("the query runs");
    (found.statements, found.executions)
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_are_parsed_once_for_each_connection() {
    let world = World::new().await;
    let mut config = world.config().database;
    config.pool_size = 1;
    migrate(&config).await.expect("the schema is there");
    let database = Database::new(&config);
    let user = User {
        id: 7,
        is_bot: false,
        first_name: "Алиса".into(),
        last_name: None,
        username: None,
        language_code: None,
    };
    for _ in 0..3 {
        let session = session_on(&database);
        let mut connection = session.conn().await.expect("a connection");
        let as_of = UpdateKey {
            bot_id: 1,
            update_id: 1,
        };
        users::set_active(&mut connection, &user, true, as_of)
            .await
            .expect("it runs");
        profiles::save(&mut connection, user.id, "Алиса", 7)
            .await
            .expect("it runs");
        users::deactivate(&mut connection, user.id, as_of)
            .await
            .expect("it runs");
        drop(connection);
        session.commit().await.expect("it is committed");
    }
    let session = session_on(&database);
    let mut connection = session.conn().await.expect("a connection");
    for statement in [
        "INSERT INTO users%",
        "INSERT INTO \"profiles\"%",
        "UPDATE users%",
    ] {
        assert_eq!(
            prepared(&mut connection, statement).await,
            (1, 3),
            "{statement}"
        );
    }
    drop(connection);
    session.commit().await.expect("it is committed");
}
