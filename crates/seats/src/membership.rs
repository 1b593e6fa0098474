//! The member entry of this process: when it is written, and whether it can be relied on.

use std::time::Duration;

use crate::{Action, Condition, Instance, Member, Timing, Written};

/// One life of the process as a member.
#[derive(Debug)]
pub(crate) struct Membership {
    pub(crate) instance: Instance,
    condition: Condition,
    /// The entry as far as it is known: its revision, and when it was sent.
    entry: Option<(u64, Duration)>,
    /// When the write under way was sent.
    writing: Option<Duration>,
    /// Whether a write was sent and succeeded since the last loss of the connection, or pause.
    is_confirmed: bool,
    /// When that was.
    doubted: Duration,
}

impl Membership {
    pub(crate) fn new(instance: Instance) -> Self {
        Self {
            instance,
            condition: Condition::Well,
            entry: None,
            writing: None,
            is_confirmed: false,
            doubted: Duration::ZERO,
        }
    }

    /// Whether its entry was ever written.
    pub(crate) fn is_known(&self) -> bool {
        self.entry.is_some()
    }

    pub(crate) fn is_confirmed(&self) -> bool {
        self.is_confirmed
    }

    /// Whether the other members must take this process for one of them.
    pub(crate) fn is_relied_on(&self, now: Duration, timing: &Timing) -> bool {
        let asserted = self.entry.map(|(_, sent)| now.saturating_sub(sent));
        self.is_confirmed && asserted.is_some_and(|age| age < timing.begin_within())
    }

    /// It may have been declared dead meanwhile.
    pub(crate) fn doubt(&mut self, now: Duration) {
        (self.is_confirmed, self.doubted) = (false, now);
    }

    /// The connection is gone, and with it the answer to the write under way.
    pub(crate) fn disconnect(&mut self, now: Duration) {
        self.doubt(now);
        self.writing = None;
    }

    /// Gives up waiting for an answer; the next write tells what became of it.
    pub(crate) fn give_up_on_silence(&mut self, now: Duration, limit: Duration) {
        self.writing
            .take_if(|sent| now.saturating_sub(*sent) >= limit);
    }

    /// The write of the entry, where that is due.
    pub(crate) fn beat(
        &mut self,
        condition: Condition,
        now: Duration,
        timing: &Timing,
    ) -> Option<Action> {
        let is_due = self.entry.is_none_or(|(_, sent)| {
            !self.is_confirmed
                || self.condition != condition
                || now.saturating_sub(sent) >= timing.beat()
        });
        if self.writing.is_some() || !is_due {
            return None;
        }
        self.condition = condition;
        self.writing = Some(now);
        Some(Action::Beat {
            instance: self.instance,
            over: self.entry.map_or(0, |(revision, _)| revision),
            member: Member { condition },
        })
    }

    /// Takes the end of a write; false if the entry is gone: the process was declared dead, or its
    /// entry expired.
    pub(crate) fn written(&mut self, written: Written<Member>, is_connected: bool) -> bool {
        let Some(sent) = self.writing.take() else {
            return true;
        };
        match written {
            Written::Done(revision) => {
                self.is_confirmed = is_connected && sent >= self.doubted;
                self.entry = Some((revision, sent));
            }
            // An earlier write did arrive, and only its answer was lost.
            Written::Refused(Some(entry)) => {
                let asserted = self.entry.map_or(Duration::ZERO, |(_, sent)| sent);
                self.entry = Some((entry.revision, asserted));
            }
            Written::Refused(None) => return false,
            Written::Unknown => {}
        }
        true
    }

    /// The removal of the entry, unless its write is under way. `Some(None)`: there is none.
    pub(crate) fn leave(&self) -> Option<Option<Action>> {
        if self.writing.is_some() {
            return None;
        }
        let instance = self.instance;
        Some(self.entry.map(|(over, _)| Action::Leave { instance, over }))
    }
}
