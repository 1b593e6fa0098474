//! PostgreSQL: connections, migrations, the session of an update ([`DbSession`]) and the users.

mod cached;
mod connect;
mod connect_error;
mod deadline;
mod dial;
mod inbox;
mod lost;
mod migration_check;
mod migration_lock;
mod migrations;
mod offer;
mod pool;
mod pooler;
pub mod profiles;
mod purge;
pub mod schema;
mod session;
mod sqlstate;
mod text;
mod tracker;
mod transaction;
pub mod users;
mod wire;

pub use cached::Cached;
pub use connect::connect;
pub use connect_error::ConnectError;
#[doc(hidden)]
pub use inbox::{Inbox, InboxEntry, InboxKey};
pub(crate) use lost::DatabaseLost;
pub use migration_check::MigrationError;
pub use migrations::{migrate, migrate_from};
pub use pool::Database;
#[doc(hidden)]
pub use purge::purge;
pub use session::{Conn, DbSession};
pub use sqlstate::{Blame, Meaning, sqlstate};
pub use text::storable;
#[doc(hidden)]
pub use tracker::{TrackerDriver, UserTracker};
