//! PostgreSQL: connections, migrations, and what every room's queries need.

mod cached;
mod connect;
mod connect_error;
mod deadline;
mod dedicated;
mod dial;
mod error;
mod forget;
mod lost;
mod migration_check;
mod migration_harness;
mod migration_lock;
mod migrations;
mod offer;
mod owner;
mod pool;
mod pooler;
pub mod schema;
mod sqlstate;
mod text;
mod time;
mod wire;

pub use cached::Cached;
pub use connect::connect;
pub(crate) use connect::{
    Ended, begin_with_next, commit_with_next, ended_with_last, has_dropped_query, is_spent,
    last_begun_at,
};
pub use connect_error::ConnectError;
pub(crate) use deadline::condemn;
pub(crate) use dedicated::Dedicated;
pub(crate) use error::{classified, failed};
pub(crate) use forget::Old;
pub(crate) use lost::DatabaseLost;
pub use migration_check::MigrationError;
pub(crate) use migrations::{BotMigrations, migrate_all, migrate_apart};
pub use migrations::{migrate, migrate_with};
#[cfg(feature = "cli")]
pub(crate) use owner::owner_of;
pub use pool::Database;
pub(crate) use pool::{Pooled, Turn};
pub use sqlstate::{Blame, Meaning, sqlstate};
pub use text::storable;
pub(crate) use time::{from_pg, to_pg};
