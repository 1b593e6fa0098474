//! The clock of the leases: it also runs while the machine sleeps, and is never set.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The time since some moment in the past.
pub(in crate::queue) fn now() -> Duration {
    // tokio's clock stands still while the machine sleeps.
    #[cfg(target_os = "linux")]
    const CLOCK: ClockId = ClockId::Boottime;
    // Elsewhere it is the monotonic one that runs on, or there is none.
    #[cfg(not(target_os = "linux"))]
    const CLOCK: ClockId = ClockId::Monotonic;
    let now = clock_gettime(CLOCK);
    let seconds = u64::try_from(now.tv_sec).unwrap_or_default();
    let nanos = u32::try_from(now.tv_nsec).unwrap_or_default();
    Duration::new(seconds, nanos)
}
