//! What many partitions meet at the same time is told once when it begins, and once when it is over.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

/// The most different problems of one spell.
const TOLD: usize = 4;

/// The partitions that cannot be pulled; a clone shares them.
#[derive(Clone, Debug, Default)]
pub(super) struct Trouble(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    failing: BTreeSet<u16>,
    told: BTreeSet<String>,
}

impl Trouble {
    /// A partition cannot be pulled. Says whether that is to be told: the same problem of another
    /// partition is no news.
    pub(super) fn begins(&self, partition: u16, problem: &str) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.failing.insert(partition);
        state.told.len() < TOLD && state.told.insert(problem.to_owned())
    }

    /// A partition is pulled. Says whether it was the last that was not.
    pub(super) fn ends(&self, partition: u16) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = state.failing.remove(&partition) && state.failing.is_empty();
        if is_over {
            state.told.clear();
        }
        is_over
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_problem_of_many_partitions_is_told_once_until_it_is_over() {
        let trouble = Trouble::default();
        for _ in 0..2 {
            let told = (0..64).filter(|n| trouble.begins(*n, "no answer")).count();
            assert_eq!(told, 1);
            assert!(trouble.begins(7, "the stream is gone"));
            assert!(!trouble.begins(7, "the stream is gone"));
            let over: Vec<_> = (0..64).filter(|n| trouble.ends(*n)).collect();
            assert_eq!(over, [63]);
            assert!(!trouble.ends(7), "it was well already");
        }
    }

    #[test]
    fn problems_that_all_differ_do_not_fill_the_log() {
        let trouble = Trouble::default();
        let told = (0..64).filter(|n| trouble.begins(*n, &n.to_string()));
        assert_eq!(told.count(), TOLD);
    }
}
