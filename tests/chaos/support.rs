//! What this test shares with those of `tests/it/`.

use std::time::Duration;

#[expect(dead_code, reason = "not all that those tests need is needed here")]
#[path = "../it/support/servers.rs"]
pub(crate) mod servers;

/// How long to wait for what must happen: long, since two cores are shared by all.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// The apology, exactly.
pub(crate) const APOLOGY: &str = "Что-то пошло не так";

/// Begins the names of streams and buckets.
pub(crate) const PREFIX: &str = "chaos";
