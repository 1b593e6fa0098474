//! Publishes the events of timers that are due: those of a user in their order, others one after the other begins.

use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};

use futures_util::future::join_all;
use jiff::Timestamp;
use tokio::time::sleep;

use super::row::Row;
use crate::{
    Error, Result,
    events::{Events, Happening, of_timer},
};

/// Publishes them, spread so that one user's begin that long after another's: whoever talks to the bot meanwhile waits for one
/// of them and not for a batch. Gives the ids of those that were not published, and why the first was not.
pub(super) async fn publish(
    events: &Events,
    due: &[(Row, Timestamp)],
    apart: Duration,
) -> (HashSet<i64>, Option<Error>) {
    let mut lanes = BTreeMap::<Option<i64>, Vec<_>>::new();
    for (row, due) in due {
        lanes
            .entry(row.whose().lane())
            .or_default()
            .push((row, *due));
    }
    let published = join_all(lanes.values().zip(0..).map(async |(lane, place)| {
        sleep(apart * place).await;
        for (done, (row, due)) in lane.iter().enumerate() {
            if let Err(error) = publish_one(events, row, *due).await {
                // Those behind it must not overtake it.
                let left: Vec<_> = lane[done..].iter().map(|(row, _)| row.id).collect();
                return Some((left, error));
            }
        }
        None
    }))
    .await;
    let (mut failed, mut problem) = (HashSet::new(), None);
    for (left, error) in published.into_iter().flatten() {
        failed.extend(left);
        problem.get_or_insert(error);
    }
    (failed, problem)
}

async fn publish_one(events: &Events, row: &Row, due: Timestamp) -> Result<()> {
    let data = row.json()?;
    let happening = Happening {
        id: of_timer(row.firing),
        name: &row.event,
        whose: &row.whose(),
        timer: Some((row.id, due.as_millisecond())),
        data: &data,
    };
    events.publish(&happening).await
}
