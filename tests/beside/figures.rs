//! What is measured, and how it is shown.

use std::time::Duration;

/// How long people waited, of the fastest first.
pub(crate) struct Waits(Vec<Duration>);

/// What people felt, alone and beside something.
pub(crate) struct Figures {
    pub(crate) idle: Waits,
    pub(crate) beside: Waits,
    /// How many calls Telegram refused.
    pub(crate) refused: usize,
    /// What was done beside, in a second.
    pub(crate) per_s: f64,
}

/// All that was measured.
#[derive(Default)]
pub(crate) struct Table {
    missed: bool,
}

impl Waits {
    pub(crate) fn of(mut waits: Vec<Duration>) -> Self {
        assert!(!waits.is_empty(), "somebody talked");
        waits.sort_unstable();
        Self(waits)
    }

    /// How long all but `above` of a thousand waited at the most, in ms.
    fn but(&self, above: usize) -> f64 {
        let last = self.0.len() - 1;
        self.0[last - last * above / 1_000].as_secs_f64() * 1e3
    }

    fn shown(&self) -> String {
        let [p50, p90, p99] = [500, 100, 10].map(|above| self.but(above));
        format!("{p50:>7.1}{p90:>7.1}{p99:>8.1}")
    }
}

impl Table {
    pub(crate) fn head() -> String {
        format!(
            "{:<24}{:^22}  {:^22}{:>8}{:>9}{:>9}\n{:<24}{}  {}",
            "ms until the answer",
            "alone",
            "beside",
            "p99 x",
            "refused",
            "beside/s",
            "",
            "    p50    p90     p99",
            "    p50    p90     p99",
        )
    }

    /// Prints a line.
    pub(crate) fn add(&mut self, what: &str, figures: &Figures) {
        let Figures {
            idle,
            beside,
            refused,
            per_s,
        } = figures;
        let times = beside.but(10) / idle.but(10);
        self.missed |= times >= 2.0 || *refused > 0;
        println!(
            "{what:<24}{}  {}{times:>8.1}{refused:>9}{per_s:>9.1}",
            idle.shown(),
            beside.shown()
        );
    }

    pub(crate) fn is_reached(&self) -> bool {
        !self.missed
    }
}
