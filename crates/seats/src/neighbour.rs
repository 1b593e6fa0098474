//! Notices that a neighbour died: each member asks the next one in the ring of all members. That
//! nobody could answer counts only if it is so twice, and if the neighbour's entry did not change
//! meanwhile.

use std::{collections::BTreeMap, time::Duration};

use crate::{Answer, Entry, Instance, Member, Timing};

/// The watch over one neighbour.
#[derive(Clone, Debug, Default)]
pub(crate) struct Neighbour {
    /// The question that is under way: when it was sent, and what the entry was by then.
    asked: Option<Question>,
    /// The first question that nobody could answer, as if it were sent when that was heard.
    suspicion: Option<Question>,
    removed_at: Option<Duration>,
}

#[derive(Clone, Copy, Debug)]
struct Question {
    member: Instance,
    revision: u64,
    sent: Duration,
}

impl Neighbour {
    /// Whom to ask now, if anybody.
    pub(crate) fn question(
        &mut self,
        me: Instance,
        members: &BTreeMap<Instance, Entry<Member>>,
        now: Duration,
        timing: &Timing,
    ) -> Option<Instance> {
        let (member, entry) = next_in_ring(me, members)?;
        self.suspicion.take_if(|first| first.member != member);
        // A question without an answer is given up with the next tick.
        if self
            .asked
            .is_some_and(|asked| now.saturating_sub(asked.sent) < timing.tick)
            || self
                .suspicion
                .is_some_and(|first| now.saturating_sub(first.sent) < timing.question_gap)
        {
            return None;
        }
        self.asked = Some(Question {
            member,
            revision: entry.revision,
            sent: now,
        });
        Some(member)
    }

    /// Takes an answer; gives whose entry, of which revision, is to be removed.
    pub(crate) fn answered(
        &mut self,
        member: Instance,
        answer: Answer,
        now: Duration,
        timing: &Timing,
    ) -> Option<(Instance, u64)> {
        let asked = self.asked.take_if(|asked| asked.member == member)?;
        match answer {
            Answer::Alive => self.suspicion = None,
            // It says nothing either way: a paused process does not answer, but is no dead one.
            Answer::Silence => {}
            Answer::NoResponders => {
                // It may have lost its connection just before the answer, however early it was asked.
                let heard = Question { sent: now, ..asked };
                let first = *self.suspicion.get_or_insert(heard);
                let is_sure = asked.sent.saturating_sub(first.sent) >= timing.question_gap;
                let is_calm = self
                    .removed_at
                    .is_none_or(|at| now.saturating_sub(at) >= timing.removal_gap);
                if is_sure && is_calm {
                    self.suspicion = None;
                    return Some((member, first.revision));
                }
            }
        }
        None
    }

    /// A member was declared dead just now.
    pub(crate) fn removed(&mut self, now: Duration) {
        self.removed_at = Some(now);
    }

    /// When the second question is due.
    pub(crate) fn due(&self, timing: &Timing) -> Option<Duration> {
        let first = self.suspicion?;
        Some(first.sent + timing.question_gap)
    }

    /// What was learned over a connection that is gone counts no more.
    pub(crate) fn reset(&mut self) {
        (self.asked, self.suspicion) = (None, None);
    }
}

fn next_in_ring(
    me: Instance,
    members: &BTreeMap<Instance, Entry<Member>>,
) -> Option<(Instance, &Entry<Member>)> {
    let after = (std::ops::Bound::Excluded(me), std::ops::Bound::Unbounded);
    let next = members
        .range(after)
        .next()
        .or_else(|| members.iter().next());
    next.map(|(member, entry)| (*member, entry))
        .filter(|(member, _)| *member != me)
}
