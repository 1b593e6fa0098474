//! Publishes the events of timers that are due: those of a user in their order, others side by side.

use std::collections::{BTreeMap, HashSet};

use futures_util::future::join_all;
use jiff::Timestamp;

use super::row::Row;
use crate::{
    Error, Result,
    events::{Events, Happening, of_timer},
};

/// Publishes them; gives the ids of those that were not, and why the first was not.
pub(super) async fn publish(
    events: &Events,
    due: &[(Row, Timestamp)],
) -> (HashSet<i64>, Option<Error>) {
    let mut lanes = BTreeMap::<Option<i64>, Vec<_>>::new();
    for (row, due) in due {
        lanes
            .entry(row.whose().lane())
            .or_default()
            .push((row, *due));
    }
    let published = join_all(lanes.values().map(async |lane| {
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
