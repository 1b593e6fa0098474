//! How often a bot looks after what it is told of by others: where a process has many, less often, so that idle ones cost it no more
//! than a few.

use std::time::Duration;

use super::Config;

/// So many bots look as often as one alone.
const FEW: usize = 16;

/// How many times as long intervals are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace(u32);

impl Config {
    /// That of each bot of the process.
    pub(crate) fn pace(&self) -> Pace {
        let bots = self.bots.len() + self.added.count();
        let times = bots.div_ceil(FEW).max(1);
        Pace(u32::try_from(times).unwrap_or(u32::MAX))
    }
}

impl Pace {
    pub(crate) fn times(self) -> u32 {
        self.0
    }

    /// The interval of one bot among as many as there are.
    pub(crate) fn of(self, alone: Duration) -> Duration {
        alone * self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_bots_together_look_as_often_as_sixteen() {
        let pace = |bots: usize| {
            let mut config = Config::default();
            let names = (0..bots).map(|number| format!("b{number}"));
            config.bots = names.map(|name| (name, Default::default())).collect();
            config.pace().of(Duration::from_secs(2))
        };
        for (bots, seconds) in [(0, 2), (1, 2), (16, 2), (17, 4), (200, 26)] {
            assert_eq!(pace(bots), Duration::from_secs(seconds), "{bots}");
        }
    }
}
