//! Whether a process calls itself well. It changes its mind slowly: a restart of a server moves no
//! seat.

use std::time::Duration;

use crate::Timing;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Health {
    is_well: bool,
    /// Since when the servers are in the other condition.
    differs_since: Option<Duration>,
}

impl Health {
    pub(crate) fn new() -> Self {
        Self {
            is_well: true,
            differs_since: None,
        }
    }

    /// What was just found of the servers.
    pub(crate) fn found(&mut self, is_well: bool, now: Duration) {
        if is_well == self.is_well {
            self.differs_since = None;
        } else {
            self.differs_since.get_or_insert(now);
        }
    }

    /// What the process calls itself now.
    pub(crate) fn is_well(&mut self, now: Duration, timing: &Timing) -> bool {
        let patience = match self.is_well {
            true => timing.unwell_after,
            false => timing.well_after,
        };
        if self
            .differs_since
            .is_some_and(|since| now.saturating_sub(since) >= patience)
        {
            self.is_well = !self.is_well;
            self.differs_since = None;
        }
        self.is_well
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lasts_changes_it() {
        let timing = Timing::single(Duration::from_secs(15));
        let at = Duration::from_secs;
        let mut health = Health::new();
        health.found(false, at(1));
        assert!(health.is_well(at(5), &timing));
        health.found(true, at(5));
        health.found(false, at(6));
        assert!(health.is_well(at(10), &timing), "it was well in between");
        assert!(!health.is_well(at(11), &timing));
        health.found(true, at(12));
        assert!(!health.is_well(at(21), &timing));
        assert!(health.is_well(at(22), &timing));
    }
}
