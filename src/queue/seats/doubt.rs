//! What the log is told when NATS does not say, or take down, which process owns what: one record at
//! the beginning, one at the end.

use std::collections::BTreeSet;

/// What NATS is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Need {
    /// To read all entries.
    Read,
    /// To write the entry of this process. A server that lost the others of its cluster takes reads all
    /// the same.
    Write,
}

/// What fails at present.
#[derive(Debug, Default)]
pub(super) struct Doubt(BTreeSet<Need>);

impl Doubt {
    pub(super) fn fails(&mut self, need: Need, error: &str) {
        let is_first = self.0.is_empty();
        self.0.insert(need);
        if is_first {
            tracing::warn!(
                event = "seats_uncertain",
                error,
                "NATS does not tell, or take down, which process owns what"
            );
        }
    }

    pub(super) fn works(&mut self, need: Need) {
        if self.0.remove(&need) && self.0.is_empty() {
            tracing::info!(
                event = "seats_certain",
                "NATS tells which process owns what again"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn it_is_over_when_all_works_again() {
        let (logs, _guard) = testing::capture_json("info");
        let mut doubt = Doubt::default();
        doubt.works(Need::Read);
        doubt.fails(Need::Write, "no answer in time");
        doubt.fails(Need::Read, "no answer in time");
        doubt.works(Need::Write);
        doubt.works(Need::Read);
        doubt.works(Need::Read);
        let events: Vec<_> = logs
            .records()
            .iter()
            .map(|record| record["event"].clone())
            .collect();
        assert_eq!(events, ["seats_uncertain", "seats_certain"]);
    }
}
