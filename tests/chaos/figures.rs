//! What a run counted, and what of it must not be.

use std::{collections::BTreeMap, fmt, time::Duration};

use crate::{faults::Happened, point::Point, referee::Fouls, stores::Applied};

/// The figures of a run. `docs/testing.md` says what they mean.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    pub(crate) updates: usize,
    /// Of those that leave a trace.
    pub(crate) applied: usize,
    pub(crate) traced: usize,
    pub(crate) refused: usize,
    pub(crate) dead_letters: usize,
    pub(crate) replies: usize,
    pub(crate) repeated_replies: usize,
    pub(crate) apologies: usize,
    pub(crate) refusals: usize,
    pub(crate) reminders: usize,
    pub(crate) obligations: usize,
    pub(crate) repeated_obligations: usize,
    pub(crate) noted: usize,
    pub(crate) dialogs: usize,
    pub(crate) dialog_presses: i64,
    pub(crate) unanswered: Vec<i64>,
    pub(crate) mailings: usize,
    pub(crate) mailed: usize,
    pub(crate) mailed_again: usize,
    pub(crate) unknown: i64,
    pub(crate) deliveries: u64,
    pub(crate) most_deliveries: u64,
    pub(crate) restarts: u32,
    pub(crate) processes: i64,
    pub(crate) duration: Duration,
    happened: Happened,
    pub(crate) passed: BTreeMap<Point, u32>,
    /// What the handlers did, in their order.
    pub(crate) log: Vec<Applied>,

    // What must be nought.
    pub(crate) lost: usize,
    pub(crate) doubled: usize,
    pub(crate) out_of_order: usize,
    pub(crate) fsm_mismatches: usize,
    pub(crate) wrong_states: usize,
    pub(crate) silent: usize,
    pub(crate) unfounded: usize,
    pub(crate) reversed: usize,
    pub(crate) dead_though_applied: usize,
    pub(crate) reminders_lost: usize,
    pub(crate) reminders_doubled: usize,
    pub(crate) unmet: usize,
    pub(crate) wrong_edits: usize,
    pub(crate) dialog_mismatches: usize,
    pub(crate) wrong_pictures: usize,
    pub(crate) fouls: Fouls,
    pub(crate) wrong_active: usize,
    pub(crate) mailed_twice: usize,
    pub(crate) passed_over: usize,
    pub(crate) wrong_sends: usize,
    pub(crate) wrong_sums: usize,
    pub(crate) too_many_unknown: i64,
    pub(crate) stuck: usize,
    pub(crate) open_transactions: usize,
    pub(crate) wrong_leases: usize,
    pub(crate) wrong_ends: usize,
    pub(crate) unknown_points: usize,

    notes: Vec<String>,
}

impl Figures {
    /// To be filled in, after these faults.
    pub(crate) fn after(happened: Happened) -> Self {
        Self {
            happened,
            ..Self::default()
        }
    }

    /// Remembers a detail of a violation.
    pub(crate) fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    /// How many faults there were that are no kills.
    pub(crate) fn happened_besides_kills(&self) -> i64 {
        let others = self
            .happened
            .iter()
            .filter(|(name, _)| !name.starts_with("kill"));
        others.map(|(_, times)| i64::from(*times)).sum()
    }

    /// What must be nought and is not, by name.
    pub(crate) fn violations(&self) -> Vec<(&'static str, usize)> {
        let mut all = self.must_be_nought().to_vec();
        all.retain(|(_, count)| *count > 0);
        all
    }

    fn must_be_nought(&self) -> [(&'static str, usize); 29] {
        [
            ("lost", self.lost),
            ("doubled", self.doubled),
            ("out of order", self.out_of_order),
            ("FSM mismatches", self.fsm_mismatches),
            ("wrong states seen", self.wrong_states),
            ("applied, not answered", self.silent),
            ("answered, not applied", self.unfounded),
            ("refused and applied", self.reversed),
            ("dead though applied", self.dead_though_applied),
            ("reminders lost", self.reminders_lost),
            ("reminders doubled", self.reminders_doubled),
            ("obligations not met", self.unmet),
            ("edits not found", self.wrong_edits),
            ("dialog mismatches", self.dialog_mismatches),
            ("wrong pictures", self.wrong_pictures),
            ("seats stolen", self.fouls.stolen),
            ("work without the seat", self.fouls.unseated),
            ("repeated for no reason", self.fouls.repeated),
            ("wrong is_active", self.wrong_active),
            ("mailed twice", self.mailed_twice),
            ("passed over by a mailing", self.passed_over),
            ("wrong about who got one", self.wrong_sends),
            ("wrong sums of mailings", self.wrong_sums),
            (
                "unknown beyond the bound",
                self.too_many_unknown
                    .unsigned_abs()
                    .try_into()
                    .unwrap_or(usize::MAX),
            ),
            ("stuck", self.stuck),
            ("open transactions", self.open_transactions),
            ("wrong leases", self.wrong_leases),
            ("wrong ends", self.wrong_ends),
            ("points not recognised", self.unknown_points),
        ]
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |name: &str, value: &dyn fmt::Display| writeln!(f, "  {name:<28}{value:>8}");
        line("updates", &self.updates)?;
        line("of them leave a trace", &self.traced)?;
        line("applied", &self.applied)?;
        line("refused by the handler", &self.refusals)?;
        line("refused with an apology", &self.refused)?;
        line("dead letters", &self.dead_letters)?;
        line("replies", &self.replies)?;
        line("repeated replies", &self.repeated_replies)?;
        line("apologies", &self.apologies)?;
        line("applied, only apologised", &self.unanswered.len())?;
        line("reminders", &self.reminders)?;
        line("obligations", &self.obligations)?;
        line("repeated obligations", &self.repeated_obligations)?;
        line("messages with a name", &self.noted)?;
        line("dialogs", &self.dialogs)?;
        line("their presses that count", &self.dialog_presses)?;
        line("mailings", &self.mailings)?;
        line("their messages", &self.mailed)?;
        line("of them sent again", &self.mailed_again)?;
        line("unknown whether sent", &self.unknown)?;
        line("deliveries", &self.deliveries)?;
        line("most of one update", &self.most_deliveries)?;
        line("restarts", &self.restarts)?;
        line(
            "duration, s",
            &format!("{:.1}", self.duration.as_secs_f64()),
        )?;
        writeln!(f, "  -- faults")?;
        for (name, times) in &self.happened {
            writeln!(f, "  {name:<42} {times:>3}")?;
        }
        writeln!(f, "  -- how often processes came by the points")?;
        for point in Point::ALL {
            let passed = self.passed.get(&point).copied().unwrap_or_default();
            writeln!(f, "  {:<28}{passed:>8}", point.name())?;
        }
        writeln!(f, "  -- must be nought")?;
        for (name, count) in self.must_be_nought() {
            let mark = if count > 0 { "  <--" } else { "" };
            writeln!(f, "  {name:<28}{count:>8}{mark}")?;
        }
        if !self.unanswered.is_empty() {
            writeln!(f, "  applied, only apologised: {:?}", self.unanswered)?;
        }
        let notes = || self.notes.iter().chain(&self.fouls.notes);
        for note in notes().take(20) {
            writeln!(f, "  ! {note}")?;
        }
        if let more @ 1.. = notes().count().saturating_sub(20) {
            writeln!(f, "  ! … and {more} more")?;
        }
        Ok(())
    }
}
