//! A pooler that gives each transaction another connection breaks prepared statements, settings and
//! the lock of the migrations, now and then and without a word: it is found out at the start.

use std::pin::pin;

use futures_util::future::{Either, join, select, try_join};
use tokio_postgres::{Client, SimpleQueryMessage, error::SqlState};

use super::{
    ConnectError,
    connect::{open, within_limit},
};
use crate::config::DatabaseConfig;

/// Others may use the pool at the same moment; alone, one round is enough.
const ROUNDS: usize = 2;

/// Fails if a connection of ours is not always the same one of the server's.
pub(super) async fn refuse_transaction_mode(config: &DatabaseConfig) -> Result<(), ConnectError> {
    let opening = || within_limit(config, open(config));
    let (first, second) = try_join(opening(), opening()).await?;
    within_limit(config, async {
        let asking = pin!(is_shared(&first.client, &second.client));
        // Nobody else drives them. At their end the questions end as well.
        let driving = pin!(join(first.connection, second.connection));
        let shared = match select(asking, driving).await {
            Either::Left((shared, _)) => shared,
            Either::Right((_, asking)) => asking.await,
        };
        match shared {
            Ok(false) => Ok(()),
            Ok(true) => Err(ConnectError::Pooled),
            Err(error) => Err(ConnectError::lost(error)),
        }
    })
    .await
}

/// Two clients of one pool take turns. In session mode, and without a pooler, each has a process of
/// the server for itself. In transaction mode a pool that gives its last connection first gives that
/// of the first client to the second one; one that gives them in turn changes that of the first.
async fn is_shared(first: &Client, second: &Client) -> Result<bool, tokio_postgres::Error> {
    for _ in 0..ROUNDS {
        let before = process(first).await?;
        if process(first).await? != before {
            return Ok(true);
        }
        match second.batch_execute("BEGIN").await {
            // Statement mode: there are no transactions.
            Err(error) if error.code() == Some(&SqlState::PROTOCOL_VIOLATION) => return Ok(true),
            begun => begun?,
        }
        if process(second).await? == before || process(first).await? != before {
            return Ok(true);
        }
        second.batch_execute("ROLLBACK").await?;
    }
    Ok(false)
}

/// The server's process, by the simple protocol: the other one prepares statements, which is one of
/// the things that break.
async fn process(client: &Client) -> Result<Option<String>, tokio_postgres::Error> {
    let answer = client.simple_query("SELECT pg_backend_pid()").await?;
    Ok(answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    }))
}
