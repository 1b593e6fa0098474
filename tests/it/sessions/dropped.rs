//! Work that is dropped or goes on when its session ends: nothing of it is committed, nothing is left
//! open, and no connection comes back that somebody else may still be using.

use diesel::{QueryResult, dsl, result::Error as DbError, select, sql_query, sql_types::Bool};
use diesel_async::{AsyncConnection, RunQueryDsl};
use ostankino::DbSession;
use tokio::sync::oneshot;

use super::{LONG, Notes, add, commit, note, process};

#[tokio::test]
async fn a_query_dropped_half_way_refuses_the_commit_and_closes_the_connection() {
    let notes = Notes::new().await;
    for loads in [true, false] {
        let session = notes.session();
        let mut connection = session.conn().await.expect("a connection");
        note(&mut connection, 1).await.expect("it is noted");
        let before = process(&mut connection).await;
        let query = async {
            if loads {
                let slow = dsl::sql::<Bool>("pg_sleep(30) IS NULL");
                let row: QueryResult<bool> = select(slow).get_result(&mut *connection).await;
                row.map(drop)
            } else {
                let slow = sql_query("SELECT pg_sleep(30)");
                slow.execute(&mut *connection).await.map(drop)
            }
        };
        tokio::select! {
            ended = query => panic!("it ended: {ended:?}"),
            () = notes.runs("SELECT pg_sleep") => {}
        }
        drop(connection);
        let error = commit(&session).await.expect_err("nobody knows");
        assert_eq!(
            error.to_string(),
            "a query or a nested transaction was dropped half-way"
        );
        notes.is_closed(before).await;
        assert_eq!(notes.count().await, 0);
    }
}

#[tokio::test]
async fn a_nested_transaction_dropped_half_way_refuses_the_commit_and_closes_the_connection() {
    let notes = Notes::new().await;
    let session = notes.session();
    let mut connection = session.conn().await.expect("a connection");
    let before = process(&mut connection).await;
    let (begun, begins) = oneshot::channel();
    let nested = connection.transaction(async |connection| {
        note(connection, 1).await?;
        begun.send(()).expect("somebody listens");
        tokio::time::sleep(LONG).await;
        Ok::<_, DbError>(())
    });
    tokio::select! {
        ended = nested => panic!("it ended: {ended:?}"),
        listened = begins => listened.expect("it begins"),
    }
    drop(connection);
    commit(&session).await.expect_err("nobody knows");
    notes.is_closed(before).await;
    assert_eq!(notes.count().await, 0);
}

#[tokio::test]
async fn a_session_dropped_while_open_rolls_back_and_closes_its_connection() {
    let notes = Notes::new().await;
    let session = notes.session();
    let mut connection = session.conn().await.expect("a connection");
    note(&mut connection, 1).await.expect("it is noted");
    let before = process(&mut connection).await;
    drop(connection);
    drop(session);
    notes.is_closed(before).await;
    assert_eq!(notes.count().await, 0);

    let next = notes.session();
    let mut connection = next.conn().await.expect("another connection");
    note(&mut connection, 1).await.expect("nothing is locked");
    drop(connection);
    next.commit().await.expect("it is committed");
}

#[tokio::test]
async fn a_session_dropped_while_it_begins_leaves_nothing_open() {
    let notes = Notes::new().await;
    for polls in 0..12 {
        let session = notes.session();
        let mut begins = Box::pin(session.conn());
        for _ in 0..polls {
            if futures_util::poll!(&mut begins).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(begins);
    }
    notes.world.all_transactions_end().await;
    let next = notes.session();
    add(&next, 1).await;
    next.commit().await.expect("it is committed");
    assert_eq!(notes.count().await, 1);
}

/// A task that holds the connection of a session until it is told to go on, and then tries to
/// write through both what it holds and what it asks for.
async fn leak(session: &DbSession) -> (oneshot::Sender<()>, tokio::task::JoinHandle<bool>) {
    let (release, released) = oneshot::channel();
    let (holding, held) = oneshot::channel();
    let session = session.clone();
    let task = tokio::spawn(async move {
        let connection = session.conn().await.expect("a connection");
        holding.send(()).expect("somebody listens");
        released.await.expect("it is told");
        drop(connection);
        session.conn().await.is_ok()
    });
    held.await.expect("it holds it");
    (release, task)
}

#[tokio::test]
async fn a_connection_still_held_makes_the_commit_an_error_and_ends_the_session_all_the_same() {
    let notes = Notes::new().await;
    for commits in [true, false] {
        let session = notes.session();
        add(&session, 1).await;
        let (release, task) = leak(&session).await;
        let ended = if commits {
            commit(&session).await
        } else {
            session.rollback().await
        };
        let error = ended.expect_err("it is in use");
        assert_eq!(
            error.to_string(),
            "the database session is still in use: a task outlived its handler"
        );
        release.send(()).expect("it waits");
        let goes_on = task.await.expect("it does not panic");
        assert!(!goes_on, "the session has ended for that task too");
        // The session itself is still there: its connection must not wait for that.
        notes.world.all_transactions_end().await;
        assert_eq!(notes.count().await, 0);
        drop(session);
    }
}
