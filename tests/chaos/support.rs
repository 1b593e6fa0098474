//! What this test shares with those of `tests/it/`.

use std::time::Duration;

#[path = "../it/support/servers.rs"]
pub(crate) mod servers;

/// How long to wait for what must happen: long, since two cores are shared by all.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// The apology, exactly.
pub(crate) const APOLOGY: &str = "Что-то пошло не так";

/// Begins the names of streams and buckets.
pub(crate) const PREFIX: &str = "chaos";
