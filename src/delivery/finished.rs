//! What a worker finished lately: an acknowledgement can get lost, the work must not be done twice.

use std::collections::VecDeque;

/// More than the acknowledgements of one partition that a crash of the server can lose.
const KEPT: usize = 128;

/// The updates that a partition finished last, by their ids.
#[derive(Clone, Debug, Default)]
pub(super) struct Finished(VecDeque<i64>);

impl Finished {
    pub(super) fn contains(&self, update_id: i64) -> bool {
        self.0.contains(&update_id)
    }

    pub(super) fn insert(&mut self, update_id: i64) {
        self.0.truncate(KEPT - 1);
        self.0.push_front(update_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ones_are_kept() {
        let mut finished = Finished::default();
        (0..200).for_each(|id| finished.insert(id));
        assert!(finished.contains(199) && finished.contains(72));
        assert!(!finished.contains(71) && !finished.contains(200));
    }
}
