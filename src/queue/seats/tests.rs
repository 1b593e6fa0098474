//! Processes that share seats over a real nats-server: each is a task with a connection of its own.
#![expect(
    clippy::disallowed_methods,
    reason = "tests read the environment that `make test` prepares, and start tasks"
)]

mod faults;
mod old;
mod sharing;
pub(super) mod world;

#[expect(dead_code, reason = "not all that other tests need is needed here")]
#[path = "../../../tests/it/support/servers.rs"]
mod servers;

use std::time::Duration;

/// How long to wait for what must happen: long, since many tests share two cores.
pub(crate) const DEADLINE: Duration = Duration::from_secs(40);
