//! What a worker finished lately: an acknowledgement can get lost, the work must not be done twice.

use std::collections::VecDeque;

use crate::request::Position;

/// More than the acknowledgements of one partition that a crash of the server can lose.
const KEPT: usize = 128;

/// The updates that a partition finished last, by their places in the queue.
#[derive(Clone, Debug, Default)]
pub(super) struct Finished(VecDeque<Position>);

impl Finished {
    pub(super) fn contains(&self, position: Position) -> bool {
        self.0.contains(&position)
    }

    pub(super) fn insert(&mut self, position: Position) {
        self.0.truncate(KEPT - 1);
        self.0.push_front(position);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ones_are_kept() {
        let mut finished = Finished::default();
        let at = |sequence| Position(1, sequence);
        (0..200).for_each(|sequence| finished.insert(at(sequence)));
        assert!(finished.contains(at(199)) && finished.contains(at(72)));
        assert!(!finished.contains(at(71)) && !finished.contains(at(200)));
    }
}
