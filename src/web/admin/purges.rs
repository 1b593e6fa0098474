//! What the page forgets in time.

use futures_util::{FutureExt, future::BoxFuture};
use jiff::Timestamp;

use super::{audit, entry};
use crate::{Result, db::Database};

/// Forgets up to so many rows that are old; says how many there were.
type Purge = fn(Database, Timestamp, u32) -> BoxFuture<'static, Result<usize>>;

/// By the name for the log.
pub(crate) const PURGES: [(&str, Purge); 2] = [
    ("admin_entries", |database, now, limit| {
        async move { entry::purge(&database, now, limit).await }.boxed()
    }),
    ("admin_audit", |database, now, limit| {
        async move { audit::purge(&database, now, limit).await }.boxed()
    }),
];
