//! A timer that is still to come, as its user is told of it.

use jiff::Timestamp;

use super::row::Row;
use crate::{Error, Event, Result};

/// A timer that is still to come.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Timer<E> {
    /// By which it is cancelled.
    pub id: i64,
    /// Its name, if it was given one.
    pub key: Option<String>,
    /// When it is due, next.
    pub due: Timestamp,
    /// The cron line of a repeated one.
    pub cron: Option<String>,
    /// What is to happen.
    pub event: E,
}

impl<E: Event> Timer<E> {
    pub(super) fn of(row: Row) -> Result<Self> {
        let event = serde_json::from_str(&row.data).map_err(Error::other)?;
        Ok(Self {
            due: row.due(),
            id: row.id,
            key: row.key,
            cron: row.cron,
            event,
        })
    }
}
