//! How sessions end when they are committed or rolled back.

use diesel::{prelude::QueryableByName, sql_query, sql_types::BigInt};
use diesel_async::{AsyncConnection, RunQueryDsl};
use futures_util::StreamExt;
use ostankino::unit_of_work::NotCommitted;

use super::{Notes, add, commit, note, process};

#[tokio::test]
async fn a_commit_keeps_what_was_done_and_a_rollback_does_not() {
    let notes = Notes::new().await;
    let session = notes.session();
    for id in [1, 2] {
        let mut connection = session.conn().await.expect("a connection");
        note(&mut connection, id).await.expect("it is noted");
    }
    assert_eq!(notes.count().await, 0, "one transaction, still open");
    session.commit().await.expect("it is committed");
    assert_eq!(notes.count().await, 2);

    let session = notes.session();
    add(&session, 3).await;
    session.rollback().await.expect("it is rolled back");
    assert_eq!(notes.count().await, 2);
    assert_eq!(notes.world.open_transactions().await, 0);
    assert_eq!(notes.connections().await, 1, "the same one");
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[tokio::test]
async fn what_was_not_read_to_its_end_is_not_taken_for_the_answer_to_the_commit() {
    let notes = Notes::new().await;
    for id in 1..=3 {
        let session = notes.session();
        let mut connection = session.conn().await.expect("a connection");
        note(&mut connection, id).await.expect("it is noted");
        let many = sql_query("SELECT generate_series(1, 50000)::int8 AS number");
        let mut numbers = many
            .load_stream::<Number>(&mut *connection)
            .await
            .expect("it runs");
        let first = numbers.next().await.expect("a row").expect("a number");
        assert_eq!(first.number, 1);
        drop((numbers, connection));
        session.commit().await.expect("it is committed");
    }
    assert_eq!(notes.count().await, 3);
    assert_eq!(notes.connections().await, 1, "the same one");
}

#[tokio::test]
async fn a_clone_is_the_same_session() {
    let notes = Notes::new().await;
    let session = notes.session();
    let clone = session.clone();
    add(&session, 1).await;
    add(&clone, 2).await;
    clone.commit().await.expect("it is committed");
    assert_eq!(notes.count().await, 2);
    session.commit().await.expect("there is nothing left to do");
}

#[tokio::test]
async fn after_its_end_a_session_gives_no_connection() {
    let notes = Notes::new().await;
    let (committed, rolled_back) = (notes.session(), notes.session());
    drop(committed.conn().await.expect("a connection"));
    committed.commit().await.expect("it is committed");
    rolled_back
        .rollback()
        .await
        .expect("there is nothing to do");
    for session in [committed, rolled_back] {
        let error = session.conn().await.expect_err("it has ended");
        assert_eq!(error.to_string(), "the database session has ended");
        assert!(!error.is_unavailable());
    }
}

#[tokio::test]
async fn a_transaction_with_a_failed_statement_is_not_committed() {
    let notes = Notes::new().await;
    let session = notes.session();
    let mut connection = session.conn().await.expect("a connection");
    note(&mut connection, 1).await.expect("it is noted");
    let before = process(&mut connection).await;
    note(&mut connection, 1).await.expect_err("it is there");
    drop(connection);
    let error = commit(&session).await.expect_err("it is aborted");
    let chain = error.chain();
    assert!(
        chain.starts_with("a failed statement was ignored, so nothing is committed: "),
        "{chain}"
    );
    assert_eq!(notes.count().await, 0);

    let next = notes.session();
    let mut connection = next.conn().await.expect("a connection");
    assert_eq!(process(&mut connection).await, before, "it is fit for use");
    drop(connection);
    next.commit().await.expect("it is committed");
}

#[tokio::test]
async fn a_failed_statement_in_a_nested_transaction_fails_only_that() {
    let notes = Notes::new().await;
    let session = notes.session();
    let mut connection = session.conn().await.expect("a connection");
    note(&mut connection, 1).await.expect("it is noted");
    let nested = connection.transaction(async |connection| {
        note(connection, 2).await?;
        sql_query("INSERT INTO nowhere VALUES (1)")
            .execute(connection)
            .await
    });
    nested.await.expect_err("there is no such table");
    note(&mut connection, 3).await.expect("it is noted");
    drop(connection);
    session.commit().await.expect("it is committed");
    assert_eq!(notes.count().await, 2);
}

#[tokio::test]
async fn a_deferred_constraint_fails_the_commit() {
    let notes = Notes::new().await;
    let session = notes.session();
    let mut connection = session.conn().await.expect("a connection");
    note(&mut connection, 1).await.expect("it is noted");
    let insert = sql_query("INSERT INTO later VALUES (7)").execute(&mut *connection);
    insert.await.expect("it is looked at later");
    drop(connection);
    let error = commit(&session).await.expect_err("there is no note 7");
    let chain = error.chain();
    assert!(chain.starts_with("the commit failed: "), "{chain}");
    assert_eq!(notes.count().await, 0);
    assert_eq!(notes.world.open_transactions().await, 0);
    assert_eq!(notes.connections().await, 1, "it is fit for use");
}

#[tokio::test]
async fn a_connection_lost_during_the_commit_is_said_to_leave_it_unknown() {
    let notes = Notes::new().await;
    let client = notes.world.database().await;
    let slow = "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$;
         CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON notes
             DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow()";
    client.batch_execute(slow).await.expect("a slow commit");
    let session = notes.session();
    let mut connection = session.conn().await.expect("a connection");
    note(&mut connection, 1).await.expect("it is noted");
    let process = process(&mut connection).await;
    drop(connection);
    let kill = async {
        notes.runs("COMMIT").await;
        let end = format!("SELECT pg_terminate_backend({process})");
        client.batch_execute(&end).await.expect("it is ended");
    };
    let (ended, ()) = tokio::join!(session.commit(), kill);
    let error = ended.expect_err("it is lost");
    assert!(matches!(error, NotCommitted::Unknown(_)), "{error:?}");
    let chain = ostankino::Error::from(error).chain();
    assert!(chain.contains("it may or may not have happened"), "{chain}");
}

#[tokio::test]
async fn a_transaction_ended_behind_the_sessions_back_is_an_error() {
    let notes = Notes::new().await;
    let session = notes.session();
    let mut connection = session.conn().await.expect("a connection");
    sql_query("ROLLBACK")
        .execute(&mut *connection)
        .await
        .expect("PostgreSQL does as it is told");
    drop(connection);
    commit(&session).await.expect_err("there is none to commit");
    assert_eq!(notes.world.open_transactions().await, 0);
}
